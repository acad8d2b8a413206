"""An open page follows what others do, without moving what is read; and without streams it asks by itself."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import PASSWORD

ROOM = "/communities/prosessi-ja-pumput/"
SOON = 4_000  # milliseconds on a machine with other things to do; a hint takes a second


def post_to_room(page: Page, words: str) -> str:
    """Write in the room and return the address of the thread."""
    page.goto(ROOM)
    expect(page.locator("#compose text-editor:defined")).to_have_count(1)
    page.fill("#compose textarea[name=body]", words)
    page.click("#compose .composer-bar .button.primary")
    page.wait_for_url(re.compile("/threads/"))
    return page.url.split("#")[0]


def stand_at(page: Page, address: str) -> None:
    """Open a page and wait until its stream is open."""
    with page.expect_response(re.compile("/live/events")):
        page.goto(address)


@pytest.fixture
def thread(as_person) -> str:
    return post_to_room(as_person("aino"), f"Elävä ketju {uuid.uuid4().hex[:6]}")


def test_reaction_of_another_shows_in_place_in_thread_and_list(as_person, thread):
    aino, mika, listed = as_person("aino"), as_person("mika"), as_person("aino")
    stand_at(aino, thread)
    mika.goto(thread)
    card = f"#post-{thread.rstrip('/').split('/')[-1]}"
    stand_at(listed, ROOM)
    aino.fill("#reply textarea[name=body]", "Kesken on tämä")
    mika.locator(f"{card} > .post-foot [data-react]").first.click()
    mika.locator(f"{card} > .post-foot .menu-item").first.click()
    for page in (aino, listed):
        expect(page.locator(f"{card} > .post-foot button.reaction")).to_contain_text("1", timeout=SOON)
    expect(aino.locator("#reply textarea[name=body]")).to_have_value("Kesken on tämä")


def test_new_posts_wait_behind_a_bar_and_replies_are_counted_in_place(as_person, thread):
    aino, mika = as_person("aino"), as_person("mika")
    stand_at(aino, ROOM)
    card = aino.locator(f"#post-{thread.rstrip('/').split('/')[-1]}")
    first = aino.locator("#feed article.post").first.get_attribute("id")
    mika.goto(thread)
    mika.fill("#reply textarea[name=body]", "Ensimmäinen vastaus")
    mika.click("#reply .composer-bar .button.primary")
    expect(card.locator(".post-foot > a.button")).to_contain_text("1", timeout=SOON)
    post_to_room(mika, f"Uusi juttu {uuid.uuid4().hex[:6]}")
    expect(aino.locator("#new-posts a")).to_be_visible(timeout=SOON)
    assert aino.locator("#feed article.post").first.get_attribute("id") == first


def test_what_is_read_in_one_tab_is_read_in_the_other(as_person):
    mika, aino = as_person("mika"), as_person("aino")
    thread = post_to_room(mika, f"Luettavaa @aino.heikkinen {uuid.uuid4().hex[:6]}")
    card = f"#post-{thread.rstrip('/').split('/')[-1]}"
    stand_at(aino, ROOM)
    expect(aino.locator(f"{card}.is-unread")).to_have_count(1)
    reader = aino.context.new_page()
    reader.goto(thread)
    expect(aino.locator(f"{card}.is-unread")).to_have_count(0, timeout=SOON)


def test_menu_counts_by_itself(as_person):
    aino, mika = as_person("aino"), as_person("mika")
    stand_at(aino, "/people/")
    count = aino.locator(f".rail a[href='{ROOM}'] .count")
    before = count.inner_text() if count.count() else "0"
    post_to_room(mika, f"Laskuri {uuid.uuid4().hex[:6]}")
    if not before.startswith("20"):
        expect(count).not_to_have_text(before, timeout=SOON + 4_000)


def test_page_asks_by_itself_where_streams_do_not_come_through(as_person, complaints):
    aino, mika = as_person("aino"), as_person("mika")
    tries: list[float] = []
    aino.route("**/live/events", lambda route: (tries.append(time.monotonic()), route.abort()))
    # The page asks after up to half a minute; its clock is turned instead of waiting.
    aino.clock.install()
    aino.goto(ROOM)
    post_to_room(mika, f"Ilman virtaa {uuid.uuid4().hex[:6]}")
    for _turn in range(40):
        aino.clock.run_for(2_000)
        aino.wait_for_timeout(30)
        if aino.locator("#new-posts a").count():
            break
    expect(aino.locator("#new-posts a")).to_be_visible()
    assert 2 <= len(tries) <= 12  # each time after a longer wait
    complaints.lines[:] = [line for line in complaints.lines if "ERR_FAILED" not in line]


def test_who_is_signed_out_elsewhere_is_told_and_nothing_else_changes(chromium, house, complaints):
    context = chromium.new_context(base_url=house.url, locale="en-GB", service_workers="block")
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", "ben@loikka.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit], form .button.primary")
    page.wait_for_url(f"{house.url}/")
    stand_at(page, ROOM)
    page.fill("#compose textarea[name=body]", "Kesken on tämä")
    other = context.new_page()
    other.goto("/accounts/logout/")
    other.click("main form .button.primary")
    expect(page.locator(".toast")).to_contain_text("utloggad", timeout=20_000)  # Ben reads Swedish
    expect(page.locator("#compose textarea[name=body]")).to_have_value("Kesken on tämä")
    expect(page.locator("input[name=password]")).to_have_count(0)
    context.close()
