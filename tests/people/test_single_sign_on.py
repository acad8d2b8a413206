"""Signing in with an OpenID Connect provider, a real one over HTTP."""

import os
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from intranet import env
from intranet.people import actions
from intranet.people.models import Membership, User
from tests.builders import PASSWORD
from tests.people.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider

ABSENT = object()


@pytest.fixture
def provider(settings, monkeypatch):
    running = Provider().start()
    monkeypatch.setenv("OIDC_URL", running.url)
    monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("OIDC_NAME", "Työpaikka")
    settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
    yield running
    running.stop()


def claims(sub="1", email="aino@loikka.example", verified=True, **more) -> dict:
    said = {"sub": sub, "email": email, "name": "Aino Example", **more}
    return said if verified is ABSENT else {**said, "email_verified": verified}


def sign_on(provider, person, client=None, **form) -> Client:
    """Go through the whole dance as a browser does; return the browser."""
    client = client or Client()
    provider.person = person
    there = client.post("/accounts/oidc/sso/login/", form)
    assert there.status_code == 302
    assert there.url.startswith(f"{provider.url}/authorize?"), there.url
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    client.last = client.get(back.replace("http://testserver", ""))
    return client


def who(client: Client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get_queryset().filter(pk=pk).first() if pk else None


def test_environment_names_the_provider(provider):
    app = env.single_sign_on()["openid_connect"]["APPS"][0]
    assert (app["name"], app["client_id"], app["settings"]["server_url"]) == ("Työpaikka", CLIENT_ID, provider.url)
    os.environ["OIDC_CLIENT_ID"] = ""
    with pytest.raises(ImproperlyConfigured):
        env.single_sign_on()
    os.environ["OIDC_URL"] = ""
    assert env.single_sign_on() == {}


def test_verified_address_links_the_employee_once_and_for_good(cast, provider):
    assert who(sign_on(provider, claims())) == cast.aino
    assert who(sign_on(provider, claims(email="anything@else.example", verified=False))) == cast.aino
    assert SocialAccount.objects.count() == 1
    cast.aino.refresh_from_db()
    assert cast.aino.check_password(PASSWORD)  # the password stays
    assert cast.aino.email == "aino@loikka.example"


def test_dance_uses_pkce_and_asks_for_no_more_than_it_needs(cast, provider):
    there = Client().post("/accounts/oidc/sso/login/")
    asked = parse_qs(urlsplit(there.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    sign_on(provider, claims())
    assert {"/token", "/jwks", "/userinfo"} <= set(provider.seen)


@pytest.mark.parametrize("verified", [ABSENT, False, "false", "true", "True", None, 0, 1, [], {}, [True]])
def test_address_that_is_not_verified_in_so_many_words_links_and_makes_nobody(verified, cast, provider):
    people = User.objects.get_queryset().count()
    assert who(sign_on(provider, claims(verified=verified))) is None
    assert who(sign_on(provider, claims(sub="2", email="new@loikka.example", verified=verified))) is None
    assert User.objects.get_queryset().count() == people
    assert SocialAccount.objects.count() == 0


def test_swapped_addresses_at_the_provider_change_nobody(cast, provider):
    sign_on(provider, claims(sub="a", email="aino@loikka.example"))
    sign_on(provider, claims(sub="b", email="ben@loikka.example"))
    assert who(sign_on(provider, claims(sub="a", email="ben@loikka.example"))) == cast.aino
    assert who(sign_on(provider, claims(sub="b", email="aino@loikka.example"))) == cast.ben


def test_second_subject_with_a_linked_address_is_turned_away(cast, provider):
    sign_on(provider, claims(sub="a"))
    assert who(sign_on(provider, claims(sub="z"))) is None


@pytest.mark.parametrize("email", ["AINO@LOIKKA.EXAMPLE", "Aino@Loikka.Example", " aino@loikka.example "])
def test_capitals_of_an_address_do_not_matter(email, cast, provider):
    assert who(sign_on(provider, claims(email=email))) == cast.aino


@pytest.mark.parametrize(
    "email",
    ["aıno@loikka.example", "mi\u212aa@loikka.example", "aino@loıkka.example", "ａｉｎｏ@loikka.example", "aino@loikka.example\x00",
     "aino", "", None, 5, ["aino@loikka.example"], "aino@loikka.example\nben@loikka.example"],
)  # fmt: skip
def test_look_alike_and_odd_addresses_are_nobody(email, cast, provider):
    people = User.objects.get_queryset().count()
    assert who(sign_on(provider, claims(email=email))) is None
    assert User.objects.get_queryset().count() == people


def test_subject_of_another_provider_is_somebody_else(cast, provider, settings, monkeypatch):
    sign_on(provider, claims(sub="1", email="aino@loikka.example"))
    other = Provider().start()
    try:
        monkeypatch.setenv("OIDC_URL", other.url)
        settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
        assert who(sign_on(other, claims(sub="1", email="ben@loikka.example"))) == cast.ben
    finally:
        other.stop()


def test_reused_subject_of_somebody_who_left_stays_out(cast, provider):
    sign_on(provider, claims(sub="1"))
    actions.close_account(actor=cast.root, person=cast.aino)
    assert who(sign_on(provider, claims(sub="1", email="new@loikka.example"))) is None
    assert not User.objects.get_queryset().filter(email="new@loikka.example").exists()


@pytest.mark.parametrize("name", ["gita", "closed", "over"])
def test_guests_and_ended_accounts_are_turned_away(name, cast, provider):
    if name == "closed":
        actions.close_account(actor=cast.root, person=cast.ben)
    if name == "over":
        actions.change_account(actor=cast.root, person=cast.ben, active_until=date(2020, 1, 1))
    email = "gita@loikka.example" if name == "gita" else "ben@loikka.example"
    client = sign_on(provider, claims(email=email))
    assert who(client) is None
    assert client.last.url == "/accounts/login/"
    assert SocialAccount.objects.count() == 0


def test_new_employee_is_made_from_the_claims_and_is_in_everyone(cast, provider):
    person = who(
        sign_on(provider, claims(email="Uusi.Ihminen@loikka.example", name="Uusi Ihmeläinen", groups=["admin"]))
    )
    assert (person.name, person.email, person.handle) == (
        "Uusi Ihmeläinen",
        "uusi.ihminen@loikka.example",
        "uusi.ihmelainen",
    )
    assert (person.is_staff, person.is_superuser, person.is_guest) == (False, False, False)
    assert list(Membership.objects.filter(user=person).values_list("community__slug", flat=True)) == ["everyone"]
    assert not person.has_usable_password()


@pytest.mark.parametrize("name", [None, 5, "", "\x00", "x" * 5000, ["Aino"], {"a": 1}])
def test_odd_names_make_a_person_all_the_same(name, cast, provider):
    person = who(sign_on(provider, claims(email="odd@loikka.example", name=name)))
    assert person.name
    assert len(person.name) <= 120


def test_only_addresses_of_the_house_make_new_people(cast, provider, settings):
    settings.OIDC_DOMAINS = ["loikka.example"]
    assert who(sign_on(provider, claims(email="x@evil.example"))) is None
    assert who(sign_on(provider, claims(email="x@notloikka.example"))) is None
    assert who(sign_on(provider, claims(email="x@loikka.example"))) is not None


def test_token_with_a_foreign_signature_is_refused(cast, provider):
    provider.sign_with_foreign_key = True
    assert who(sign_on(provider, claims())) is None


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1}, {"sub": "2"}],
    ids=["issuer", "audience", "expired", "subject"],
)
def test_token_for_somebody_or_something_else_is_refused(wrong, cast, provider):
    provider.token_claims = {**claims(), **wrong}
    assert who(sign_on(provider, claims())) is None


