"""From a search to the place: a hit leads to its words far down a page, and the keys that search keep out of the text's way."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_writing import begin_page, save

FIELD = "dialog.switcher input"
RARE = "kvartsikello"
WORDS = f"Vanha {RARE} roikkuu portaikon seinällä"
LINE = "Tavallinen kappale, jossa puhutaan huollosta, varaosista ja vuoroista niin kuin ennenkin.\n\n"
# The words stand screens below the heading of their section, which stands screens below the top.
LONG = f"## Alku\n\n{LINE * 40}## Portaikko\n\n{LINE * 40}{WORDS}, ja siitä näkee ajan.\n\n## Loppu\n\n{LINE * 40}"


def hit_of(page: Page, word: str) -> None:
    """Search until the index has the page, and open it from its hit."""
    for _ in range(40):
        page.goto(f"/search/?q={word}")
        if page.locator(".hit-title").count():
            break
        page.wait_for_timeout(500)
    link = page.locator(".hit-title").first
    assert re.search(rf"#.*portaikko:~:text=.*{RARE}", link.get_attribute("href"), re.IGNORECASE)
    link.click()
    page.wait_for_selector("article.prose")


def test_hit_leads_to_its_words_far_down_a_long_page_or_else_to_their_heading(as_person):
    for width in (1440, 390):
        page = as_person("aino", width=width)
        if width == 1440:
            begin_page(page, "Kello portaikossa", LONG)
            save(page)
        hit_of(page, RARE)
        words = page.locator("article.prose p", has_text=WORDS)
        heading = page.locator("article.prose h2", has_text="Portaikko")
        expect(words).to_be_in_viewport(ratio=1)
        page.wait_for_timeout(500)  # what comes late must not move it away
        expect(words).to_be_in_viewport(ratio=1)
        expect(heading).not_to_be_in_viewport()
        assert page.evaluate("scrollY") > 2_000
        # The words are gone since the index was written: the heading of their section is the place.
        address = page.locator("article.prose h2").nth(1).get_attribute("id")
        path = page.url.split("#")[0]
        page.goto("/search/")
        page.goto(f"{path}#{address}:~:text=sanat%20jotka%20poistettiin")
        expect(heading).to_be_in_viewport(ratio=1)
        page.wait_for_timeout(500)
        expect(heading).to_be_in_viewport(ratio=1)
        expect(words).not_to_be_in_viewport()
        assert page.evaluate("scrollY") > 1_000


def test_control_k_makes_a_link_in_the_text_and_searches_everywhere_else(as_person):
    page = as_person("aino")
    page.goto("/")
    field = page.locator("#compose textarea[name=body]")
    expect(page.locator("#compose text-editor:defined")).to_have_count(1)
    field.fill("sana")
    field.press("ControlOrMeta+a")
    field.press("ControlOrMeta+k")
    expect(field).to_have_value("[sana](url)")
    expect(page.locator("dialog.switcher[open]")).to_have_count(0)
    # Out of the text by keyboard: then the keys search, and the text is as it was.
    for key in ("ControlOrMeta+k", "/"):
        field.focus()
        page.keyboard.press("Escape")
        expect(field).not_to_be_focused()
        page.keyboard.press(key)
        expect(page.locator(FIELD)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog.switcher")).to_be_hidden()
    expect(field).to_have_value("[sana](url)")
    # In a plain field there is no link to make.
    page.goto("/search/")
    page.locator("#q").focus()
    page.keyboard.press("ControlOrMeta+k")
    expect(page.locator(FIELD)).to_be_focused()


def test_escape_closes_the_list_of_names_first_and_leaves_the_text_then(as_person):
    page = as_person("aino")
    page.goto("/")
    field = page.locator("#compose textarea[name=body]")
    expect(page.locator("#compose text-editor:defined")).to_have_count(1)
    field.click()
    field.press_sequentially("Hei @be")
    expect(page.locator("text-expander [role=option]").first).to_be_visible()
    field.press("Escape")
    expect(page.locator("text-expander [role=option]")).to_have_count(0)
    expect(field).to_be_focused()
    field.press("Escape")
    expect(field).not_to_be_focused()
    expect(field).to_have_value("Hei @be")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Esc")
