"""A first day on a phone: my path is opened, read, talked, attached and answered along, and one step is taken back."""

import re

from playwright.sync_api import Page, expect

from tests.house.world import picture

PHONE = 390


def next_title(page: Page) -> str:
    return page.locator(".next-step h2").inner_text()


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE, f"{page.url} is {width} px wide"


def open_step(page: Page, words: str) -> None:
    page.goto("/paths/")
    page.get_by_role("link", name=words, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(words)
    fits(page)


def test_a_whole_first_day_on_a_phone(as_person):
    cleo = as_person("cleo", width=PHONE)
    cleo.goto("/paths/")
    fits(cleo)
    expect(cleo.locator("h1")).to_have_text("My path")
    assert next_title(cleo) == "Read about the first week"

    # Read, and answer the question at the end of the page: wrong first.
    cleo.locator(".next-step").get_by_role("link", name="Read the page").click()
    expect(cleo.locator("h1")).to_have_text("Your first week")
    bar = cleo.locator("#my-step")
    expect(bar.get_by_role("button", name="I have read this")).to_be_visible()
    fits(cleo)
    bar.get_by_label("Disagreement").check()
    bar.get_by_role("button", name="I have read this").click()
    expect(bar).to_contain_text("That is not it yet")
    bar.get_by_label("Thinking").check()
    bar.get_by_role("button", name="I have read this").click()
    expect(bar).to_contain_text("Read.")
    expect(bar).to_contain_text("Introduce yourself")

    # Introduce oneself by the composer: the step completes itself.
    bar.get_by_role("link", name="Introduce yourself").click()
    cleo.get_by_role("link", name="Introduce yourself").last.click()
    cleo.fill("#compose textarea[name=body]", "Hello, I am Cleo and I write manuals.")
    cleo.click("#compose .composer-bar .button.primary")
    cleo.wait_for_url(re.compile("/threads/"))
    for _try in range(40):
        cleo.goto("/paths/")
        if cleo.locator(".steps .is-done", has_text="Introduce yourself").count():
            break
        cleo.wait_for_timeout(250)
    expect(cleo.locator(".steps .is-done", has_text="Introduce yourself")).to_be_visible()

    # A file: without one it says so and keeps what was typed.
    assert next_title(cleo) == "Attach a file"
    open_step(cleo, "Attach a file")
    cleo.fill("textarea[name=note]", "My card")
    cleo.get_by_role("button", name="Done").click()
    expect(cleo.locator(".field-error")).to_contain_text("Choose a file.")
    expect(cleo.locator("textarea[name=note]")).to_have_value("My card")
    cleo.set_input_files("input[name=uploads]", {"name": "card.png", "mimeType": "image/png", "buffer": picture()})
    cleo.get_by_role("button", name="Done").click()
    expect(cleo.locator(".steps .is-done", has_text="Attach a file")).to_be_visible()
    open_step(cleo, "Attach a file")
    expect(cleo.locator(".attachments")).to_contain_text("card.png")

    # The check-in says first who reads the answer.
    open_step(cleo, "Tell us what was unclear")
    expect(cleo.locator(".step-form .audience")).to_contain_text("Kaisa")
    cleo.fill("textarea[name=answer]", "Nothing at all.")
    cleo.get_by_role("button", name="Answer").click()
    expect(cleo.locator(".steps .is-done", has_text="Tell us what was unclear")).to_be_visible()

    # And one step back.
    done = cleo.locator(".steps .is-done", has_text="Tell us what was unclear")
    done.get_by_role("button", name="Undo").click()
    expect(cleo.locator(".steps .is-done", has_text="Tell us what was unclear")).to_have_count(0)
    expect(cleo.locator(".journey")).to_contain_text("Tell us what was unclear")
    fits(cleo)


def test_a_page_is_confirmed_without_scripts_too(as_person):
    root = as_person("root", width=PHONE, scripts=False)
    root.goto("/paths/")
    title = next_title(root)
    root.locator(".next-step .step-leads a.quiet").click()
    root.locator("input[name=choice]").nth(1).check()
    root.locator(".step-form button").click()
    done = root.locator(".steps .is-done", has_text=title)
    expect(done).to_be_visible()
    done.locator("form button").click()
    assert next_title(root) == title
