"""Who sees which community and which person."""

import pytest

from intranet.people.models import Community, User

READABLE = {
    "aino": {"everyone", "yard", "lab", "vault"},
    "ben": {"everyone", "yard", "lab", "vault"},
    "cleo": {"everyone", "yard"},
    "mika": {"everyone", "yard", "lab", "vault"},
    "gita": {"lab"},
    "root": {"everyone", "yard"},
}
LISTED = {**READABLE, "cleo": {"everyone", "yard", "lab"}, "root": {"everyone", "yard", "lab"}}


@pytest.mark.parametrize("name", READABLE)
def test_everybody_reads_and_knows_of_just_their_communities(cast, name):
    user = cast.people[name]
    assert set(Community.objects.visible_to(user).values_list("slug", flat=True)) == READABLE[name]
    assert set(Community.objects.listed_for(user).values_list("slug", flat=True)) == LISTED[name]


def test_guest_knows_only_people_of_shared_communities(cast):
    assert set(User.objects.visible_to(cast.gita)) == {cast.aino, cast.ben, cast.mika, cast.gita}


def test_outsider_does_not_know_the_guest_of_a_closed_community(cast):
    assert cast.gita not in User.objects.visible_to(cast.cleo)
    assert cast.gita in User.objects.visible_to(cast.aino)


def test_account_past_its_last_day_sees_nothing(cast):
    from datetime import timedelta

    from django.utils import timezone

    cast.aino.active_until = timezone.localdate() - timedelta(days=1)
    assert not Community.objects.visible_to(cast.aino).exists()
    assert not User.objects.visible_to(cast.aino).exists()
