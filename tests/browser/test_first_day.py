"""The first stone, walked in Chromium: write a page, talk about it, get an answer, find both, walk a path."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect


def found_by(page: Page, words: str, what: str) -> None:
    """Search until `what` is among the hits; an edit is found within two seconds (and the page reloads in between)."""
    until = time.monotonic() + 6
    while time.monotonic() < until:
        page.goto(f"/search/?q={words}")
        if page.locator(".hits").get_by_text(what).count():
            return
        time.sleep(0.4)
    raise AssertionError(f"{what!r} was not found by {words!r}")


def write_page(page: Page, community: str, title: str, body: str) -> None:
    page.goto(f"/wiki/new/?community={community}")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", body)
    page.click(".save-bar .button.primary")
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_write_a_page_talk_about_it_and_find_both_in_another_case(as_person, scripts):
    word = f"turbiinikellari{uuid.uuid4().hex[:6]}"  # nobody else's word, so that what is found is ours
    title = f"Huoltokirja {word}"
    aino = as_person("aino", scripts=scripts)
    write_page(aino, "prosessi-ja-pumput", title, f"## Avaimet\n\nHiljaista tietoa: {word} avataan vasemmalta. #pumput")
    expect(aino.locator(".prose.page")).to_contain_text("avataan vasemmalta")

    aino.fill("#discussion textarea[name=body]", f"Kuka on käynyt viimeksi? @ben.lind:lle tiedoksi {word}")
    aino.click("#discussion .composer-bar .button.primary")
    ben = as_person("ben", scripts=scripts)
    ben.goto("/")
    ben.locator("article.post", has_text=word).first.locator("a[href*='/threads/']").first.click()
    ben.fill("#reply textarea[name=body]", "Minä eilen. Pumppuhuoneessa oli kuivaa.")
    ben.click("#reply .composer-bar .button.primary")
    expect(ben.locator(".replies")).to_contain_text("Pumppuhuoneessa oli kuivaa")

    found_by(aino, f"hiljainen+tieto+{word}", title)
    found_by(aino, f"{word}+käydä", "Kuka on käynyt")
    cleo = as_person("cleo", scripts=scripts)
    found_by(cleo, f"hiljainen+tieto+{word}", title)  # an open community: every employee reads


def test_secret_page_is_not_found_by_an_outsider(as_person):
    word = f"salaisuus{uuid.uuid4().hex[:6]}"
    aino = as_person("aino")
    write_page(aino, "projekti-haapa", f"Muistio {word}", "Hinta on sovittu.")
    address = aino.url
    found_by(aino, word, word)
    for name in ("cleo", "gita", "root"):
        other = as_person(name)
        other.goto(f"/search/?q={word}")
        expect(other.locator(".hits")).to_have_count(0)
        assert other.goto(address).status == 404


def test_two_people_in_one_page_lose_nothing(as_person):
    title = f"Vuorolista {uuid.uuid4().hex[:6]}"
    # Without scripts nobody sees the other's letters: the server brings both texts together.
    aino, ben = as_person("aino", scripts=False), as_person("ben", scripts=False)
    write_page(aino, "prosessi-ja-pumput", title, "Maanantai: Aino\n\nTiistai: Ben\n\nKeskiviikko: Mika\n")
    address = aino.url
    for page in (aino, ben):
        page.goto(address)
        page.locator("a[href$='/edit/']").first.click()
    aino.fill("textarea[name=body]", "Maanantai: Noora\n\nTiistai: Ben\n\nKeskiviikko: Mika\n")
    aino.click(".save-bar .button.primary")
    aino.wait_for_url(address)
    ben.fill("textarea[name=body]", "Maanantai: Aino\n\nTiistai: Ben\n\nKeskiviikko: Timo\n")
    ben.click(".save-bar .button.primary")
    ben.wait_for_url(address)
    expect(ben.locator(".prose.page")).to_contain_text("Noora")
    expect(ben.locator(".prose.page")).to_contain_text("Timo")

    for page in (aino, ben):
        page.goto(address)
        page.locator("a[href$='/edit/']").first.click()
    aino.fill("textarea[name=body]", "Maanantai: Kaisa\n\nTiistai: Ben\n\nKeskiviikko: Timo\n")
    aino.click(".save-bar .button.primary")
    aino.wait_for_url(address)
    ben.fill("textarea[name=body]", "Maanantai: Onni\n\nTiistai: Ben\n\nKeskiviikko: Timo\n")
    ben.click(".save-bar .button.primary")
    expect(ben.locator(".conflict").first).to_be_visible()
    expect(ben.locator("body")).to_contain_text("Kaisa")
    expect(ben.locator("body")).to_contain_text("Onni")


def test_new_hire_walks_the_next_step_and_the_buddy_sees_it(as_person):
    onni, iida = as_person("onni"), as_person("iida")
    onni.goto("/paths/")
    step = onni.locator(".next-step h2").inner_text()
    onni.locator(".next-step button").first.click()
    expect(onni.locator(".steps .is-done", has_text=step)).to_be_visible()
    iida.goto("/paths/")
    iida.get_by_role("link", name=re.compile("Onni")).first.click()
    expect(iida.locator(".steps .is-done", has_text=step)).to_be_visible()


def test_new_post_is_announced_live_without_moving_what_is_read(as_person):
    word = f"hälytys{uuid.uuid4().hex[:6]}"
    aino, ben = as_person("aino"), as_person("ben")
    ben.goto("/communities/prosessi-ja-pumput/")
    ben.wait_for_timeout(800)  # until the stream is open
    first = ben.locator("article.post").first.inner_text()
    aino.goto("/communities/prosessi-ja-pumput/")
    aino.click("#compose textarea[name=body]")
    aino.fill("#compose textarea[name=body]", f"Uutta: {word}")
    aino.click("#compose .composer-bar .button.primary")
    bar = ben.locator(".new-posts")
    expect(bar).to_be_visible(timeout=4000)
    assert ben.locator("article.post").first.inner_text() == first
    bar.locator("a, button").first.click() if bar.locator("a, button").count() else bar.click()
    expect(ben.locator("article.post", has_text=word)).to_be_visible()


def test_switcher_finds_a_page_by_keyboard(as_person):
    aino = as_person("aino")
    aino.goto("/")
    aino.keyboard.press("Control+k")
    field = aino.locator("dialog.switcher input")
    expect(field).to_be_focused()
    field.type("kavit", delay=40)
    expect(aino.locator("dialog.switcher [role=option]", has_text="Kavitaatio").first).to_be_visible()
    aino.keyboard.press("ArrowDown")
    aino.keyboard.press("Enter")
    aino.wait_for_url(re.compile("/(wiki|search|threads)/"))
