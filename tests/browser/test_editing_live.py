"""Drafts that survive a lost session, and who is editing, live."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.test_writing import begin_page, save


def sign_in(page: Page, name: str) -> None:
    page.fill("input[name=login]", f"{name}@loikka.example")
    page.fill("input[name=password]", "loikka-demo-2026")
    page.click("form .button.primary")


def test_reader_sees_within_two_seconds_who_comes_and_goes(as_person):
    aino, ben = as_person("aino"), as_person("ben")
    begin_page(aino, "Watched", "Text")
    address = save(aino)
    own = aino.context.new_page()
    own.goto(address)
    ben.goto(address)
    ben.wait_for_timeout(1500)
    expect(ben.locator("#editing")).to_be_empty()
    aino.locator("[data-edit]").click()
    expect(ben.locator("#editing")).to_contain_text("Aino", timeout=2000)
    expect(ben.locator("#editing img, #editing .avatar").first).to_be_visible()
    ben.locator("[data-edit]").click()
    expect(ben.locator("#editing")).to_contain_text("Aino")
    expect(aino.locator("#editing")).to_contain_text("Ben", timeout=2000)
    expect(own.locator("#editing")).not_to_contain_text("Aino")
    ben.goto(address)
    expect(aino.locator("#editing")).to_be_empty(timeout=2000)
    aino.goto("/wiki/")
    expect(ben.locator("#editing")).to_be_empty(timeout=2000)


def test_text_is_kept_while_somebody_types_without_a_pause(as_person):
    page = as_person("aino")
    begin_page(page, "Typing on")
    field = page.locator("textarea[name=body]")
    with page.expect_response(re.compile(r"/wiki/draft/$"), timeout=15_000):
        for _ in range(70):
            field.press_sequentially("on ")
            page.wait_for_timeout(150)


def test_text_survives_a_session_that_ends_and_is_kept_again_after_signing_in_elsewhere(chromium, house, complaints):
    context = chromium.new_context(base_url=house.url)
    page = context.new_page()
    complaints.listen(page)
    page.goto("/")
    sign_in(page, "aino")
    page.wait_for_url(f"{house.url}/")
    begin_page(page, "Lost session", "first words")
    with page.expect_response(re.compile(r"/wiki/draft/$")):
        page.locator("textarea[name=body]").press("ControlOrMeta+s")
    context.clear_cookies()
    field = page.locator("textarea[name=body]")
    field.press("ControlOrMeta+End")
    word = uuid.uuid4().hex[:8]
    field.press_sequentially(f" {word}")
    field.press("ControlOrMeta+s")
    expect(page.locator(".editor-state.is-bad")).to_have_text(
        page.locator("form.wiki-editor").get_attribute("data-words-signed-out")
    )
    other = context.new_page()
    other.goto("/")
    sign_in(other, "aino")
    other.wait_for_url(f"{house.url}/")
    with page.expect_response(lambda answer: "/wiki/draft/" in answer.url and answer.status == 200):
        page.bring_to_front()
        field.press("ControlOrMeta+s")
    expect(page.locator(".editor-state.is-bad")).to_have_count(0)
    other.goto("/wiki/drafts/")
    expect(other.locator(".list-item", has_text=word)).to_be_visible()
    save(page)
    expect(page.locator("article.prose")).to_contain_text(word)
    context.close()


def test_unsaved_text_of_a_page_is_offered_on_another_machine(as_person):
    page = as_person("aino")
    begin_page(page, "Two machines", "Text")
    address = save(page)
    page.locator("[data-edit]").click()
    page.wait_for_selector("text-editor:defined", state="attached")
    page.locator("textarea[name=body]").fill("Text and more")
    with page.expect_response(re.compile(r"/wiki/draft/$")):
        page.locator("textarea[name=body]").press("ControlOrMeta+s")
    elsewhere = as_person("aino")
    elsewhere.goto(address)
    elsewhere.locator(".notice a").click()
    expect(elsewhere.locator("textarea[name=body]")).to_have_value("Text and more")
