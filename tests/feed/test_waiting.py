"""What waits for me: announcements, and what moderators have to decide; what it costs to say so."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feed import actions as posts
from feed.kinds import actions as kinds
from tests.house.world import picture


@pytest.fixture
def cost(sign_in):
    """Return a function: how many queries a page takes somebody who has been there before."""

    def asked(person, address="/"):
        client = sign_in(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    return asked


def announce_much(cast, number):
    for n in range(number):
        file = posts.add_file(actor=cast.mika, community=cast.yard, file=io.BytesIO(picture()), name=f"{n}.png")
        kinds.announce(actor=cast.mika, community=cast.yard, body=f"Read this, number {n}.", attachments=[file])


# --- Announcements ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/communities/yard/"])
def test_announcements_that_wait_cost_one_query_however_many(cast, say, cost, sign_in, address):
    say(cast.aino, cast.yard, "A plain post")
    poll = kinds.start_poll(actor=cast.aino, community=cast.yard, body="When?", options=["Monday", "Friday"])
    kinds.vote(actor=cast.ben, post=poll, choices=[1])
    counts = [cost(cast.ben, address)]
    for number in (1, 9):
        announce_much(cast, number)
        counts.append(cost(cast.ben, address))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]
    page = sign_in(cast.ben).get(address)
    assert len(page.context["top"]) == 5
    assert all(item.attachments for item in page.context["top"])
    shown = [item.pk for item in (*page.context["top"], *page.context["items"])]
    assert len(shown) == len(set(shown)) == 12
    assert page.content.decode().count("Mika Example asks everybody to read this") == (8 if address == "/" else 0)


def test_what_stands_on_top_comes_again_on_no_later_page(cast, say, sign_in):
    kinds.announce(actor=cast.mika, community=cast.yard, body="Read this.")
    for n in range(25):
        say(cast.aino, cast.yard, f"Post {n}")
    client = sign_in(cast.ben)
    first = client.get("/communities/yard/")
    assert [item.row["body"] for item in first.context["top"]] == ["Read this."]
    later = client.get(f"/communities/yard/{first.context['older']}")
    assert later.context["top"] == []
    assert "Read this." not in later.content.decode()
    listed = client.get("/communities/yard/?kind=announcement")
    assert listed.context["top"] == []
    assert "Read this." in listed.content.decode()
