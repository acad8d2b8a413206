"""Moving a page: the tree follows the community, and who gains and loses is said before anything moves."""

import re

import pytest

from tests.browser.test_writing import begin_page, save

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_tree_follows_the_chosen_community_and_the_move_is_asked_about(as_person):
    mika = as_person("mika")
    begin_page(mika, "A page that moves", "Text")
    save(mika)
    history = mika.locator("a[href$='/history/']").first.get_attribute("href")
    number = re.search(r"/id/(\d+)/", history)[1]
    mika.goto(f"/wiki/id/{number}/move/")
    mika.select_option("select[name=in]", label="Prosessi ja pumput")
    mika.wait_for_url(re.compile(r"[?&]in="))
    mika.locator("ul.page-tree a.tree-toggle").first.click()
    below = mika.locator("ul.page-tree ul input[name=parent]").first
    below.wait_for()
    below.focus()
    mika.keyboard.press("Space")
    mika.locator("form[data-guard] .button.primary").click()
    mika.wait_for_selector("input[name=confirmed]", state="attached")
    assert "Prosessi ja pumput" in mika.locator("dl.facts").inner_text()
    mika.locator(".button.primary").click()
    mika.wait_for_selector("article.prose")
    assert "/wiki/prosessi-ja-pumput/" in mika.url
