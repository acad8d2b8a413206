"""What one way is made of is asked for together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intranet.people import actions as people
from intranet.people.models import Office
from tests.builders import make_person
from tests.onboarding.test_my_path import add, make_path, put_on
from wiki import actions as wiki
from wiki.onboarding import actions
from wiki.onboarding.models import Enrolment
from wiki.onboarding.progress import progress_for


@pytest.mark.parametrize("count", [3, 10])
def test_people_beside_my_path_are_asked_for_together_with_their_offices(cast, sign_in, count):
    way = make_path(cast)
    add(cast, way, kind="do", title="Keys")
    offices = [Office.objects.create(name=f"Office {number}", country="SE") for number in range(count)]
    for office in offices:
        person = make_person(f"New{office.pk}", office=office)
        person.memberships.create(community=cast.lab)
        put_on(cast, way, person=person)
    client = sign_in(cast.mika)
    for url in (reverse("onboarding:my_path"), reverse("onboarding:path", args=[way.slug])):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).text.count("New") >= count
        assert not [query for query in asked if 'FROM "people_office"' in query["sql"]], url


def test_more_paths_than_a_prepared_question_takes_are_asked_for_as_well(cast, monkeypatch):
    page = wiki.create_page(actor=cast.ben, community=cast.lab, title="Fire safety", body="x")
    hidden = wiki.create_page(actor=cast.mika, community=cast.vault, title="Hidden", body="x")
    people.leave_community(actor=cast.aino, community=cast.vault)
    for number in range(3):
        path = make_path(cast, f"Path {number}")
        for shown in (page, hidden):
            add(cast, path, kind="read", title=f"Read {shown.title}", page=shown)
        hello = add(cast, path, kind="post", title="Say hello", community=cast.lab)
        keys = add(cast, path, kind="do", title="Keys")
        mine = put_on(cast, path, buddy=cast.ben)
        actions.complete_step(actor=cast.aino, enrolment=mine, step=keys)
        actions.skip_step(actor=cast.ben, enrolment=mine, step=hello, reason="Later")

    def shown() -> list[tuple]:
        found = progress_for(cast.aino, Enrolment.objects.all())
        names = ("step", "page", "community", "whom", "due_on", "completion", "is_skipped", "state", "position")
        return [tuple(getattr(row, name) for name in names) for progress in found for row in progress.rows]

    few = shown()
    assert {row[1] for row in few} == {page, None}
    monkeypatch.setattr("wiki.onboarding.asked.FEW", 2)
    assert shown() == few
