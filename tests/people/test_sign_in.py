"""Signing in and out: what works, what ends sessions, what tells nothing."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from intranet.activity.worker import run_ready_tasks
from intranet.people import actions
from tests.builders import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def log_in(client: Client, email="aino@loikka.example", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def plain(response) -> str:
    """The page without its one-time tokens."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "[^"]+"', "", response.content.decode())


def test_password_lets_in_whatever_the_capitals(cast, client):
    response = log_in(client, "AINO@Loikka.example")
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/me/settings/").status_code == 200


def test_session_id_changes_at_sign_in(cast, client):
    client.get(LOGIN)
    client.cookies["loikka_session"] = "a" * 32  # a preset cookie, as an attacker would fix it
    log_in(client)
    assert client.cookies["loikka_session"].value != "a" * 32


def test_sign_out_ends_the_session_and_get_does_not(cast, client):
    log_in(client)
    client.get("/accounts/logout/")
    assert client.get("/me/settings/").status_code == 200
    key = client.cookies["loikka_session"].value
    client.post("/accounts/logout/")
    other = Client()
    other.cookies["loikka_session"] = key
    assert other.get("/me/settings/").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("aino@loikka.example", "wrong"),
        ("nobody@loikka.example", PASSWORD),
        ("closed@loikka.example", PASSWORD),
        ("over@loikka.example", PASSWORD),
        ("guestless@loikka.example", "x"),
    ],
)
def test_refusal_is_the_same_for_every_reason(email, password, cast):
    from datetime import date

    from tests.builders import make_person

    make_person("Closed", is_active=False)
    make_person("Over", active_until=date(2020, 1, 1))
    reference = log_in(Client(), "aino@loikka.example", "other wrong").content.decode()
    response = log_in(Client(), email, password)
    strip = lambda text: re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]+"', "", text)  # noqa: E731
    assert response.status_code == 200
    assert strip(response.content.decode()) == strip(reference)


def hashes_made(monkeypatch, act) -> int:
    """Count what takes the time at sign-in: passwords hashed."""
    from django.contrib.auth import hashers

    made = []
    hasher = hashers.get_hasher()
    original = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda self, *a, **k: (made.append(1), original(self, *a, **k))[1])
    act()
    monkeypatch.undo()
    return len(made)


def test_unknown_and_known_addresses_cost_the_same_hashing(cast, monkeypatch):
    known = hashes_made(monkeypatch, lambda: log_in(Client(), "aino@loikka.example", "wrong"))
    unknown = hashes_made(monkeypatch, lambda: log_in(Client(), "nobody@loikka.example", "wrong"))
    actions.close_account(actor=cast.root, person=cast.ben)
    closed = hashes_made(monkeypatch, lambda: log_in(Client(), "ben@loikka.example", "wrong"))
    assert known == unknown == closed == 1


def test_guessing_one_address_is_stopped(cast):
    for n in range(10):
        log_in(Client(), password=f"guess {n}")
    page = log_in(Client())
    assert page.status_code == 200
    assert "Too many" in page.content.decode()
    assert log_in(Client(), "ben@loikka.example").status_code == 302


