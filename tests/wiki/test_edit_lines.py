"""Changes of pages as lines of home: one for a page and a day, for whoever may read the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from feed import actions as posts
from intranet.people.models import Membership
from wiki import actions
from wiki.models import WikiPage


def save(page: WikiPage, user: Any, body: str, **more: Any) -> None:
    page = WikiPage.objects.get(pk=page.pk)
    actions.save_page(actor=user, page=page, base_revision_id=page.live_revision_id, body=body, **more)


@pytest.fixture
def say() -> Any:
    """Return a function that says something in a community."""
    return lambda actor, place, words, **more: posts.publish_post(actor=actor, community=place, body=words, **more)


def lines_of(client: Any, query: str = "") -> list[str]:
    """Return what home shows as lines, in order."""
    shown = client.get(f"/{query}").context["items"]
    return [item.html for item in shown if hasattr(item, "html") and "list-trace" in item.html]


def test_a_page_and_a_day_make_one_line_among_the_threads(cast, write, say, sign_in):
    now = timezone.now()
    say(cast.aino, cast.yard, "Said before", at=now - timedelta(hours=50))
    page = write("Pump room", "one", at=now - timedelta(hours=49))
    save(page, cast.mika, "two", at=now - timedelta(minutes=3))
    save(page, cast.aino, "three", at=now - timedelta(minutes=2))
    save(page, cast.aino, "three, corrected", is_minor=True, at=now - timedelta(minutes=1))
    say(cast.aino, cast.yard, "Said after")
    client = sign_in(cast.ben)
    shown = [
        getattr(item, "html", "") if hasattr(item, "at") else item.row["body"]
        for item in client.get("/").context["items"]
    ]
    assert [shown[0], shown[3]] == ["Said after", "Said before"]
    assert "2 changes" in shown[1]
    assert "Aino Example, Mika Example" in shown[1]
    assert "new page" in shown[2]
    page_html = client.get("/").content.decode()
    assert page_html.index("Said after") < page_html.index("2 changes") < page_html.index("Said before")


@pytest.mark.parametrize(("place", "readers"), [("yard", "ben mika"), ("lab", "ben mika"), ("vault", "ben mika")])
def test_who_sees_that_a_page_changed(cast, write, sign_in, place, readers):
    write("Pump room", "Secret words", community=getattr(cast, place))
    seen = [name for name in ("aino", "ben", "cleo", "mika", "gita", "root") if lines_of(sign_in(getattr(cast, name)))]
    members = set(
        Membership.objects.filter(community=getattr(cast, place))
        .exclude(user=cast.aino)
        .values_list("user__name", flat=True)
    )
    assert {getattr(cast, name).name for name in seen} == members


def test_what_one_did_alone_what_is_muted_left_or_thrown_away_makes_no_line(cast, write, sign_in):
    page = write("Pump room", "one")
    client = sign_in(cast.ben)
    assert lines_of(sign_in(cast.aino)) == []
    assert len(lines_of(client)) == 1
    assert lines_of(client, "?kind=question") == []
    mine = Membership.objects.filter(community=cast.yard, user=cast.ben)
    mine.update(muted=True)
    assert lines_of(client) == []
    mine.update(muted=False)
    actions.trash_page(actor=cast.aino, page=page)
    assert lines_of(client) == []


def test_each_line_stands_on_one_page_of_home_and_a_flood_does_not_bury_what_is_said(cast, write, say, sign_in):
    now = timezone.now()
    for number in range(45):
        say(cast.aino, cast.yard, f"Said {number}", at=now - timedelta(hours=6 * number))
    for number in range(12):
        page = write(f"Page {number}", "one", at=now - timedelta(hours=20 * number, minutes=30))
        save(page, cast.mika, "two", at=now - timedelta(hours=20 * number, minutes=10))
    days = {
        (number, timezone.localtime(now - timedelta(hours=20 * number, minutes=minutes)).date())
        for number in range(12)
        for minutes in (10, 30)
    }
    client, query, found = sign_in(cast.ben), "", []
    for _page in range(4):
        answer = client.get(f"/{query}")
        found += [item.html for item in answer.context["items"] if "list-trace" in getattr(item, "html", "")]
        query = answer.context["older"]
        if not query:
            break
    assert len(found) == len(days)
    for number in range(12, 60):
        write(f"Page {number}", "one", at=now)
    assert len(lines_of(client)) == 10


@pytest.mark.parametrize("pages", [3, 30])
def test_lines_cost_home_one_query_however_many(cast, write, say, sign_in, django_assert_max_num_queries, pages):
    say(cast.aino, cast.yard, "Said")
    for number in range(pages):
        write(f"Page {number}", "one")
    client = sign_in(cast.ben)
    client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/")
