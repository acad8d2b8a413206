"""The living company: everything arrives through the actions, and a second one is not let in."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.models import Page

from feed.models import Mention, Post
from intranet.people.models import Community, User
from tests.builders import ensure_tree
from wiki.models import PageLink, WikiPage
from wiki.onboarding.models import Enrolment

pytestmark = pytest.mark.slow

TOURS = ["Kierros Loikassa", "A tour of Loikka", "En rundtur i Loikka"]


def test_demo_company_moves_into_an_empty_house_once(db):
    ensure_tree()
    call_command("load_demo", stdout=StringIO())
    people = User.objects.get_queryset()
    assert people.count() == 40
    assert people.filter(is_guest=True).count() == 2
    assert not people.filter(photo="").exists()
    assert people.filter(is_superuser=True).get().email == "root@loikka.example"
    assert {*Community.objects.values_list("kind", flat=True)} == {"open", "closed", "hidden"}
    assert Community.objects.count() == 8
    assert WikiPage.objects.count() == 61
    made = WikiPage.objects.get(harvests__isnull=False)
    assert len(made.contributors) == 2
    assert Post.objects.filter(cards__isnull=False).count() > 5
    assert Post.objects.roots().count() == 155
    assert Mention.objects.exists()
    assert Post.objects.filter(pinned_until__gt=timezone.now()).count() == 2
    assert Post.objects.filter(closed_at__isnull=False).count() == 1
    assert Page.find_problems() == ([], [], [], [], [])

    # Three red links are there to be clicked on; everything else leads somewhere.
    assert PageLink.objects.filter(target=None).values("key").distinct().count() == 3

    aino, ben, cleo = (people.get(email=f"{name}@loikka.example") for name in ("aino", "ben", "cleo"))
    assert set(Community.objects.visible_to(aino)) == set(Community.objects.visible_to(ben))
    assert {*Community.objects.visible_to(cleo).values_list("kind", flat=True)} == {"open"}

    tours = Enrolment.objects.filter(path__title__in=TOURS)
    walked = Enrolment.objects.exclude(path__title__in=TOURS)
    assert walked.filter(finished_at=None).count() == 2
    assert walked.exclude(finished_at=None).count() == 1
    for enrolment in walked:
        assert enrolment.completions.exists()
    # Whoever the demo is shown to begins a tour of the product.
    assert {enrolment.person.handle.split(".")[0] for enrolment in tours} >= {"aino", "ben", "cleo", "mika"}
    assert not any(enrolment.completions.exists() for enrolment in tours)

    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())
