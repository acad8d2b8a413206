"""Large houses: a thousand people at once, two hundred steps, three hundred people of one manager."""

import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intranet.activity.models import Activity
from intranet.people.models import User
from wiki.onboarding import actions
from wiki.onboarding.alignment import preview_alignment
from wiki.onboarding.models import Enrolment, Step, VersionStep
from wiki.onboarding.progress import progress_for

START = date(2026, 11, 2)


@pytest.fixture
def crowd(cast):
    """A thousand people whose manager is Ben, and a path of two hundred steps."""
    User.objects.bulk_create(
        User(email=f"n{number}@loikka.example", handle=f"n{number}", name=f"New {number}", manager=cast.ben)
        for number in range(1000)
    )
    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="Everybody")
    steps = Step.objects.bulk_create(
        Step(path=path, kind="do", title=f"Step {number}", key=f"step:x{number}") for number in range(200)
    )
    VersionStep.objects.bulk_create(
        VersionStep(version=path.present, step=step, position=number, due_days=number // 4, waits_for=[])
        for number, step in enumerate(steps, start=1)
    )
    return path, list(User.objects.filter(handle__startswith="n", email__startswith="n"))


@pytest.mark.slow
def test_a_thousand_people_go_on_a_path_of_two_hundred_steps_at_once(cast, crowd):
    path, people = crowd
    began = time.monotonic()
    with CaptureQueriesContext(connection) as asked:
        made = actions.enrol_many(actor=cast.mika, path=path, people=people, start_on=START)
    took = time.monotonic() - began
    assert len(made) == 1000
    assert Activity.objects.filter(verb="enrolment.started").count() == 1000
    inserts = [query for query in asked if query["sql"].startswith("INSERT")]
    # Rows go in a hundred or so at a time, which is all that grows with their number.
    assert len(asked) - len(inserts) <= 30
    assert len(inserts) <= 40
    print(f"\n1,000 people on 200 steps: {took:.2f} s, {len(asked)} statements")

    began = time.monotonic()
    actions.remove_step(actor=cast.mika, step=path.steps.first())
    path.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        assert len(preview_alignment(cast.mika, path)) == 1000
    assert len(asked) <= 10
    print(f"preview of aligning them: {time.monotonic() - began:.2f} s, {len(asked)} queries")
    began = time.monotonic()
    with CaptureQueriesContext(connection) as asked:
        actions.align(actor=cast.mika, path=path)
    assert len([query for query in asked if not query["sql"].startswith("INSERT")]) <= 40
    print(f"aligning them: {time.monotonic() - began:.2f} s, {len(asked)} statements")
    assert Enrolment.objects.filter(version=path.present).count() == 1000


@pytest.mark.slow
def test_the_page_of_a_manager_with_three_hundred_people_asks_ten_questions(cast, crowd, sign_in):
    path, people = crowd
    actions.enrol_many(actor=cast.mika, path=path, people=people[:300], start_on=START)
    began = time.monotonic()
    with CaptureQueriesContext(connection) as asked:
        shown = progress_for(cast.ben, Enrolment.objects.visible_to(cast.ben)[:300])
    assert (len(shown), shown[0].total) == (300, 200)
    assert len(asked) <= 10
    print(f"\n300 people on 200 steps: {time.monotonic() - began:.2f} s, {len(asked)} queries")
