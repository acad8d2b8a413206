"""What people are shown is words: languages, browsers, empty choices; not codes, not dashes."""

from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import call_command
from django.utils import translation

from intranet.people import actions, mails
from intranet.people.browsers import browser_name
from intranet.people.languages import language_code, language_name
from tests.builders import make_person

SETTINGS = "/me/settings/"


@pytest.mark.parametrize(
    ("reader", "words"),
    [("en", "Finnish, Swedish, Klingon"), ("fi", "suomi, ruotsi, Klingon"), ("sv", "finska, svenska, Klingon")],
)
def test_languages_are_named_in_the_readers_language(cast, sign_in, reader, words):
    actions.change_profile(actor=cast.ben, person=cast.ben, languages=["fi", "sv", "Klingon"])
    actions.change_profile(actor=cast.aino, person=cast.aino, language=reader)
    assert f"<dd>{words}</dd>" in sign_in(cast.aino).get(cast.ben.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "typed", ["suomi, englanti", "Finska, ENGELSKA", "Finnish,English", "fi, en", "Suomi, fi, English"]
)
def test_languages_are_understood_in_any_of_ours(cast, sign_in, typed):
    client = sign_in(cast.ben)
    assert client.post(SETTINGS, {"form": "profile", "languages": typed}).status_code == 302
    cast.ben.refresh_from_db()
    assert cast.ben.languages == ["fi", "en"]
    assert 'value="Finnish, English"' in client.get(SETTINGS).content.decode()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_language_said_is_understood_again(language):
    with translation.override(language):
        assert [language_code(language_name(code)) for code in ("fi", "sv", "en", "de", "et", "uk")] == [
            "fi", "sv", "en", "de", "et", "uk",
        ]  # fmt: skip


@pytest.mark.parametrize("word", ["", "xx", "zh-cn", "\x00", "Pig Latin"])
def test_a_word_that_is_no_language_stays_as_it_is(word):
    assert language_name(word) == word
    assert language_code(word) == word


# Each as its maker sends it.
BROWSERS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36": (
        "Chrome on Windows"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 "
    "Edg/142.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15": (
        "Safari on macOS"
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 "
    "Mobile/15E148 Safari/604.1": "Safari on iOS",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36": (
        "Chrome on Android"
    ),
    "Mozilla/5.0 (X11; Linux x86_64)": "Linux",
    "": "Unknown browser",
    "\x00\ud800 <script>": "Unknown browser",
    "Mozilla/5.0 (" * 50_000: "Unknown browser",
}


@pytest.mark.parametrize(("sent", "words"), BROWSERS.items(), ids=list(map(str, range(len(BROWSERS)))))
def test_browsers_are_called_what_people_call_them(sent, words):
    assert browser_name(sent) == words


def test_my_sessions_name_their_browsers(cast, client):
    firefox = next(iter(BROWSERS))
    client.post(
        "/accounts/login/",
        {"login": "aino@loikka.example", "password": "kuusi-palaa-hiljaa-7"},
        headers={"User-Agent": firefox},
    )
    page = client.get("/accounts/sessions/").content.decode()
    assert UserSession.objects.get().user_agent == firefox
    assert f'title="{firefox}">Firefox on Linux' in page


def test_no_choice_is_a_row_of_dashes(cast, sign_in):
    from wiki.onboarding.actions import create_path

    path = create_path(actor=cast.mika, community=cast.lab, title="First month")
    for person, address in (
        (cast.root, "/people/new/"),
        (cast.root, f"/people/{cast.ben.handle}/edit/"),
        (cast.mika, "/paths/new/"),
        (cast.mika, f"/paths/{path.slug}/steps/new/?kind=meet"),
        (cast.mika, "/communities/new/"),
        (cast.mika, SETTINGS),
    ):
        answered = sign_in(person).get(address)
        assert answered.status_code == 200, address
        assert "<select" in answered.content.decode() or "/communities/" in address, address
        assert "-----" not in answered.content.decode(), address


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mails_begin_their_sentences_with_a_capital(cast, language):
    person = make_person("Eero", language=language)
    mails.send_reset.call(person.email)
    mails.send_welcome.call(person.pk)
    mails.send_invitation.call(person.pk, cast.yard.pk, cast.aino.pk, True)
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        paragraphs = [part for part in letter.body.split("\n\n") if part.strip() and not part.startswith("http")]
        assert len(paragraphs) >= 3
        assert [part for part in paragraphs if not part[0].isupper()] == []


# --- Skills of people one may not see --------------------------------------------------------------------------------

KNOWS_GITA = {"aino", "ben", "mika"}


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "mika", "root"])
def test_a_skill_only_a_guest_has_is_known_to_those_who_may_see_the_guest(cast, sign_in, name):
    actions.change_profile(actor=cast.gita, person=cast.gita, skills=["Falconry"])
    page = sign_in(cast.people[name]).get("/people/", {"skill": "falconry"})
    none = sign_in(cast.people[name]).get("/people/", {"skill": "no-such-skill"})
    assert page.status_code == none.status_code == 200
    text = page.content.decode()
    assert ("Falconry" in text) == (name in KNOWS_GITA)
    assert ("Gita Example" in text) == (name in KNOWS_GITA)
    if name not in KNOWS_GITA:
        strip = lambda answered, word: answered.content.decode().replace(word, "")  # noqa: E731
        assert strip(page, "falconry").count("chip") == strip(none, "no-such-skill").count("chip")


def test_a_skill_of_somebody_who_left_is_not_offered(cast, sign_in):
    actions.change_profile(actor=cast.ben, person=cast.ben, skills=["Falconry"])
    actions.close_account(actor=cast.root, person=cast.ben)
    assert "Falconry" not in sign_in(cast.aino).get("/people/", {"skill": "falconry"}).content.decode()


# --- The warning at the door -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "domains", "warns"),
    [("", [], False), ("https://id.example", [], True), ("https://id.example", ["loikka.example"], False)],
)
def test_a_door_open_to_everybody_of_a_provider_is_warned_of(settings, url, domains, warns):
    settings.OIDC_URL, settings.OIDC_DOMAINS = url, domains
    said = StringIO()
    call_command("check", tags=["sign_in"], stderr=said)
    assert ("OIDC_DOMAINS is empty" in said.getvalue()) == warns


def test_serve_asks_before_it_opens(settings, capsys):
    from intranet.management.commands.serve import Command

    settings.OIDC_URL, settings.OIDC_DOMAINS = "https://id.example", []
    said = StringIO()
    command = Command(stderr=said)
    command.check(tags=command.requires_system_checks)
    assert "people.W001" in said.getvalue()
