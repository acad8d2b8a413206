"""What waits for me: announcements, and what moderators have to decide; what it costs to say so."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feed import actions as posts
from feed.kinds import actions as kinds
from feed.moderation.actions import keep_reported, report
from feed.navigation import communities
from intranet.people.models import JoinRequest, Membership
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


# --- What moderators decide ------------------------------------------------------------------------------------------


def lines(answered):
    return [(one["title"], one["detail"], one["url"]) for one in answered.context["waiting"] if "title" in one]


def test_reports_and_requests_stand_as_one_line_each_for_those_who_decide(cast, say, sign_in):
    first, second = say(cast.aino, cast.yard, "Buy now"), say(cast.aino, cast.lab, "Buy here")
    for reporter, post in ((cast.ben, first), (cast.cleo, first), (cast.ben, second)):
        report(actor=reporter, post=post, kind="advert")
    for person in (cast.cleo, cast.root):
        JoinRequest.objects.create(user=person, community=cast.lab)
    answered = sign_in(cast.mika).get("/")
    assert sorted(lines(answered)) == [
        ("1 report to look at", "Lab", "/communities/lab/moderation/"),
        ("2 people want to join", "Lab", "/communities/lab/requests/"),
        ("2 reports to look at", "Yard", "/communities/yard/moderation/"),
    ]
    assert my_numbers(answered) == 5
    for person in (cast.aino, cast.ben, cast.cleo, cast.gita, cast.root):
        assert lines(sign_in(person).get("/")) == []


def my_numbers(answered):
    return communities(answered.wsgi_request)["waiting"]


def test_what_is_said_about_a_moderator_waits_for_the_others_and_goes_when_it_is_decided(cast, say, sign_in):
    Membership.objects.filter(user=cast.aino, community=cast.yard).update(role="moderator")
    post = say(cast.mika, cast.yard, "Rude words")
    reported = report(actor=cast.ben, post=post, kind="rude")
    assert lines(sign_in(cast.mika).get("/")) == []
    assert [title for title, *_rest in lines(sign_in(cast.aino).get("/"))] == ["1 report to look at"]
    keep_reported(actor=cast.aino, report=reported)
    assert lines(sign_in(cast.aino).get("/")) == []


def test_an_administrator_still_sees_by_name_who_asks_where_she_is_no_member(cast, sign_in):
    JoinRequest.objects.create(user=cast.cleo, community=cast.yard)
    page = sign_in(cast.root).get("/").content.decode()
    assert "Cleo Example asks to join" in page


def test_lines_of_moderators_cost_nothing(cast, say, cost):
    for person in (cast.mika, cast.ben):
        say(person, cast.yard, "Hello")
    before = cost(cast.mika), cost(cast.ben)
    for n in range(25):
        report(actor=cast.ben, post=say(cast.aino, cast.yard, f"Buy {n}"), kind="advert")
    JoinRequest.objects.create(user=cast.cleo, community=cast.lab)
    assert (cost(cast.mika), cost(cast.ben)) == before


def test_many_are_said_to_be_many(cast, say, sign_in):
    for n in range(25):
        report(actor=cast.ben, post=say(cast.aino, cast.yard, f"Buy {n}"), kind="advert")
    assert lines(sign_in(cast.mika).get("/"))[0][0] == "20+ reports to look at"
