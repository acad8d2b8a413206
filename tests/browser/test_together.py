"""Two people in one page at the same time, in two browsers."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_writing import begin_page, save

BODY = "textarea[name=body]"


def open_editor(page: Page, address: str) -> Page:
    """Open the editor of a page and wait until it is connected."""
    page.goto(address)
    page.locator("[data-edit]").click()
    page.wait_for_selector("text-editor:defined", state="attached")
    page.wait_for_selector(".carets", state="attached")
    return page


def both_in(as_person, title: str, text: str) -> tuple[Page, Page, str]:
    """Have Aino write a page, and open it for writing with Ben; each sees the other's name."""
    aino, ben = as_person("aino"), as_person("ben")
    begin_page(aino, title, text)
    address = save(aino)
    open_editor(aino, address)
    open_editor(ben, address)
    expect(aino.locator(".writing-here")).to_contain_text("Ben")
    expect(ben.locator(".writing-here")).to_contain_text("Aino")
    return aino, ben, address


def put_cursor(page: Page, at: int) -> None:
    page.locator(BODY).focus()
    page.locator(BODY).evaluate("(field, at) => field.setSelectionRange(at, at)", at)


def test_two_type_at_once_and_see_each_other(as_person):
    aino, ben, _address = both_in(as_person, "Together", "First line.\n\nLast line.\n")
    put_cursor(aino, len("First line"))
    put_cursor(ben, len("First line.\n\nLast line.\n"))
    for a, b in zip(" by Aino ä😀", "By Ben, ö 線", strict=False):
        aino.keyboard.type(a)
        ben.keyboard.type(b)
    text = "First line by Aino ä😀.\n\nLast line.\nBy Ben, ö 線"
    expect(aino.locator(BODY)).to_have_value(text)
    expect(ben.locator(BODY)).to_have_value(text)
    caret = ben.locator(".carets .caret")
    expect(caret).to_have_attribute("data-name", re.compile("Aino"))
    # Aino's cursor stands where she typed, on the first line of Ben's text.
    field = ben.locator(BODY).bounding_box()
    for _ in range(50):
        place = caret.bounding_box()
        if place["x"] > field["x"] + 100:  # it follows a moment after the text
            break
        ben.wait_for_timeout(100)
    assert place["x"] > field["x"] + 100
    assert field["y"] <= place["y"] < field["y"] + 48
    ben.fill("input[name=summary]", "Both of us")
    ben.locator(".save-bar .button.primary").click()
    ben.wait_for_selector("article.prose")
    expect(ben.locator("article.prose")).to_contain_text("First line by Aino")
    expect(aino.locator(".toast")).to_contain_text(re.compile("Ben .*version 2"))
    aino.locator(BODY).press("ControlOrMeta+End")
    aino.keyboard.type(" and on")
    save(aino)
    expect(aino.locator("article.prose")).to_contain_text("By Ben, ö 線 and on")
    aino.goto(ben.locator("a[href$='/history/']").first.get_attribute("href"))
    version = aino.locator(".revision").nth(1)
    expect(version).to_contain_text("Ben")
    expect(version).to_contain_text("Aino")


def test_undo_takes_back_only_what_i_typed(as_person):
    aino, ben, _address = both_in(as_person, "Undo", "Text.\n")
    put_cursor(aino, 4)
    aino.keyboard.type(" mine")
    put_cursor(ben, 0)
    expect(ben.locator(BODY)).to_have_value("Text mine.\n")
    ben.keyboard.type("His ")
    expect(aino.locator(BODY)).to_have_value("His Text mine.\n")
    aino.locator(BODY).press("ControlOrMeta+z")
    for page in (aino, ben):
        expect(page.locator(BODY)).to_have_value("His Text.\n")
    aino.locator(BODY).press("ControlOrMeta+Shift+z")
    expect(ben.locator(BODY)).to_have_value("His Text mine.\n")


def test_offline_edits_merge_on_return(as_person, complaints):
    aino, ben, _address = both_in(as_person, "Offline", "First.\n\nLast.\n")
    aino.context.set_offline(True)
    aino.evaluate("document.querySelector('text-editor').together.socket.close()")
    put_cursor(aino, 5)
    aino.keyboard.type(" offline")
    put_cursor(ben, len("First.\n\nLast."))
    ben.keyboard.type(" online")
    expect(aino.locator(BODY)).to_have_value("First offline.\n\nLast.\n")
    aino.context.set_offline(False)
    for page in (aino, ben):
        expect(page.locator(BODY)).to_have_value("First offline.\n\nLast. online\n", timeout=30_000)
    # That the network was away is no fault of ours.
    complaints.lines[:] = [line for line in complaints.lines if "ERR_INTERNET" not in line and "htmx:error" not in line]


def test_toolbar_completion_and_lists_reach_the_others(as_person):
    aino, ben, _address = both_in(as_person, "Tools", "word\n")
    aino.locator(BODY).evaluate("field => { field.focus(); field.setSelectionRange(0, 4); }")
    aino.locator(BODY).press("ControlOrMeta+b")
    expect(ben.locator(BODY)).to_have_value("**word**\n")
    aino.locator(BODY).press("ControlOrMeta+End")
    aino.keyboard.type("- one")
    aino.keyboard.press("Enter")
    aino.keyboard.type("two @ben")
    aino.locator("[role=option]").first.click()
    expect(ben.locator(BODY)).to_have_value(re.compile(r"\*\*word\*\*\n- one\n- two @ben\.\w+"))


def test_own_unsaved_text_is_not_shown_to_the_others_without_asking(as_person):
    aino, ben = as_person("aino"), as_person("ben")
    begin_page(aino, "Private", "Text.\n")
    address = save(aino)
    open_editor(aino, address)
    aino.fill(BODY, "Text.\n\nSecret thought.\n")
    with aino.expect_response(re.compile(r"/wiki/draft/$")):
        aino.locator(BODY).press("ControlOrMeta+s")
    aino.evaluate("sessionStorage.clear()")
    aino.goto("/wiki/")
    open_editor(ben, address)
    expect(ben.locator(BODY)).to_have_value("Text.\n")
    open_editor(aino, address)
    notice = aino.locator(".notice", has=aino.locator("button"))
    expect(notice).to_be_visible()
    ben.wait_for_timeout(500)
    expect(ben.locator(BODY)).to_have_value("Text.\n")
    notice.locator("button").click()
    expect(ben.locator(BODY)).to_have_value("Text.\n\nSecret thought.\n")


def test_change_saved_elsewhere_comes_into_the_open_text(as_person):
    aino, ben, address = both_in(as_person, "Elsewhere", "- [ ] paint\n\nText.\n")
    put_cursor(aino, len("- [ ] paint\n\nText"))
    aino.keyboard.type(" on")
    expect(ben.locator(BODY)).to_have_value("- [ ] paint\n\nText on.\n")
    ben.goto(address)
    ben.get_by_role("checkbox", name="paint").click()
    expect(aino.locator(BODY)).to_have_value("- [x] paint\n\nText on.\n")
    save(aino)
    expect(aino.locator("article.prose")).to_contain_text("Text on.")
    expect(aino.get_by_role("checkbox", name="paint")).to_have_attribute("aria-checked", "true")