def test_claimed_addresses_do_not_get_round_the_limit(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    answers = [
        Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
        .post(LOGIN, {"login": f"p{n}@x.example", "password": "x"})
        .status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("forwarded", ["", "garbage", "1.2.3.4, 5.6.7.8", "a" * 4000])
def test_odd_proxy_headers_are_no_error(forwarded, cast, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    assert log_in(Client(HTTP_X_FORWARDED_FOR=forwarded)).status_code == 302
    assert log_in(Client(REMOTE_ADDR="")).status_code == 302


@pytest.mark.parametrize("email", ["aino@loikka.example", "nobody@loikka.example", "ben@loikka.example"])
def test_asking_for_a_password_answers_and_works_the_same(email, cast, django_assert_num_queries, client):
    actions.close_account(actor=cast.root, person=cast.ben)
    before = DBTaskResult.objects.count()
    with django_assert_num_queries(3):  # a savepoint, the task, its release: nobody is looked up
        response = client.post("/accounts/password/reset/", {"email": email})
    assert (response.status_code, response.url) == (302, "/accounts/password/reset/done/")
    assert DBTaskResult.objects.count() == before + 1
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_only_open_accounts_get_the_mail_and_its_link_works_once():
    from tests.builders import build_cast

    cast = build_cast()
    actions.close_account(actor=cast.root, person=cast.ben)
    signed_in = Client()
    log_in(signed_in)
    for email in ("Aino@loikka.example", "nobody@loikka.example", "ben@loikka.example"):
        Client().post("/accounts/password/reset/", {"email": email})
    run_ready_tasks()
    assert [message.to for message in mail.outbox] == [["aino@loikka.example"]]
    link = re.search(r"https?://\S+", mail.outbox[0].body).group()
    path = link.replace("http://testserver", "")
    stranger = Client()
    form = stranger.get(path, follow=True)
    new = {"password1": "uusi-hyva-salasana", "password2": "uusi-hyva-salasana"}
    assert stranger.post(form.redirect_chain[-1][0], new).status_code == 302
    assert signed_in.get("/me/settings/").status_code == 302  # the old session is over
    assert log_in(Client(), password="uusi-hyva-salasana").status_code == 302
    again = Client().get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_new_password_ends_other_sessions_and_keeps_this_one(cast):
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    new = "uusi-hyva-salasana"
    changed = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert changed.status_code == 302
    assert here.get("/me/settings/").status_code == 200
    assert there.get("/me/settings/").status_code == 302


def test_sign_out_everywhere_ends_sessions_nobody_listed(cast, sign_in):
    listed, unlisted = Client(), sign_in(cast.aino)
    log_in(listed)
    assert "Signed in" in listed.get("/accounts/sessions/").content.decode()
    listed.post("/accounts/sessions/end/")
    assert [client.get("/me/settings/").status_code for client in (listed, unlisted)] == [302, 302]


@pytest.mark.parametrize("end", ["closed", "over"])
def test_account_that_ends_stops_at_the_next_request(end, cast, sign_in):
    from datetime import date

    client = sign_in(cast.ben)
    assert client.get("/me/settings/").status_code == 200
    if end == "closed":
        actions.close_account(actor=cast.root, person=cast.ben)
    else:
        actions.change_account(actor=cast.root, person=cast.ben, active_until=date(2020, 1, 1))
    assert client.get("/me/settings/").status_code == 302


def test_role_that_is_lost_is_lost_at_once(cast, sign_in):
    from intranet.people.models import User

    other = User.objects.create_superuser("boss@loikka.example", "x", name="Boss", handle="boss")
    client = sign_in(cast.root)
    assert client.get("/people/new/").status_code == 200
    actions.change_account(actor=other, person=cast.root, is_staff=False)
    assert client.get("/people/new/").status_code == 403
    assert client.get("/cms/").status_code != 200


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/password/set/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/sso/",
        "/accounts/sso/signup/",
        "/accounts/social/signup/",
        "/accounts/login/code/",
        "/accounts/oidc/sso/login/",
        "/accounts/oidc/other/login/callback/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_the_house_does_not_offer_is_not_there(address, method, cast, client):
    data = {"email": "new@loikka.example", "password1": "uusi-hyva-salasana"} if method == "post" else {}
    assert getattr(client, method)(address, data).status_code == 404


def test_wagtail_has_no_door_of_its_own(cast, sign_in, client):
    assert client.get("/cms/login/").status_code == 302
    assert client.post("/cms/login/", {"username": "root@loikka.example", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" not in client.session
    for name in ("aino", "mika", "gita"):
        assert sign_in(getattr(cast, name)).get("/cms/").status_code in (302, 403, 404)


EVIL = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http://evil.example", "https:evil.example",
    "http:/evil.example", "https:///evil.example", "//evil.example%2f..", "/%09/evil.example", "\t//evil.example",
    "//testserver@evil.example", "http://testserver.evil.example", "javascript:alert(1)", "data:text/html,x",
    "http://testserver@evil.example/", "//evil.example\\@testserver", " //evil.example", "ftp://testserver/",
    "http://evil.example#testserver", "http://[::1]/", "//0x7f000001", "https://testserver.evil.example/",
]  # fmt: skip


def answers_to(wanted, cast, sign_in, signed_in):
    return [
        log_in(Client(), next=wanted),
        Client().post(
            "/accounts/login/?" + f"next={wanted}".replace(" ", "%20"),
            {"login": "aino@loikka.example", "password": PASSWORD},
        ),
        Client().post("/accounts/language/", {"language": "fi", "next": wanted}),
        Client().post("/accounts/theme/", {"theme": "dark", "next": wanted}),
        signed_in.post("/people/ben.example/follow/", {"next": wanted}),
        signed_in.post("/communities/yard/join/", {"next": wanted}),
        signed_in.post("/tags/pumps/follow/", {"next": wanted}),
        sign_in(cast.ben).post("/accounts/logout/", {"next": wanted}),
    ]


def test_nobody_is_sent_to_another_house(cast, sign_in):
    signed_in = sign_in(cast.aino)
    for wanted in EVIL:
        for answer in answers_to(wanted, cast, sign_in, signed_in):
            place = answer.headers.get("Location", "/")
            assert place.startswith("/"), (wanted, place)
            assert not place.startswith(("//", "/\\")), (wanted, place)


def test_own_addresses_are_gone_to(cast):
    assert log_in(Client(), next="/communities/").url == "/communities/"


UNSAFE = [
    "/accounts/login/", "/accounts/logout/", "/accounts/language/", "/accounts/theme/", "/accounts/sessions/end/",
    "/accounts/password/change/", "/accounts/password/reset/", "/me/settings/", "/me/photo/", "/me/tokens/",
    "/people/new/", "/people/ben.example/follow/", "/people/ben.example/close/", "/communities/new/",
    "/communities/yard/join/", "/communities/yard/leave/", "/communities/lab/request/", "/communities/lab/enter/",
    "/communities/lab/members/add/", "/communities/lab/members/ben.example/remove/", "/communities/yard/settings/",
]  # fmt: skip


@pytest.mark.parametrize("address", UNSAFE)
def test_form_of_another_site_is_refused(address, cast, sign_in):
    client = sign_in(cast.root, enforce_csrf_checks=True)
    response = client.post(address, {"name": "x"}, HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403


def test_language_is_kept_with_the_person_and_in_the_browser(cast, sign_in):
    stranger = Client()
    stranger.post("/accounts/language/", {"language": "fi", "next": "/accounts/login/"})
    assert 'lang="fi"' in stranger.get(LOGIN).content.decode()
    client = sign_in(cast.aino)
    client.post("/accounts/language/", {"language": "sv"})
    cast.aino.refresh_from_db()
    assert cast.aino.language == "sv"
    assert client.post("/accounts/language/", {"language": "xx"}).status_code == 400


@pytest.mark.parametrize("address", ["/", "/nothing/here/", "/api/v1/me", "/accounts/login/"])
def test_the_language_of_a_request_does_not_stay_with_its_thread(cast, sign_in, address):
    cast.aino.language = "fi"
    cast.aino.save()
    with translation.override("en"):
        for client in (sign_in(cast.aino), Client(headers={"Accept-Language": "sv"})):
            answer = client.get(address)
            assert answer.headers["Content-Language"] in {"fi", "sv"}
            assert translation.get_language() == settings.LANGUAGE_CODE


def test_theme_follows_the_person_to_a_new_browser(cast, sign_in):
    sign_in(cast.aino).post("/accounts/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in sign_in(cast.aino).get("/me/settings/").content.decode()


def test_a_session_ends_when_its_time_is_over(cast, sign_in):
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    client = sign_in(cast.aino)
    assert client.get("/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timezone.timedelta(seconds=1))
    assert client.get("/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("key", ["", "0" * 32, "a\x00b" * 12])
def test_a_made_up_session_is_nobodys(cast, client, key):
    client.cookies["loikka_session"] = key
    assert client.get("/")["Location"].startswith("/accounts/login/")
