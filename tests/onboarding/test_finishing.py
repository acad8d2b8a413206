"""Who hears that somebody has finished a path: the person, buddy, manager and owner, each once, in one line a day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intranet.activity.models import Activity
from intranet.notifications.actions import set_preferences
from intranet.notifications.channels import Ways, choices_of
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.notifications.reading import notices
from intranet.people.models import User
from tests.builders import make_person
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.models import Enrolment

NAMES = ("aino", "ben", "cleo", "mika", "gita", "root")


def read_diary() -> None:
    notify(list(Activity.objects.order_by("pk")))


def told(person: User) -> list[str]:
    """What somebody reads about finished paths."""
    read_diary()
    found = notices(person, Notification.Box.UPDATES, None).rows
    return [notice.plain for notice in found if notice.row.event == "finished"]


def walk(enrolment: Enrolment, *but: str) -> None:
    """Do everything on the way of Aino but these steps."""
    for title in ("Keys", "Badge", "Lift", "Roof"):
        if title not in but:
            step = step_of(enrolment.path, title)
            actions.complete_step(actor=enrolment.person, enrolment=enrolment, step=step)


@pytest.fixture
def hers_of_root(cast, hers):
    """Ben is her buddy, Root her manager, Mika owns the path. Root reads nothing of Lab."""
    User.objects.filter(pk=cast.aino.pk).update(manager=cast.root)
    hers.refresh_from_db()
    return hers


def test_each_of_the_cast_hears_what_is_theirs(cast, hers_of_root):
    walk(hers_of_root)
    read_diary()
    read_diary()  # a reader may run twice
    theirs = ["Aino Example has finished the path “First weeks”"]
    assert {name: told(getattr(cast, name)) for name in NAMES} == {
        "aino": [],  # she took the last step herself and saw it
        "ben": theirs, "mika": theirs, "cleo": [], "gita": [], "root": [],
    }  # fmt: skip


def test_whoever_finishes_by_what_a_colleague_does_hears_of_it_and_so_does_the_colleague(cast, way, hers):
    task = actions.add_step_for(
        actor=cast.ben, enrolment=hers, kind="task", title="Laptop", whom="person", person=cast.ben
    )
    walk(hers)
    assert told(cast.aino) == []
    actions.complete_step(actor=cast.ben, enrolment=hers, step=task)
    assert told(cast.aino) == ["You have finished the path “First weeks”"]
    assert told(cast.ben) == ["Aino Example has finished the path “First weeks”"]


def test_undone_and_done_again_is_told_once_and_what_is_undone_is_not_said(cast, hers, sign_in):
    walk(hers)
    assert len(told(cast.ben)) == 1
    keys = step_of(hers.path, "Keys")
    actions.reopen_step(actor=cast.aino, enrolment=hers, step=keys)
    assert told(cast.ben) == []
    Notification.objects.update(read_at="2026-11-22T00:00:00Z")
    actions.complete_step(actor=cast.aino, enrolment=hers, step=keys)
    assert len(told(cast.ben)) == 1
    assert not Notification.objects.filter(read_at__isnull=True, event="finished").exists()


def finishers(cast, way, number: int) -> None:
    """So many people come and finish."""
    for _n in range(number):
        person = make_person(f"Niilo{User.objects.count()}")
        cast.lab.memberships.create(user=person)
        one = actions.enrol(actor=cast.mika, path=way, person=person, start_on=date(2026, 11, 2), buddy=cast.ben)
        walk(one)


def test_many_who_finish_on_a_day_are_one_line_and_the_same_questions(cast, way):
    counts = []
    for number in (3, 27):
        finishers(cast, way, number)
        read_diary()
        with CaptureQueriesContext(connection) as asked:
            (line,) = told_without_reading(cast.mika)
        counts.append(len(asked))
    assert line.endswith("and 29 others have finished the path “First weeks”")
    assert counts[0] == counts[1]
    assert Notification.objects.filter(user=cast.ben, event="finished").count() == 1


def told_without_reading(person: User) -> list[str]:
    return [row.plain for row in notices(person, Notification.Box.UPDATES, None).rows if row.row.event == "finished"]


def test_who_looks_after_nobody_any_more_reads_no_names(cast, way, hers):
    walk(hers)
    assert len(told(cast.ben)) == 1
    actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=None)
    assert told(cast.ben) == []


def test_what_somebody_chose_is_kept_to(cast, hers, sign_in):
    choices = choices_of(cast.ben) | {"path": Ways(in_app=False)}
    set_preferences(actor=cast.ben, choices=choices)
    walk(hers)
    assert told(cast.ben) == []
    assert len(told(cast.mika)) == 1
    page = sign_in(cast.ben).get(reverse("notifications:settings")).content.decode()
    assert "Somebody finishes a path" in page


def test_the_line_leads_to_the_person(cast, hers, sign_in):
    walk(hers)
    read_diary()
    (notice,) = (row for row in notices(cast.ben, Notification.Box.UPDATES, None).rows if row.row.event == "finished")
    answer = sign_in(cast.ben).get(reverse("notifications:open", args=[notice.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("onboarding:look_after", args=[hers.pk])
    assert answer.status_code == 200


def test_who_ends_early_has_not_finished(cast, hers):
    actions.end_enrolment(actor=cast.mika, enrolment=hers)
    assert told(cast.ben) == []
