"""What a hand notices: nothing comes back that was sent, nothing typed is lost, a press shows at once."""

import re
import uuid

from playwright.sync_api import Page, Route, expect

ROOM = "/communities/prosessi-ja-pumput/"


def post_at_once(page: Page, words: str) -> None:
    """Write and send quicker than the draft is kept."""
    page.goto(ROOM)
    expect(page.locator("#compose text-editor:defined")).to_have_count(1)
    page.fill("#compose textarea[name=body]", words)
    page.click("#compose .composer-bar .button.primary")
    page.wait_for_url(re.compile("/threads/"))


def test_text_that_was_sent_does_not_come_back_as_a_draft(as_person):
    page = as_person("aino")
    post_at_once(page, f"Lähti heti {uuid.uuid4().hex[:6]}")
    page.goto(ROOM)
    expect(page.locator("#compose text-editor:defined")).to_have_count(1)
    expect(page.locator("#compose textarea[name=body]")).to_have_value("")


def test_text_that_was_not_sent_comes_back(as_person):
    page = as_person("aino")
    page.goto(ROOM)
    page.click("#compose textarea[name=body]")
    page.locator("#compose textarea[name=body]").press_sequentially("Kesken jäi")
    expect(page.locator("#compose .editor-state")).not_to_be_empty()
    page.goto("/")
    page.goto(ROOM)
    expect(page.locator("#compose textarea[name=body]")).to_have_value("Kesken jäi")


def test_reaction_shows_before_the_server_has_answered_and_goes_when_it_fails(as_person, complaints):
    page = as_person("aino")
    post_at_once(page, f"Reagoi tähän {uuid.uuid4().hex[:6]}")
    held: list[Route] = []
    page.route(
        "**/reactions/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    page.locator(".post-foot [data-react]").first.click()
    page.locator(".post-foot .menu-item").first.click(no_wait_after=True)
    shown = page.locator(".post-foot .reaction[aria-pressed=true]")
    expect(shown).to_have_count(1)
    while not held:
        page.wait_for_timeout(20)
    held[0].abort()
    expect(shown).to_have_count(0)
    expect(page.locator(".toast.error")).to_be_visible()
    complaints.lines.clear()  # the browser's own word about the request that was cut


def test_letters_typed_before_the_switcher_is_there_are_in_it(as_person):
    page = as_person("aino")
    page.goto("/")
    page.route("**/search/switcher/", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.keyboard.press("Control+k")
    page.keyboard.type("kav")
    expect(page.locator("dialog.switcher input")).to_have_value("kav")


def test_escape_closes_what_is_open_and_gives_the_focus_back(as_person):
    page = as_person("mika")
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    menu = page.locator("details.me")
    menu.locator("summary").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_tab_one_is_on_stands_in_the_window_of_a_phone(as_person):
    page = as_person("aino", width=390)
    page.goto("/search/?q=pumppu&kind=tag")
    box = page.locator(".tabs > [aria-current]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
