"""Who sees what over every address of the site. The list comes from the URL configuration; the answers from url_table."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.addresses import FOREIGN, OURS, address_of, read_to_the_end
from tests.house.url_rows import Entry, Letters
from tests.house.url_table import ENTRIES
from tests.house.world import PEOPLE, World

# For pytest-django to set the database up; what the tests share stands in the fixture `world`.
pytestmark = pytest.mark.django_db
METHODS = {name: name.upper() for name in ("get", "post", "put", "patch", "delete")}


def letter_of(response) -> str:
    """Return the table's letter for an answer, or its status when the table has none."""
    read_to_the_end(response)
    status, place = response.status_code, response.headers.get("Location", "")
    if status == 302 and place.startswith(reverse("account_login")):
        return "l"
    known = {401: "u", 403: "f", 404: "n"}
    if status in known:
        return known[status]
    if status in {400, 409, 422}:
        return "x"
    return "O" if status < 400 else f"({status})"


def agrees(found: str, expected: str) -> bool:
    """Return whether an answer is what the table says; `o` leaves open whether the form was filled in well."""
    return found in "Ox" if expected == "o" else found == expected


def ask(client: Client, method: str, address: str, entry: Entry, data: dict):
    if method == "GET":
        return client.get(address)
    if entry.name.startswith("api:"):
        return client.generic(method, address, json.dumps(data), content_type="application/json")
    return client.post(address, data)


def cells(letters: Letters, world: World) -> Iterator[tuple[str, SimpleNamespace, str]]:
    """Yield (place, what stands there, letters) of a row of the table."""
    rows = letters if isinstance(letters, dict) else {"yard": letters}
    for place, expected in rows.items():
        assert len(expected) == len(PEOPLE)
        yield place, world.places[place], expected


@pytest.mark.parametrize("name", OURS)
def test_everybody_gets_the_answer_of_the_table(
    name: str, world: World, clients: dict[str, Client], taken_back
) -> None:
    entry = ENTRIES.get(name)
    assert entry is not None, f"{name} has no row in tests/house/url_table.py: who may see it?"
    wrong = []
    for attribute, method in METHODS.items():
        if (letters := getattr(entry, attribute)) is None:
            continue
        for place, there, expected in cells(letters, world):
            address, found = address_of(entry, world, there), []
            for person in PEOPLE:
                kept = clients[person].cookies.copy()  # signing out throws them away
                with taken_back():
                    found.append(letter_of(ask(clients[person], method, address, entry, entry.data(world, there))))
                clients[person].cookies = kept
            if not all(map(agrees, found, expected)):
                wrong.append(f"{method} {address} in {place}: {''.join(found)} instead of {expected}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_table_has_no_row_for_an_address_that_is_gone() -> None:
    assert sorted(set(ENTRIES) - set(OURS)) == []


# Of a program's addresses each method has a name of its own; allauth's forms take PUT for POST.
@pytest.mark.parametrize("name", [name for name in OURS if not name.startswith(("api:", "account_"))])
def test_no_other_method_is_answered(name: str, world: World, clients: dict[str, Client], taken_back) -> None:
    entry = ENTRIES[name]
    address = address_of(entry, world, world.places["yard"])
    offered = {method for attribute, method in METHODS.items() if getattr(entry, attribute) is not None}
    for method in set(METHODS.values()) - offered:
        for person in ("aino", "root"):
            with taken_back():
                status = clients[person].generic(method, address).status_code
            assert status in {405, 404, 403}, f"{method} {address} as {person}: {status}"


def test_only_root_gets_into_wagtails_admin(world: World, clients: dict[str, Client], taken_back) -> None:
    inside = []
    for name, route in FOREIGN:
        address = "/" + re.sub(r"<(?:int:)?\w+>|\(\?P<\w+>[^)]*\)", "1", route).replace("^", "").replace("$", "")
        address = re.sub(r"<\w+:\w+>|\(.*?\)", "1", address).replace("\\", "")
        for person in PEOPLE:
            if person == "root":
                continue
            with taken_back():
                answer = clients[person].get(address)
            # A page of translations and the like may say 404; nobody but Root sees anything.
            if answer.status_code < 300:
                inside.append(f"{person} {address} ({name}): {answer.status_code}")
    # Wagtail serves its translations and its sprite of icons to anybody.
    inside = [line for line in inside if "sprite" not in line and "jsi18n" not in line]
    assert inside == []
    with taken_back():
        assert clients["root"].get("/cms/").status_code == 200
