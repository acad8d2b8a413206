"""Tags are proposed while somebody writes: by pointer and by keyboard, on a phone too."""

import re

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
