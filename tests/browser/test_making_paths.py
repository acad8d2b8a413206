"""A path from an example to somebody on it: order by keys and by drag, preview, putting on, bringing up to date."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect


def titles(page: Page, phase: str) -> list[str]:
    return page.locator(f'[data-phase="{phase}"] .step-title').all_inner_texts()


def row(page: Page, title: str):
    return page.locator(".step-row", has=page.get_by_role("link", name=title, exact=True))


def make(page: Page, key: str) -> str:
    """Make a path from an example in a community of its maker's; return its address."""
    page.goto(f"/paths/new/from/{key}/?language=en")
    page.fill("input[name=title]", f"Path {uuid.uuid4().hex[:6]}")
    if not page.locator("select[name=community]").input_value():
        page.locator("select[name=community]").select_option(index=1)
    page.locator("main form .button.primary").click()
    page.wait_for_url(re.compile("/edit/$"))
    return page.url.removesuffix("edit/")


@pytest.fixture
def editor(as_person):
    page = as_person("kaisa")
    return page, make(page, "engineer")


def test_steps_move_by_keys_into_another_span_and_the_focus_stays(editor):
    page, _path = editor
    first = titles(page, "week")[0]
    row(page, first).locator("a.step-title").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".toast").last).to_contain_text(first)
    assert titles(page, "week")[1] == first
    expect(row(page, first).locator("a.step-title")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator('[data-phase="day"]')).to_contain_text(first)
    assert titles(page, "day")[-1] == first
    expect(row(page, first).locator("a.step-title")).to_be_focused()
    page.reload()
    assert titles(page, "day")[-1] == first


def test_arrows_of_a_line_keep_their_focus(editor):
    page, _path = editor
    first = titles(page, "week")[0]
    row(page, first).locator('[value="down"]').click()
    expect(page.locator(".toast").last).to_contain_text(first)
    assert titles(page, "week")[1] == first
    expect(row(page, first).locator('[value="down"]')).to_be_focused()


def test_a_step_at_the_end_says_that_it_stays(editor):
    page, _path = editor
    first = page.locator(".step-title").first.inner_text()
    row(page, first).locator("a.step-title").focus()
    for _ in range(2):  # at most from the first day to the days before it
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator('[data-phase="before"]')).to_contain_text(first)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".toast:not(.success)").last).to_contain_text(first)  # nothing has moved
    expect(row(page, first).locator("a.step-title")).to_be_focused()


def test_a_step_that_is_gone_meanwhile_says_so_and_the_list_is_new(editor):
    page, path = editor
    gone, following = titles(page, "week")[:2]
    other = page.context.new_page()
    other.goto(f"{path}edit/")
    row(other, gone).locator("form:last-child button").click()
    expect(row(other, gone)).to_have_count(0)
    other.close()
    row(page, gone).locator("a.step-title").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".toast.error")).to_be_visible()
    expect(row(page, gone)).to_have_count(0)  # the list is a new one
    expect(row(page, following).locator("a.step-title")).to_be_focused()


def test_steps_are_dragged_to_another_place_and_span(editor):
    page, _path = editor
    before = titles(page, "week")
    row(page, before[2]).locator(".step-mark").drag_to(row(page, before[0]), target_position={"x": 60, "y": 3})
    expect(page.locator(".toast").last).to_contain_text(before[2])
    assert titles(page, "week")[:3] == [before[2], before[0], before[1]]
    page.set_viewport_size({"width": 1440, "height": 2400})  # all spans in sight: nothing scrolls under the pointer
    page.reload()
    later = page.locator(".phase", has=page.locator('[data-phase="later"]'))
    row(page, before[0]).locator(".step-mark").drag_to(later)
    expect(page.locator('[data-phase="later"]')).to_contain_text(before[0])
    assert before[0] not in titles(page, "week")


def test_without_a_script_everything_is_a_form(as_person):
    page = as_person("kaisa", scripts=False)
    make(page, "engineer")
    first = titles(page, "week")[0]
    row(page, first).locator('[value="down"]').click()
    page.wait_for_url(re.compile(r"/edit/#step-\d+"))
    assert titles(page, "week")[1] == first
    page.locator(".phase-head a").nth(2).click()
    page.locator(".kind-list a").nth(1).click()
    page.fill("input[name=title]", "Fetch the badge")
    page.locator("main form .button.primary").click()
    page.wait_for_url(re.compile(r"/edit/#step-\d+"))
    assert "Fetch the badge" in titles(page, "week")


def test_from_an_example_to_somebody_brought_up_to_date(editor):
    page, path = editor
    page.goto(f"{path}preview/?start=2026-12-01")
    expect(page.locator("main")).to_contain_text("Set up the environment and run the tests")
    page.goto(f"{path}enrol/")
    page.fill("input[name=people]", "noora@loikka.example")
    page.locator("main form .button.primary").click()
    expect(page.locator("main")).to_contain_text("Noora")
    expect(page.locator(".notice")).to_be_visible()  # a buddy, a role and pages are lacking
    page.locator("button[name=confirmed]").click()
    page.wait_for_url(path)
    page.goto(f"{path}steps/new/?kind=do")
    page.fill("input[name=title]", "Fetch the badge")
    page.locator("main form .button.primary").click()
    page.wait_for_url(re.compile("/edit/"))
    page.locator('.notice a[href$="/align/"]').click()
    expect(page.locator("main .list-item")).to_contain_text("Fetch the badge")
    page.locator("button[name=align]").click()
    expect(page.locator(".empty")).to_be_visible()
    page.goto(f"{path}versions/")
    expect(page.locator(".versions > li")).to_have_count(2)
