"""Who wrote a page and who keeps it right hear that it helped: once an hour, and never by mail."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from intranet.notifications.actions import mark_all_seen, set_level
from intranet.notifications.channels import KINDS, kind_of
from intranet.notifications.models import Notification
from intranet.people.models import Membership
from wiki.models import WikiPage
from wiki.reactions.actions import react_to_page, unreact_to_page


@pytest.fixture
def guide(write):
    """Aino wrote it."""
    return write("How to start the pump")


def test_the_author_and_the_owner_hear_of_it_once_an_hour(cast, guide, tell, told):
    WikiPage.objects.filter(pk=guide.pk).update(owner_person=cast.mika)
    tell()
    now = timezone.now().replace(minute=10)
    with time_machine.travel(now, tick=False):
        react_to_page(actor=cast.ben, page=guide, kind="helped")
        react_to_page(actor=cast.cleo, page=guide, kind="thanks")
        tell()
        tell(again=True)
    for person in (cast.aino, cast.mika):
        assert told(person) == ["Cleo Example and Ben Example reacted to How to start the pump"]
    assert told(cast.ben) == []
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        mark_all_seen(actor=cast.aino, until=timezone.now())
        react_to_page(actor=cast.root, page=guide, kind="helped")
        tell()
        assert Notification.objects.get(user=cast.aino, event="reacted").read_at
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        react_to_page(actor=cast.root, page=guide, kind="thanks")
        tell()
    assert told(cast.aino)[0] == "Root Example reacted to How to start the pump"
    ways = KINDS[kind_of("reacted", is_direct=False)].ways
    assert (ways.mail, ways.push) == (False, False)


def test_nobody_hears_of_her_own_of_what_she_took_back_or_of_what_she_muted(cast, guide, tell, told):
    react_to_page(actor=cast.aino, page=guide, kind="helped")
    react_to_page(actor=cast.ben, page=guide, kind="helped")
    tell()
    assert told(cast.aino) == ["Ben Example reacted to How to start the pump"]
    unreact_to_page(actor=cast.ben, page=guide, kind="helped")
    tell()
    assert told(cast.aino) == []
    set_level(actor=cast.aino, thing=("page", guide.pk), level="mute")
    react_to_page(actor=cast.ben, page=guide, kind="thanks")
    tell()
    assert told(cast.aino) == []


def test_who_cannot_read_the_page_any_more_hears_nothing(cast, write, tell, told):
    page = write("A secret", community=cast.vault)
    Membership.objects.filter(user=cast.aino, community=cast.vault).delete()
    react_to_page(actor=cast.ben, page=page, kind="helped")
    tell()
    assert told(cast.aino) == []
    assert not Notification.objects.filter(user=cast.aino, event="reacted").exists()
