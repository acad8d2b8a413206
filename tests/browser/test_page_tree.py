"""The tree of pages under the fingers: arrows, letters, keys that move, the pointer, the filter."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect


def write(page: Page, title: str, parent: str = "") -> str:
    """Write a page through the API's own front door, the form; return its id."""
    page.goto(f"/wiki/new/?{'parent=' + parent if parent else 'community=koko-talo'}")
    page.fill("input[name=title]", title)
    page.locator(".save-bar .button.primary").click()
    page.wait_for_selector("article.prose")
    return re.search(r"/wiki/id/(\d+)/edit/", page.content()).group(1)


def line(page: Page, number: str):
    return page.locator(f'li[data-page="{number}"]')


def titles(page: Page, number: str) -> list[str]:
    return page.locator(f'li[data-page="{number}"] > ul > li > .tree-item > .tree-name').all_inner_texts()


@pytest.fixture
def pages(as_person):
    """A branch of Aino's for each test: a top page with Ahven, Hauki and Kuha below it, Hauki with Siika."""
    page = as_person("aino")
    branch = {"word": uuid.uuid4().hex[:6]}  # the house may have been written in before
    branch["top"] = write(page, f"Kalat {branch['word']}")
    for name in ("Ahven", "Hauki", "Kuha"):
        branch[name] = write(page, name, branch["top"])
    branch["Siika"] = write(page, f"Siika {branch['word']}", branch["Hauki"])
    page.goto(f"/wiki/tree/koko-talo/?at={branch['Ahven']}")
    page.wait_for_selector("[role=treeitem]")
    return page, branch


def test_arrows_letters_and_enter(pages):
    page, branch = pages
    line(page, branch["Ahven"]).focus()
    page.keyboard.press("ArrowDown")
    hauki = line(page, branch["Hauki"])
    expect(hauki).to_be_focused()
    expect(hauki).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(hauki).to_have_attribute("aria-expanded", "true")
    expect(line(page, branch["Siika"])).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(line(page, branch["Siika"])).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(hauki).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(hauki).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("ku")
    expect(line(page, branch["Kuha"])).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("[role=treeitem]").first).to_be_focused()
    page.keyboard.type("ahv")
    expect(line(page, branch["Ahven"])).to_be_focused()
    # One line of the tree is in the order of Tab.
    expect(page.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ahven/$"))


def test_keys_put_pages_in_order_and_undo_takes_it_back(pages):
    page, branch = pages
    line(page, branch["Kuha"]).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".toast").last).to_contain_text("Kuha")
    assert titles(page, branch["top"]) == ["Ahven", "Kuha", "Hauki"]
    expect(line(page, branch["Kuha"])).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(line(page, branch["Ahven"]).locator(f'li[data-page="{branch["Kuha"]}"]')).to_be_attached()
    page.locator(".toast form button").last.click()
    expect(page.locator(f'li[data-page="{branch["top"]}"] > ul > li[data-page="{branch["Kuha"]}"]')).to_be_visible()
    assert titles(page, branch["top"]) == ["Ahven", "Kuha", "Hauki"]
    line(page, branch["Kuha"]).focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(f'li[data-page="{branch["Hauki"]}"] + li[data-page="{branch["Kuha"]}"]')).to_be_visible()


def test_picked_up_and_put_down(pages):
    page, branch = pages
    line(page, branch["Kuha"]).focus()
    page.keyboard.press("Control+x")
    expect(page.locator(".toast").last).to_contain_text("Kuha")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+v")
    inside = page.locator(f'li[data-page="{branch["Hauki"]}"] > ul > li[data-page="{branch["Kuha"]}"]')
    expect(inside).to_be_visible()
    expect(line(page, branch["Kuha"])).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator(f'li[data-page="{branch["top"]}"] > ul > li[data-page="{branch["Kuha"]}"]')).to_be_visible()


def test_dragged_between_and_onto(pages):
    page, branch = pages
    item = {name: line(page, branch[name]).locator("> .tree-item") for name in ("Ahven", "Hauki", "Kuha")}
    item["Kuha"].drag_to(item["Ahven"], target_position={"x": 60, "y": 2})
    expect(page.locator(f'li[data-page="{branch["top"]}"] > ul > li').first).to_have_attribute(
        "data-page", branch["Kuha"]
    )
    assert titles(page, branch["top"]) == ["Kuha", "Ahven", "Hauki"]
    height = item["Hauki"].bounding_box()["height"]
    item["Kuha"].drag_to(item["Hauki"], target_position={"x": 60, "y": height / 2})
    inside = page.locator(f'li[data-page="{branch["Hauki"]}"] li[data-page="{branch["Kuha"]}"]')
    expect(inside).to_be_attached()
    page.locator(".toast form button").last.click()
    expect(page.locator(f'li[data-page="{branch["top"]}"] > ul > li').first).to_have_attribute(
        "data-page", branch["Kuha"]
    )


def test_filter_narrows_while_typing(pages):
    page, branch = pages
    page.fill("#tree-q", f"iika {branch['word'][:4]}")
    expect(page.locator(".is-match")).to_have_count(1)
    expect(line(page, branch["Siika"])).to_be_visible()
    expect(page.locator("[role=status]").first).to_contain_text(re.compile("1 (page|sivu)"))
    expect(line(page, branch["Ahven"])).to_have_count(0)
    page.fill("#tree-q", "")
    expect(line(page, branch["top"])).to_be_visible()


def test_reader_drags_nothing(as_person, pages):
    _page, branch = pages
    own = as_person("aino", scripts=False)
    own.goto(f"/wiki/tree/koko-talo/?at={branch['Ahven']}")
    own.locator(f'li[data-page="{branch["Hauki"]}"] > .tree-item > a.tree-toggle').click()
    expect(own.locator(f"#page-{branch['Siika']}")).to_be_visible()
    expect(own.locator("[draggable=true]")).to_have_count(0)
