"""What holds at every address: tokens against forgery, GET changes nothing, strangers' ids, redirects, headers."""

import hashlib
import re
from itertools import permutations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.house.addresses import address_of, read_to_the_end
from tests.house.url_rows import Entry
from tests.house.url_table import ENTRIES
from tests.house.world import World

pytestmark = pytest.mark.django_db
UNSAFE = ("post", "put", "patch", "delete")
WRITES = sorted(name for name, entry in ENTRIES.items() if any(getattr(entry, method) for method in UNSAFE))
READS = sorted(name for name, entry in ENTRIES.items() if entry.get)


def place_of(world: World, entry: Entry):
    """Return a place this entry can be tried in: the closed one when its row has it."""
    letters = next(found for m in ("get", *UNSAFE) if (found := getattr(entry, m)))
    return world.places["lab" if isinstance(letters, dict) else "yard"]


@pytest.mark.any_engine
@pytest.mark.parametrize("name", WRITES)
def test_unsafe_request_without_the_token_is_refused(name: str, world: World, taken_back) -> None:
    entry = ENTRIES[name]
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(world.cast.aino, backend="intranet.people.backends.PersonBackend")
    place = place_of(world, entry)
    for method in UNSAFE:
        if getattr(entry, method):
            with taken_back():
                answer = strict.generic(method.upper(), address_of(entry, world, place))
            assert answer.status_code == 403, f"{method.upper()} {name}: {answer.status_code}"


def table_hashes(leave_out: frozenset[str]) -> dict[str, str]:
    """Return a digest of every table of the house except sessions and those named."""
    digests = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label in leave_out or model._meta.app_label == "sessions" or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            rows = sorted(repr(row) for row in cursor.fetchall())
        digests[label] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


@pytest.mark.parametrize("person", ["aino", "gita", "root"])
def test_looking_changes_nothing(person: str, world: World, clients: dict[str, Client], taken_back) -> None:
    may_change = frozenset().union(*(ENTRIES[name].get_may_change for name in READS))
    with taken_back():
        before = table_hashes(may_change)
        for name in READS:
            entry = ENTRIES[name]
            for place in world.places.values():
                kept = clients[person].cookies.copy()
                read_to_the_end(clients[person].get(address_of(entry, world, place)))
                clients[person].cookies = kept
        after = table_hashes(may_change)
    assert [table for table in before if before[table] != after[table]] == []


def id_names(entry: Entry, world: World) -> list[str]:
    """Return the parts of an entry's address that name things of a place."""
    first, second = (entry.kwargs(world, world.places[place]) for place in ("lab", "yard"))
    return [name for name in first if first[name] != second[name]]


MIXED = ["onboarding:step", "onboarding:step_complete", "onboarding:step_reopen", "onboarding:step_unclear",
         "onboarding:step_file", "onboarding:welcome_file",
         "api:my_step", "api:my_step_file", "api:do_my_step_with_files", "api:do_task_with_files",
         "api:read_task_link", "api:open_task_link", "api:close_task_link", "api:hold_role",
         "onboarding:task_link_end",
         "onboarding:step_edit", "onboarding:step_move",
         "onboarding:role_edit", "onboarding:role_remove", "onboarding:rule_remove",
         "api:place_path_step", "api:change_path_role", "api:remove_path_role", "api:remove_path_rule",
         "onboarding:step_remove", "onboarding:step_restore", "api:restore_path_step", "onboarding:their_step", "onboarding:nudge", "onboarding:skip", "onboarding:unskip",
         "onboarding:set_day", "onboarding:take_back", "onboarding:task", "onboarding:task_undo",
         "onboarding:task_link", "people:request_decide", "wiki:version", "wiki:restore",
         "api:resolve_flag",
         # tests/onboarding/test_api.py
         *(f"api:{name}" for name in ("change_path_step", "remove_path_step", "change_own_step", "remove_own_step",
                                      "complete_step", "reopen_step", "nudge", "ask_about"))]  # fmt: skip

# The name of a file stands in its address for people; what is served is found by its id alone.
# A card is looked for among the post's own; any other is none and nothing changes (tests/feed/test_link_cards.py).
# Another word for a tag is a word, not something of somebody's; another tag's is not touched (tests/search/tags).
ONE_IS_FOR_THE_EYES = {"feed:file", "api:delete_card", "api:put_synonym", "api:delete_synonym"}


def test_list_of_addresses_with_two_ids_is_whole(world: World) -> None:
    two = {name for name, entry in ENTRIES.items() if len(id_names(entry, world)) > 1}
    assert two <= {*MIXED, *ONE_IS_FOR_THE_EYES}, (
        "a new address with two ids: own parent with a stranger's child must be a 404"
    )


# What the first part of such an address is called: a path's word, an enrolment's number, a link's secret.
PARENTS = {"slug", "pk", "token"}


