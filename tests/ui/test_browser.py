"""The small scripts, in a real browser under the strict policy."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.ui import pages

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def expect(thing: Any) -> Any:
    from playwright.sync_api import expect as playwright_expect

    return playwright_expect(thing)


def test_enter_goes_on_with_a_list_and_ends_it(tab: Any) -> None:
    tab.goto("/try/editor/")
    field = tab.locator("#body")
    field.click()
    field.press_sequentially("1. one")
    tab.wait_for_selector("text-editor:defined", state="attached")
    field.press("Enter")
    field.press_sequentially("two")
    field.press("Enter")
    field.press("Enter")
    field.press_sequentially("after")
    assert field.input_value() == "1. one\n2. two\n\nafter"


def test_toolbar_makes_selected_words_bold(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.fill("#body", "hello")
    tab.wait_for_selector("md-bold:defined", state="attached")
    tab.locator("#body").press("ControlOrMeta+a")
    tab.get_by_role("button", name="Bold").click()
    assert tab.input_value("#body") == "**hello**"


def test_at_sign_offers_people_and_tab_takes_one(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.wait_for_selector("text-expander:defined", state="attached")
    tab.locator("#body").press_sequentially("Hi @ai")
    option = tab.get_by_role("option", name="Aino Virtanen")
    expect(option).to_be_visible()
    box, field = option.bounding_box(), tab.locator("#body").bounding_box()
    assert field["y"] < box["y"] < field["y"] + 120, "the list hangs under the word"
    tab.keyboard.press("Enter")
    assert tab.input_value("#body") == "Hi @aino.virtanen"


def test_preview_shows_what_the_server_renders(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.wait_for_selector("text-editor:defined", state="attached")
    tab.fill("#body", "12345")
    tab.get_by_role("tab", name="Preview").click()
    expect(tab.get_by_role("tabpanel")).to_have_text("Seen: 5")
    tab.get_by_role("tab", name="Write").click()
    assert tab.input_value("#body") == "12345"


def test_dropped_file_becomes_markdown_and_refused_one_says_why(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.wait_for_selector("text-editor:defined", state="attached")
    tab.fill("#body", "See ")
    tab.set_input_files("[data-editor-files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"})
    expect(tab.locator("#body")).to_have_value(re.compile(r"\[a\.txt\]\(/files/1\)"))
    tab.set_input_files("[data-editor-files]", {"name": "a.exe", "mimeType": "text/plain", "buffer": b"hello"})
    expect(tab.locator(".editor-state")).to_have_text("a.exe: This kind of file is not taken.")
    assert "exe" not in tab.input_value("#body")


def test_draft_survives_leaving_and_is_gone_once_it_arrived(tab: Any) -> None:
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto("/try/editor/")
    tab.wait_for_selector("text-editor:defined", state="attached")
    tab.fill("#body", "half a thought")
    tab.goto("/try/side/")
    tab.goto("/try/editor/")
    expect(tab.locator("#body")).to_have_value("half a thought")
    pages.SENT.clear()
    tab.locator("#body").press("ControlOrMeta+Enter")
    tab.wait_for_url("**/try/sent/")
    assert pages.SENT == ["half a thought"]
    tab.goto("/try/editor/")
    tab.wait_for_selector("text-editor:defined", state="attached")
    expect(tab.locator("#body")).to_have_value("")


def test_two_presses_send_once(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.fill("#body", "once")
    pages.SENT.clear()
    tab.evaluate(
        "() => { const form = document.querySelector('#compose'); form.requestSubmit(); form.requestSubmit(); }"
    )
    tab.wait_for_url("**/try/sent/")
    assert pages.SENT == ["once"]


def test_keys_go_home_to_the_wiki_and_through_the_posts(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator("#p2")).to_be_focused()
    tab.keyboard.press("k")
    expect(tab.locator("#p1")).to_be_focused()
    tab.keyboard.press("?")
    expect(tab.locator("#shortcuts")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("c")
    expect(tab.locator("#body")).to_be_focused()
    tab.keyboard.press("g")  # typed, not a command
    assert tab.input_value("#body") == "g"
    tab.fill("#body", "")
    tab.locator("#p1").focus()
    tab.keyboard.press("g")
    tab.keyboard.press("w")
    tab.wait_for_url("**/wiki/home/")


def test_dark_is_chosen_at_once_and_stays(tab: Any) -> None:
    tab.goto("/try/side/")
    tab.get_by_label("Light or dark").click()
    tab.get_by_role("button", name="Dark").click()
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    tab.reload()
    assert tab.locator("html").get_attribute("data-theme") == "dark"


def test_message_with_undo_posts_and_can_be_dismissed(tab: Any) -> None:
    tab.goto("/try/side/?message=1")
    toast = tab.locator("#toasts .toast")
    expect(toast).to_contain_text("Post deleted")
    assert toast.locator("form").get_attribute("action") == "/try/undo/"
    assert toast.locator("input[name=csrfmiddlewaretoken]").get_attribute("value")
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_hint_fetches_what_changed_and_the_answer_may_say_so(tab: Any) -> None:
    tab.route(
        "**/live/events",
        lambda route: route.fulfill(
            headers={"content-type": "text/event-stream"}, body='data: {"topic": "community.7"}\n\n'
        ),
    )
    tab.goto("/try/side/")
    expect(tab.locator("#live")).to_have_text("new")
    expect(tab.locator("#toasts .toast").first).to_contain_text("Fresh")


def test_side_is_open_on_a_desktop(tab: Any) -> None:
    tab.goto("/try/side/")
    expect(tab.locator("#inside")).to_be_visible()


@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_phone_has_its_bar_a_drawer_and_chips(tab: Any) -> None:
    tab.goto("/try/side/")
    expect(tab.locator(".bottombar")).to_be_visible()
    expect(tab.locator("#inside")).to_be_hidden()
    tab.get_by_text("Contents").click()
    expect(tab.locator("#inside")).to_be_visible()
    tab.get_by_role("button", name="Menu").click()
    expect(tab.get_by_role("navigation", name="Main menu")).to_be_visible()


@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_plus_on_a_phone_opens_a_sheet_and_close_keeps_the_text(tab: Any) -> None:
    tab.goto("/try/editor/")
    tab.get_by_role("link", name="Write").click()
    expect(tab.locator("#compose")).to_have_class(re.compile("is-sheet"))
    tab.keyboard.type("kept")
    tab.get_by_role("button", name="Close", exact=True).click()
    expect(tab.locator("#compose")).not_to_have_class(re.compile("is-sheet"))
    assert tab.input_value("#body") == "kept"


SIZES = [{"viewport": {"width": width, "height": 900}} for width in (320, 390, 768, 1100, 1440)]


@pytest.mark.parametrize("tab", SIZES, indirect=True, ids=lambda size: str(size["viewport"]["width"]))
def test_nothing_is_wider_than_the_window(tab: Any) -> None:
    for name in ("editor", "side"):
        tab.goto(f"/try/{name}/")
        tab.wait_for_timeout(100)
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


@pytest.mark.parametrize(
    "tab",
    [{"color_scheme": scheme, **size} for scheme in ("light", "dark") for size in ({}, PHONE)],
    indirect=True,
    ids=["light", "light phone", "dark", "dark phone"],
)
def test_axe_finds_nothing(tab: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    found = []
    for url in ("/try/editor/", "/try/side/?message=1"):
        tab.goto(url)
        tab.wait_for_timeout(400)  # what slides in has arrived
        tab.evaluate(AXE.read_text())
        for problem in tab.evaluate("axe.run()")["violations"]:
            found.append((url, problem["id"], [node["html"][:120] for node in problem["nodes"]][:3]))
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/accounts/login/", "/accounts/password/reset/", "/nowhere/"])
def test_axe_finds_nothing_on_the_pages_outside(tab: Any, url: str, client: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    with override_settings(ROOT_URLCONF="tests.ui.pages", LOGIN_URL="/accounts/login/"):
        html = client.post(url, {}).content.decode()  # with what is wrong shown
    tab.route(f"**{url}", lambda route: route.fulfill(body=html, content_type="text/html"))
    tab.goto(url)
    tab.evaluate(AXE.read_text())
    assert tab.evaluate("axe.run()")["violations"] == []


def test_without_scripts_everything_is_there_and_a_post_is_sent(chromium: Any, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/try/editor/")
    tab.fill("#body", "plain")
    expect(tab.locator(".editor-bar")).to_be_hidden()
    pages.SENT.clear()
    tab.get_by_role("button", name="Post").click()
    tab.wait_for_url("**/try/sent/")
    assert pages.SENT == ["plain"]
    expect(tab.locator("#inside")).to_be_visible()
    context.close()
