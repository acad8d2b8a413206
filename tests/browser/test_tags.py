"""Tags are proposed while somebody writes: by pointer and by keyboard, on a phone too."""

import re
import uuid

from playwright.sync_api import Page, expect

TEXT = "Pumppuja huollettiin, ja sähköturvallisuudesta puhuttiin."


def propose(page: Page, field: str) -> None:
    with page.expect_response(re.compile(r"/tags/in/text/$")):
        page.locator(field).press_sequentially(TEXT)
    expect(page.locator('[data-add-tag="pumput"]')).to_be_visible()


def test_a_proposal_goes_behind_the_post_and_focus_moves_on(as_person):
    page = as_person("aino")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/posts/new/")
    page.wait_for_selector("text-editor:defined", state="attached")
    propose(page, "form.composer text-editor textarea")
    chips = page.locator("[data-add-tag]")
    names = [chips.nth(at).get_attribute("data-add-tag") for at in range(chips.count())]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chips.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.composer text-editor textarea")).to_have_value(f"{TEXT} #{names[0]}")
    expect(page.locator(f'[data-add-tag="{names[0]}"]')).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('[data-add-tag], textarea')")
    expect(page.locator("[data-tags-in-text] [role=status]")).to_contain_text(names[0])


def test_a_proposal_goes_into_the_tags_of_a_page(as_person):
    page = as_person("aino")
    page.goto("/wiki/new/?community=koko-talo")
    page.wait_for_selector("text-editor:defined", state="attached")
    page.fill("input[name=tags]", "oma")
    propose(page, "textarea[name=body]")
    page.locator('[data-add-tag="pumput"]').click()
    expect(page.locator("input[name=tags]")).to_have_value("oma, pumput")
    expect(page.locator("textarea[name=body]")).to_have_value(TEXT)


def test_an_administrator_merges_two_words_for_one_thing_and_old_links_lead_on(as_person):
    root, mark = as_person("root", width=390), uuid.uuid4().hex[:8]
    old, new = f"vanha{mark}", f"uusi{mark}"
    threads = []
    for word in (old, new):
        root.goto("/posts/new/")
        root.locator("#compose textarea[name=body]").fill(f"Kokous #{word}")
        root.locator("#compose button.primary").click()
        root.wait_for_url(re.compile(r"/threads/\d+/"))
        threads.append(root.url)
    root.goto(f"/tags/{old}/edit/")
    merge = root.locator("section[aria-labelledby=merge-tag]")
    merge.get_by_role("textbox").fill(f"toinen{mark}")
    merge.get_by_role("button").click()
    expect(merge.get_by_role("textbox")).to_have_value(f"toinen{mark}")
    expect(merge.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    merge.get_by_role("textbox").fill(new)
    merge.get_by_role("textbox").press("Enter")
    expect(root.get_by_role("heading", level=1)).to_contain_text(f"#{new}?")
    assert root.evaluate("document.documentElement.scrollWidth <= innerWidth")
    root.locator("main button.danger").click()
    root.wait_for_url(re.compile(rf"/tags/{new}/"))
    root.goto(f"/tags/{old}/")
    assert root.url.endswith(f"/tags/{new}/")
    expect(root.locator("main").get_by_text("Kokous")).to_have_count(2)
    # What was written stays as it was written, and leads on.
    root.goto(threads[0])
    root.locator("main").get_by_role("link", name=f"#{old}").click()
    root.wait_for_url(re.compile(rf"/tags/{new}/$"))