def test_claims_of_the_token_do_not_fill_gaps_of_userinfo(cast, provider):
    provider.token_claims = claims()
    assert who(sign_on(provider, claims(verified=ABSENT))) is None


def test_linking_to_the_account_one_is_signed_in_with_is_not_offered(cast, provider, sign_in):
    sign_on(
        provider, claims(sub="evil", email="evil@loikka.example", verified=False), sign_in(cast.aino), process="connect"
    )
    assert SocialAccount.objects.count() == 0


def test_state_of_another_browser_is_refused(cast, provider):
    provider.person = claims()
    there = Client().post("/accounts/oidc/sso/login/")
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    victim = Client()
    assert victim.get(back.replace("http://testserver", "")).status_code == 302
    assert who(victim) is None


def test_next_stays_in_the_house(cast, provider):
    assert sign_on(provider, claims(), next="/communities/").last.url == "/communities/"
    assert sign_on(provider, claims(), next="//evil.example").last.url == "/"


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?error=access_denied", "?code=x&state=x", "?error=%00&state=%00"]
)
def test_nonsense_at_the_callback_is_no_error(query, cast, provider):
    response = Client().get(f"/accounts/oidc/sso/login/callback/{query}")
    assert (response.status_code, response.url) == (302, "/accounts/login/")


def test_provider_that_is_down_leaves_the_password(cast, provider):
    provider.broken = True
    client = Client()
    response = client.post("/accounts/oidc/sso/login/")
    assert (response.status_code, response.url) == (302, "/accounts/login/")
    assert client.post("/accounts/login/", {"login": "aino@loikka.example", "password": PASSWORD}).url == "/"


def test_link_alone_does_not_start_the_dance(cast, provider):
    assert Client().get("/accounts/oidc/sso/login/").status_code == 405


def test_sign_in_page_offers_the_provider(cast, provider, client):
    page = client.get("/accounts/login/").content.decode()
    assert "Työpaikka" in page
    assert 'action="/accounts/oidc/sso/login/' in page
