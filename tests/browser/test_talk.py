"""Talking in a browser: posting, answering, reacting, hearing of it without reload."""

import re
import uuid

from playwright.sync_api import expect


def write(page, words, place="tori"):
    page.goto("/")
    page.locator("#compose textarea[name=body]").fill(words)
    page.locator("#compose button.primary").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))


def test_a_post_is_announced_to_whoever_looks_and_its_answer_to_the_author(as_person):
    aino, ben = as_person("aino"), as_person("ben")
    ben.goto("/")
    ben.wait_for_timeout(1500)
    # The house may have been talked in before.
    words = f"Who has key {uuid.uuid4().hex} of the pump room?"
    write(aino, words)
    expect(ben.locator(".new-posts a")).to_be_visible(timeout=5000)
    ben.locator(".new-posts a").click()
    card = ben.locator("article.post", has_text=words)
    expect(card).to_have_class(re.compile("is-unread"))
    card.locator(".post-foot a.button").click()
    ben.locator("#reply textarea").fill("I have it.")
    ben.locator("#reply button.primary").click()
    expect(ben.locator("article.reply", has_text="I have it.")).to_be_visible()
    expect(aino.locator(".new-posts a")).to_be_visible(timeout=5000)
    with aino.expect_response(re.compile(r"/threads/\d+/read/$")):
        aino.locator(".new-posts a").click()
    expect(aino.locator("article.reply", has_text="I have it.")).to_be_visible()
    aino.goto("/")
    expect(aino.locator("article.post", has_text=words)).not_to_have_class(re.compile("is-unread"))


def test_reacting_needs_no_reload_and_can_be_taken_back(as_person):
    ben = as_person("ben")
    ben.goto("/")
    card = ben.locator("article.post").first
    before = ben.url
    card.locator("[data-react]").click()
    card.locator("button.menu-item").first.click()
    mine = card.locator('button.reaction[aria-pressed="true"]')
    expect(mine).to_have_count(1)
    assert ben.url == before
    mine.click()
    expect(mine).to_have_count(0)


def test_whoever_reacts_and_votes_by_keyboard_stays_where_she_is(as_person):
    ben = as_person("ben")
    ben.goto("/posts/new/?kind=poll")
    ben.locator("#compose textarea[name=body]").fill(f"Lunch {uuid.uuid4().hex}?")
    ben.locator("textarea[name=options]").fill("Soup\nFish")
    ben.locator("#compose button.primary").click()
    ben.wait_for_url(re.compile(r"/threads/\d+/"))
    ben.locator("form.poll input[type=radio]").first.press("Space")
    with ben.expect_response(re.compile(r"/vote/$")):
        ben.locator("form.poll button").press("Enter")
    expect(ben.locator("form.poll .poll-number").first).to_contain_text("100")
    expect(ben.locator("form.poll button")).to_be_focused()
    ben.locator("article.post > .post-foot [data-react]").press("Enter")
    ben.keyboard.press("ArrowDown")
    ben.keyboard.press("Enter")
    expect(ben.locator('article.post button.reaction[aria-pressed="true"]')).to_be_focused()


def test_whoever_answers_a_reply_types_at_once_and_knows_whom_she_answers(as_person):
    aino, words = as_person("aino"), f"Which valve {uuid.uuid4().hex}?"
    write(aino, words)
    aino.locator("#reply textarea").fill("The left one.")
    aino.locator("#reply button.primary").click()
    aino.locator("article.reply .post-foot a.button").click()
    expect(aino.locator("#reply .answering")).to_contain_text("The left one.")
    expect(aino.locator("#reply textarea")).to_be_focused()


def test_older_threads_come_below_without_leaving_the_page(as_person):
    ben = as_person("ben")
    ben.goto("/")
    expect(ben.locator("article.post")).to_have_count(20)
    ben.locator(".older a").click()
    expect(ben.locator("article.post")).to_have_count(40)
    assert "after" not in ben.url


def test_everything_works_without_a_script(as_person):
    aino = as_person("aino", scripts=False)
    write(aino, "Written without a script.")
    aino.locator("#reply textarea").fill("And answered.")
    aino.locator("#reply button.primary").click()
    expect(aino.locator("article.reply", has_text="And answered.")).to_be_visible()
    aino.locator("article.post > .post-foot [data-react]").click()
    aino.locator('main button[name="react"]').first.click()
    expect(aino.locator('button.reaction[aria-pressed="true"]')).to_have_count(1)


def test_the_menu_of_a_post_is_asked_for_by_keyboard_and_mutes_nothing_else(as_person):
    aino, words = as_person("aino"), f"Who wants a menu {uuid.uuid4().hex}?"
    write(aino, words)
    address = aino.url
    aino.locator("[data-post-menu]").first.press("Enter")
    menu = aino.locator(".post details.menu[open]")
    expect(menu.locator(".menu-item").first).to_be_visible()
    assert aino.url == address
    aino.keyboard.press("ArrowDown")
    expect(menu.locator(".menu-item").first).to_be_focused()
    aino.keyboard.press("Escape")
    expect(menu).to_have_count(0)


def test_what_is_typed_on_one_device_is_found_on_another_and_gone_once_it_is_sent(as_person):
    phone, desk, words = as_person("ben"), as_person("ben"), f"Half a thought {uuid.uuid4().hex}"
    write(phone, f"A thread for {words}")
    address = phone.url
    field = phone.locator("form.reply-form textarea")
    field.click()
    with phone.expect_response(re.compile(r"/posts/draft/$")):
        field.press_sequentially(words)
    desk.goto(address)
    expect(desk.locator("form.reply-form textarea")).to_have_value(words)
    desk.locator("form.reply-form button.primary").click()
    expect(desk.locator("article.reply", has_text=words)).to_be_visible()
    desk.goto(address)
    expect(desk.locator("form.reply-form textarea")).to_have_value("")


def test_a_poll_begun_on_the_phone_goes_on_at_the_desk(as_person):
    phone, desk, words = as_person("aino", width=390), as_person("aino"), f"Which pump {uuid.uuid4().hex[:8]}?"
    phone.goto("/")
    phone.locator("[data-compose]").first.click()
    phone.locator("#compose textarea[name=body]").press_sequentially(words)
    phone.locator("#compose .kind-choice", has=phone.locator("[value=poll]")).click()
    phone.locator("#compose textarea[name=options]").fill("The blue one\nThe old one")
    with phone.expect_response(re.compile(r"/posts/draft/$")):
        phone.locator("#compose [name=several]").check()
    desk.goto("/")
    desk.locator("#compose textarea[name=body]").click()
    expect(desk.locator("#compose textarea[name=body]")).to_have_value(words)
    expect(desk.locator("#compose [name=kind][value=poll]")).to_be_checked()
    expect(desk.locator("#compose textarea[name=options]")).to_be_visible()
    expect(desk.locator("#compose textarea[name=options]")).to_have_value("The blue one\nThe old one")
    expect(desk.locator("#compose [name=several]")).to_be_checked()
    desk.locator("#compose button.primary").click()
    desk.wait_for_url(re.compile(r"/threads/\d+/"))
    expect(desk.get_by_text("The old one")).to_be_visible()