@pytest.mark.parametrize("name", [name for name in MIXED if name.startswith("onboarding:")])
@pytest.mark.parametrize(("own", "foreign"), list(permutations(["yard", "lab", "vault"], 2)))
def test_own_parent_with_a_strangers_child_is_not_found(
    name: str, own: str, foreign: str, world: World, clients: dict[str, Client], taken_back
) -> None:
    entry = ENTRIES[name]
    address = reverse(
        name,
        kwargs={
            **entry.kwargs(world, world.places[foreign]),
            **{name: value for name, value in entry.kwargs(world, world.places[own]).items() if name in PARENTS},
        },
    )
    for person in ("ben", "mika"):
        for method in ("get", "post"):
            if getattr(entry, method):
                with taken_back():
                    assert clients[person].generic(method.upper(), address).status_code == 404


def test_request_of_another_community_cannot_be_decided(world: World, clients: dict[str, Client], taken_back) -> None:
    for slug in ("yard", "vault", "everyone"):
        address = reverse("people:request_decide", kwargs={"slug": slug, "pk": world.places["lab"].request.pk})
        with taken_back():
            assert clients["mika"].post(address, {"granted": "1"}).status_code == 404


OFF_SITE = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "http:/evil.example", "https:evil.example/x", " //evil.example", "\t//evil.example", "/\t/evil.example",
    "javascript:alert(1)", "data:text/html,x", "//evil.example\\@localhost", "https://testserver@evil.example/",
    "https://testserver.evil.example/", "\x00//evil.example", "/%09/evil.example", "http://[::1", "//[evil.example",
    "https://evil.example%2F@testserver/", "ftp://evil.example", "\u2028//evil.example", "/\x0b/evil.example",
]  # fmt: skip
NEXT_NAMES = ("next", "return_to", "redirect", "url", "back")


def goes_off_site(location: str) -> bool:
    """Return whether a browser would leave this site for that Location."""
    place = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    if place.startswith("//"):
        return True
    scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", place)
    return bool(scheme) and not place.startswith(("http://testserver/", "https://testserver/"))


@pytest.mark.any_engine
@pytest.mark.parametrize("name", WRITES)
def test_next_never_leads_off_the_site(name: str, world: World, clients: dict[str, Client], taken_back) -> None:
    entry = ENTRIES[name]
    if name.startswith("api:") or not entry.post:
        return  # programs are not sent anywhere
    place = place_of(world, entry)
    address = address_of(entry, world, place)
    # One address for each parameter and payload would be thousands of requests; all names at once find the same.
    for payload in OFF_SITE:
        kept = clients["aino"].cookies.copy()
        with taken_back():
            data = {**entry.data(world, place), **dict.fromkeys(NEXT_NAMES, payload)}
            answer = clients["aino"].post(
                f"{address}{'&' if '?' in address else '?'}", data, headers={"referer": "https://evil.example/"}
            )
        clients["aino"].cookies = kept
        assert answer.status_code < 500, f"{payload!r}: {answer.status_code}"
        assert not goes_off_site(answer.headers.get("Location", "")), f"{payload!r}: {answer.headers['Location']}"


def test_sign_in_never_leads_off_the_site(world: World, taken_back) -> None:
    from tests.builders import PASSWORD

    for payload in OFF_SITE:
        with taken_back():
            answer = Client().post(
                reverse("account_login"), {"login": world.cast.aino.email, "password": PASSWORD, "next": payload}
            )
        assert answer.status_code == 302
        assert not goes_off_site(answer.headers["Location"]), payload


# Whoever has the address has the right: it is told to nobody, not even to the house itself. A page with a form cannot
# say so: browsers would send the form from nowhere, and it would be refused.
SECRET_ADDRESSES = {"onboarding:calendar", "onboarding:welcome", "onboarding:welcome_page"}


@pytest.mark.any_engine
@pytest.mark.parametrize("name", READS)
def test_every_answer_carries_the_headers(name: str, world: World, clients: dict[str, Client], taken_back) -> None:
    entry = ENTRIES[name]
    address = address_of(entry, world, place_of(world, entry))
    for person in ("aino", "cleo", "stranger"):
        kept = clients[person].cookies.copy()
        with taken_back():
            answer = clients[person].get(address)
            read_to_the_end(answer)
        headers = answer.headers
        clients[person].cookies = kept
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == ("no-referrer" if name in SECRET_ADDRESSES else "same-origin")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        if person != "stranger" and "text/html" in headers.get("Content-Type", ""):
            assert "Cookie" in headers.get("Vary", ""), "a shared cache would show it to others"


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/wiki/nowhere/", "/files/x", "/cms/nowhere/", "/api/v1/nowhere", "/%00"]
)
def test_answers_to_nonsense_carry_the_headers_too(address: str, clients: dict[str, Client]) -> None:
    for person in ("aino", "stranger"):
        answer = clients[person].get(address)
        assert answer.status_code in {302, 401, 404}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in answer.headers


def test_cookies_are_kept_from_scripts_and_other_sites(world: World, taken_back) -> None:
    client = Client()
    with taken_back():
        client.get(reverse("account_login"))
        from tests.builders import PASSWORD

        client.post(reverse("account_login"), {"login": world.cast.aino.email, "password": PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"
