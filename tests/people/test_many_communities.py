"""The list of communities in a house that has many."""

import re

import pytest

from intranet.people.models import Community


def names_on(answer):
    return re.findall(r"(?:Talk|Talo) \w+", answer.content.decode())


@pytest.fixture
def many(cast):
    Community.objects.bulk_create(
        Community(name=f"Talk {number:03}", slug=f"talk-{number:03}", kind="hidden" if number % 10 == 9 else "open")
        for number in range(80)
    )


def test_others_come_page_by_page_each_once_and_hidden_ones_never(cast, sign_in, many):
    client, address, seen = sign_in(cast.ben), "/communities/", []
    for _page in range(10):
        answer = client.get(address)
        seen += names_on(answer)
        if not answer.context["older"]:
            break
        address = f"/communities/{answer.context['older']}"
    shown = list(dict.fromkeys(seen))
    assert shown == [f"Talk {number:03}" for number in range(80) if number % 10 != 9]


def test_a_community_is_found_by_part_of_its_name_whatever_the_accents(cast, sign_in, many):
    Community.objects.create(name="Talo Ähtäri", slug="ahtari", kind="open")
    Community.objects.create(name="Talo Ähtävä", slug="ahtava", kind="hidden")
    client = sign_in(cast.ben)
    assert set(names_on(client.get("/communities/", {"q": "ahta TALO"}))) == {"Talo Ähtäri"}
    assert "Talk 009" not in client.get("/communities/", {"q": "talk 009"}).content.decode().replace(
        'value="talk 009"', ""
    )
    for odd in ("\x00", "%", "a" * 5000):
        assert client.get("/communities/", {"q": odd}).status_code == 200


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "a" * 700])
def test_a_page_that_is_none_is_not_there(cast, sign_in, many, cursor):
    assert sign_in(cast.ben).get(f"/communities/?after={cursor}").status_code == 404


def test_a_guest_leafs_through_nothing_more(cast, sign_in, many):
    assert names_on(sign_in(cast.gita).get("/communities/", {"q": "talk"})) == []
