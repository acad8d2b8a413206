"""A crisis in the browser: its banner comes to pages that are open, and goes again, without a reload."""

import re
import uuid

from playwright.sync_api import expect

PLACE = "Koko talo"  # Mika moderates it, Aino and Ben are in it
SOON = 5000


def announce(mika, words):
    mika.goto("/")
    mika.locator("#compose textarea[name=body]").fill(words)
    mika.locator("#compose .kind-choice", has=mika.locator("[value=announcement]")).click()
    mika.locator("#compose select[name=level]").select_option("crisis")
    place = mika.locator("#compose-community option", has_text=PLACE).first.get_attribute("value")
    mika.locator("#compose-community").select_option(place)
    mika.locator("#compose button.primary").click()
    mika.wait_for_url(re.compile(r"/threads/\d+/"))


def open_page(page, address):
    """Go somewhere and stay until the page listens; what is looked for afterwards came without a reload."""
    page.goto(address)
    page.wait_for_timeout(1500)
    page.evaluate("window.wasOpened = true")


def test_a_crisis_comes_to_open_pages_and_goes_when_acknowledged_or_ended(as_person):
    mika, ben, other_tab, aino = as_person("mika"), as_person("ben"), as_person("ben"), as_person("aino")
    words = f"Leave the house by the north door {uuid.uuid4().hex[:8]}"
    open_page(ben, "/wiki/")
    open_page(other_tab, "/people/")
    open_page(aino, "/me/settings/")
    announce(mika, words)
    address = mika.url
    for page in (ben, other_tab, aino):
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible(timeout=SOON)
    # Acknowledged in one tab: in the other it goes by itself, and stays where somebody else has not read it.
    ben.locator(".crisis-line", has_text=words).get_by_role("button").press("Enter")
    expect(ben.locator(".crisis-line", has_text=words)).to_have_count(0)
    expect(other_tab.locator(".crisis-line", has_text=words)).to_have_count(0, timeout=SOON)
    expect(aino.locator(".crisis-line", has_text=words)).to_be_visible()
    # Ended: it goes everywhere.
    mika.goto(address)
    token = mika.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    number = re.search(r"/threads/(\d+)/", address).group(1)
    answer = mika.request.post(
        f"/posts/{number}/end/", form={"csrfmiddlewaretoken": token}, headers={"Referer": address}
    )
    assert answer.ok
    expect(aino.locator(".crisis-line", has_text=words)).to_have_count(0, timeout=SOON)
    assert all(page.evaluate("window.wasOpened") for page in (other_tab, aino))
