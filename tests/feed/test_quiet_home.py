"""Home of somebody whose places are quiet while the rest of the house talks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feed.models import Post
from feed.querysets import HOME_DEPTH
from intranet.people.models import Community


@pytest.fixture
def busy_house(cast, say):
    """More threads in a place Ben is not in than home's first walk looks at, all newer than his."""
    mine = [say(cast.aino, cast.yard, f"Quiet words {number}") for number in range(3)]
    busy = Community.objects.create(name="Busy", slug="busy", kind="open")
    later = timezone.now() + timedelta(seconds=5)
    Post.objects.bulk_create(
        Post(community=busy, author=cast.cleo, body=f"Noise {n}", html=f"<p>Noise {n}</p>", last_activity_at=later)
        for n in range(HOME_DEPTH + 5)
    )
    return mine


def test_quiet_threads_are_on_home_however_busy_the_rest_is(cast, busy_house, sign_in):
    shown = [item.pk for item in sign_in(cast.ben).get("/").context["items"]]
    assert shown[:3] == [post.pk for post in reversed(busy_house)]
    assert not set(shown) - set(
        Post.objects.visible_to(cast.ben).exclude(community__slug="busy").values_list("pk", flat=True)
    )


def test_the_longer_way_shows_nothing_of_closed_places(cast, busy_house, say, sign_in):
    secret = say(cast.mika, cast.lab, "Behind closed doors")
    for name in ("cleo", "root"):
        assert secret.pk not in [item.pk for item in sign_in(cast.people[name]).get("/").context["items"]]
    assert secret.pk in [item.pk for item in sign_in(cast.gita).get("/").context["items"]]
