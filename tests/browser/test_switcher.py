"""The switcher in Chromium: by keyboard alone, in the right order of answers, and what it remembers."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.house import PASSWORD
from tests.browser.test_every_screen import RULES, axe

FIELD, OPTIONS = "dialog.switcher input", "dialog.switcher [role=option]"
CHOSEN = "dialog.switcher [role=option][aria-selected=true]"
ROOM = "/communities/prosessi-ja-pumput/"


def open_switcher(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()


def look_for(page: Page, words: str) -> None:
    """Type, and wait for the answer to just these words."""
    with page.expect_response(lambda answer: "/search/suggest/" in answer.url and answer.ok):
        page.locator(FIELD).fill(words)
    expect(page.locator(CHOSEN)).to_have_count(1)


def active(page: Page) -> str:
    return page.locator(FIELD).get_attribute("aria-activedescendant") or ""


def test_list_is_walked_by_keyboard_alone(as_person):
    page = as_person("aino")
    page.goto("/")
    open_switcher(page)
    look_for(page, "pumput")
    ids = [option.get_attribute("id") for option in page.locator(OPTIONS).all()]
    assert len(ids) > 2
    assert len(set(ids)) == len(ids)
    assert active(page) == ids[0]
    for key, place in (("ArrowDown", 1), ("End", -1), ("ArrowDown", 0), ("ArrowUp", -1), ("Home", 0), ("ArrowUp", -1)):
        page.keyboard.press(key)
        assert active(page) == ids[place], key
        expect(page.locator(CHOSEN)).to_have_attribute("id", ids[place])
    groups = page.locator("dialog.switcher [role=listbox] [role=group]")
    for group in groups.all():
        heading = group.get_attribute("aria-labelledby")
        assert page.locator(f"#{heading}").inner_text().strip()
    expect(page.locator("dialog.switcher [role=status]")).to_have_text(re.compile(r"^\d+ "))


def test_home_and_end_belong_to_the_words_until_the_list_is_walked(as_person):
    page = as_person("aino")
    page.goto("/")
    open_switcher(page)
    look_for(page, "pumput")
    page.keyboard.press("Home")
    page.keyboard.type("x")
    expect(page.locator(FIELD)).to_have_value("xpumput")


def test_escape_gives_the_focus_back_and_enter_goes_there(as_person):
    page = as_person("aino")
    page.goto("/wiki/")
    link = page.locator("main a").first
    link.focus()
    open_switcher(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.switcher")).to_be_hidden()
    expect(link).to_be_focused()
    open_switcher(page)
    look_for(page, "pumput")
    page.keyboard.press("Escape")  # with words in the field as well
    expect(page.locator("dialog.switcher")).to_be_hidden()
    expect(link).to_be_focused()
    open_switcher(page)
    look_for(page, "asetukset")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/settings/")


def test_control_enter_opens_a_tab_of_its_own(as_person):
    page = as_person("aino")
    page.goto("/")
    open_switcher(page)
    look_for(page, "asetukset")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url("**/me/settings/")
    expect(page.locator(FIELD)).to_be_focused()


def test_slash_of_a_finnish_keyboard_opens_it_but_not_while_writing(as_person):
    page = as_person("aino")
    page.goto("/")
    # Shift and 7, which gives a slash there.
    press = "target => target.dispatchEvent(new KeyboardEvent('keydown', {key: '/', code: 'Digit7', shiftKey: true, bubbles: true, cancelable: true}))"
    page.locator("#compose textarea[name=body]").evaluate(press)
    page.wait_for_timeout(300)
    expect(page.locator("dialog.switcher")).to_have_count(0)
    page.locator("body").evaluate(press)
    expect(page.locator(FIELD)).to_be_focused()


def test_late_answer_does_not_replace_a_newer_one(as_person):
    page = as_person("aino")
    page.goto("/")
    open_switcher(page)
    held = []
    page.route(re.compile(r"/search/suggest/\?q=pu&"), lambda route: held.append(route))
    page.locator(FIELD).fill("pu")
    while not held:
        page.wait_for_timeout(20)
    look_for(page, "asetukset")
    before = page.locator(OPTIONS).all_inner_texts()
    with suppress(Error):  # the browser has given the request up
        held[0].fulfill(body='<div role="listbox" id="switcher-list"><a role="option" id="x" href="/x">Vanha</a></div>')
    page.wait_for_timeout(200)
    assert page.locator(OPTIONS).all_inner_texts() == before


def test_enter_before_the_answer_searches_for_what_was_typed(as_person):
    page = as_person("aino")
    page.goto("/")
    open_switcher(page)
    look_for(page, "asetukset")
    page.route("**/search/suggest/**", lambda route: None)
    page.locator(FIELD).fill("kavitaatio")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=kavitaatio"))


def test_places_one_was_at_come_first_until_she_signs_out(as_person):
    page = as_person("")  # a session of her own, for it ends here
    page.goto("/")
    page.fill("input[name=login]", "aino@loikka.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("[0-9]/$"))
    page.goto(ROOM)
    name = page.locator("h1").inner_text().strip()
    page.wait_for_timeout(1800)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "community:" in kept
    assert name not in kept
    page.goto("/wiki/")
    open_switcher(page)
    expect(page.locator(OPTIONS).first).to_contain_text(name)
    look_for(page, name[:6].lower())
    expect(page.locator(OPTIONS).first).to_have_attribute("id", "switcher-recent-1")
    page.keyboard.press("Escape")
    page.locator("form[action$='/logout/']").first.evaluate("form => form.requestSubmit()")
    page.wait_for_url(re.compile("login"))
    page.wait_for_function("!JSON.stringify(localStorage).includes('loikka:lately')")


def test_place_one_only_passes_by_is_not_kept(as_person):
    page = as_person("mika")
    page.goto(ROOM)
    page.goto("/wiki/")
    page.wait_for_timeout(1800)
    assert "community:" not in page.evaluate("JSON.stringify(localStorage)")


def test_dark_theme_is_put_on_from_the_list(as_person):
    page = as_person("ben")
    page.goto("/")
    open_switcher(page)
    look_for(page, "dark theme")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("dialog.switcher")).to_be_hidden()
    open_switcher(page)
    look_for(page, "theme as the system")
    page.keyboard.press("Enter")
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_is_at_peace_and_nothing_is_wider_than_the_screen(as_person, width, scheme):
    page = as_person("aino", width=width, scheme=scheme)
    page.goto("/")
    open_switcher(page)
    page.wait_for_timeout(300)  # until it stands still
    assert axe(page, RULES) == []
    look_for(page, "pumput")
    assert axe(page, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("dialog.switcher").bounding_box()
    assert box is not None
    assert box["width"] <= width
    if width == 390:
        assert all(option.bounding_box()["height"] >= 44 for option in page.locator(OPTIONS).all())
