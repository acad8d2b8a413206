"""The installed app: what was read last is there without network, and nothing of it after sign-out."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

ROOM = "/communities/prosessi-ja-pumput/"


# The policy of the house forbids what `wait_for_function` does.
AT_WORK = """new Promise((go) => navigator.serviceWorker.controller ? go(true)
  : navigator.serviceWorker.addEventListener("controllerchange", () => go(true)))"""


@pytest.fixture
def installed(as_person):
    """Return a function: first name -> a page whose service worker is at work."""

    def open_page(name: str, **more) -> Page:
        page = as_person(name, worker="allow", **more)
        page.goto("/")
        page.evaluate(AT_WORK)
        return page

    return open_page


def kept(page: Page) -> list[str]:
    """Return the addresses of pages that the browser has kept."""
    return page.evaluate(
        "async () => (await (await caches.open('read')).keys()).map((one) => new URL(one.url).pathname)"
        ".filter((one) => one !== '/sw-owner')"
    )


def wait_until_kept(page: Page, address: str) -> None:
    end = time.monotonic() + 10
    while address not in kept(page):
        assert time.monotonic() < end, f"{address} is not kept: {kept(page)}"
        page.wait_for_timeout(50)


def test_manifest_and_icons_are_there(as_person):
    page = as_person("aino")
    page.goto("/")
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((it) => it.json())")
    assert manifest["start_url"] == manifest["scope"] == "/"
    for icon in manifest["icons"]:
        width = page.evaluate(
            "async (src) => { const i = new Image(); i.src = src; await i.decode(); return i.width }", icon["src"]
        )
        assert f"{width}x{width}" == icon["sizes"]


def test_what_was_read_is_there_without_network_and_says_so(installed, complaints):
    page = installed("aino")
    page.goto(ROOM)
    heading = page.locator("h1").inner_text()
    wait_until_kept(page, ROOM)
    page.goto("/notifications/settings/")
    page.context.set_offline(True)
    page.goto(ROOM)
    expect(page.locator("h1")).to_have_text(heading)
    expect(page.locator(".notice.kept time")).to_be_visible()
    # In a window of its own: the one above reloads itself when it hears, for a moment even, that there is a network.
    other = page.context.new_page()
    other.goto("/people/")
    expect(other.locator("[data-last-read] a").first).to_be_visible()
    assert ROOM in [link.get_attribute("href") for link in other.locator("[data-last-read] a").all()]
    # The browser's own words about the network that was cut.
    complaints.lines[:] = [line for line in complaints.lines if "ERR_INTERNET_DISCONNECTED" not in line]


def test_only_talk_and_pages_are_kept(installed):
    page = installed("aino")
    for address in ("/settings/", "/notifications/", "/people/", "/search/?q=pumppu", ROOM):
        page.goto(address)
    wait_until_kept(page, ROOM)
    assert all(re.match(r"/(?:$|threads/|communities/|wiki/)", one) for one in kept(page))


def test_a_kept_conversation_goes_when_it_is_not_at_its_address_any_more(installed, as_person):
    mika, aino, cleo = as_person("mika"), as_person("aino"), installed("cleo")
    places, token = {}, {}
    for page in (mika, aino):
        page.goto("/posts/new/")
        token[page] = page.locator("#compose input[name=csrfmiddlewaretoken]").first.get_attribute("value")
        options = page.locator("#compose-community option").all()
        places |= {one.inner_text().partition(" – ")[0]: one.get_attribute("value") for one in options}

    def send(page: Page, address: str, **form: str) -> str:
        form["csrfmiddlewaretoken"] = token[page]
        answer = page.request.post(address, form=form, headers={"Referer": page.url})
        assert answer.ok, f"{answer.status} {answer.url}"
        return answer.url

    room, away = places["Prosessi ja pumput"], places["Projekti Haapa"]
    threads = [send(aino, "/posts/new/", community=room, body="Soon elsewhere") for _n in range(2)]
    moved, hidden = (re.search(r"/threads/\d+/", url)[0] for url in threads)
    for address in (moved, hidden):
        cleo.goto(address)
        wait_until_kept(cleo, address)
    send(mika, f"{moved}move/", community=away, confirmed=away)
    send(mika, f"{hidden.replace('threads', 'posts')}hide/", reason="Not for here")
    for address in (moved, hidden):
        cleo.goto(address)
        cleo.wait_for_timeout(300)
        assert address not in kept(cleo)


def test_nothing_is_left_after_sign_out(chromium, house):
    context = chromium.new_context(base_url=house.url, locale="en-GB", service_workers="allow")
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", "mika@loikka.example")
    page.fill("input[name=password]", house_password())
    page.click("form button[type=submit], form .button.primary")
    page.wait_for_url(f"{house.url}/")
    page.evaluate(AT_WORK)
    page.goto(ROOM)
    wait_until_kept(page, ROOM)
    page.locator("details.me summary").click()
    page.locator("form[action='/accounts/logout/'] button").click()
    page.wait_for_url(re.compile("/accounts/login/"))
    page.wait_for_timeout(300)
    assert kept(page) == []
    context.set_offline(True)
    page.goto(ROOM)
    expect(page.locator("[data-try-again]")).to_be_visible()
    assert "mika" not in page.content().lower()
    context.close()


def house_password() -> str:
    from tests.browser.house import PASSWORD

    return PASSWORD


def test_another_person_or_changed_rights_begin_anew(installed):
    page = installed("aino")
    page.goto(ROOM)
    wait_until_kept(page, ROOM)
    page.evaluate("async () => (await caches.open('read')).put('/sw-owner', new Response('somebody 1'))")
    page.goto("/")
    wait_until_kept(page, "/")
    assert kept(page) == ["/"]


def test_a_message_is_shown_and_leads_to_its_place(installed, house):
    page = installed("aino")
    page.context.grant_permissions(["notifications"], origin=house.url)
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    for data in ('{"body": "2 new replies", "url": "/notifications/", "unread": 2}', "nonsense"):
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": house.url, "registrationId": registrations[-1]["registrationId"], "data": data},
        )
        page.wait_for_timeout(300)
        shown = page.evaluate(
            "navigator.serviceWorker.ready.then((it) => it.getNotifications()).then((all) => all.map((n) => [n.body, n.data.url]))"
        )
        assert shown == [["2 new replies" if data.startswith("{") else "", "/notifications/"]]


def test_push_is_offered_where_it_can_be(installed):
    page = installed("aino")
    page.goto("/notifications/settings/")
    expect(page.locator("[data-push-switch]")).to_be_visible()
    expect(page.locator(".push-without")).to_be_hidden()
