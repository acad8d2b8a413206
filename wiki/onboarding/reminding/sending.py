"""Once a day everybody is told in one bundle of what is due: never twice, and nothing is lost when the worker dies.

A bundle, what is in it and its row of the diary are one transaction. Only when everybody in a time zone has been asked
after is the day of that zone written off; whoever is killed in between goes on with the others.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from intranet.activity.actions import record_many
from intranet.people.calendars import calendar_of
from intranet.people.models import User
from wiki.onboarding.models import Enrolment, Reminder, ReminderBundle, ReminderRun
from wiki.onboarding.reminding.whom import Due, due_on_way
from wiki.onboarding.ways import day_of, load, with_people

# From this hour on, where the person is.
HOUR = 8
AT_A_TIME = 200
# The worker comes by every five seconds; zones turn by the quarter of an hour.
LOOK_EVERY = 600.0
_looked = -LOOK_EVERY


def keep_reminding() -> None:
    """Remind where it is time, looked after every ten minutes (`settings.WORKER_DUTIES`)."""
    global _looked
    if time.monotonic() - _looked >= LOOK_EVERY:
        remind()
        _looked = time.monotonic()


def remind(*, now: datetime | None = None) -> int:
    """Remind everybody for whom it is past eight on a day she works and who was not reminded today; return how many."""
    now = now or timezone.now()
    people = Enrolment.objects.open().order_by()
    if not people.exists():
        return 0
    zones = {
        name or settings.TIME_ZONE
        for name in User.objects.active().order_by().values_list("time_zone", flat=True).distinct()
    }
    local = {zone: timezone.localtime(now, ZoneInfo(zone)) for zone in zones}
    # Every day: on which of them somebody works is hers.
    days = {zone: at.date() for zone, at in local.items() if at.hour >= HOUR}
    done = set(ReminderRun.objects.filter(day_on__in=set(days.values())).values_list("zone", "day_on"))
    days = {zone: day for zone, day in days.items() if (zone, day) not in done}
    return _remind_zones(days, now) if days else 0


def _remind_zones(days: dict[str, date], now: datetime) -> int:
    told, after = 0, 0
    while batch := _open_after(after):
        after = batch[-1].pk
        told += _remind_batch([one.pk for one in batch], days, now)
    ReminderRun.objects.bulk_create(
        (ReminderRun(zone=zone, day_on=day) for zone, day in days.items()), ignore_conflicts=True
    )
    return told


def _open_after(pk: int) -> list[Enrolment]:
    return list(Enrolment.objects.open().filter(pk__gt=pk, person__in=User.objects.active()).order_by("pk")[:AT_A_TIME])


def _zone(person: User) -> str:
    return person.time_zone or settings.TIME_ZONE


@transaction.atomic
def _remind_batch(ids: Sequence[int], days: dict[str, date], now: datetime) -> int:
    """Write down what is due on these enrolments and was not said yet; return how many people have a new bundle."""
    # What is done, paused or ended from here on comes after the reminder; what was before is seen.
    list(Enrolment.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    ways = load(with_people(Enrolment.objects.open().filter(pk__in=ids)))
    wanted: list[Due] = []
    for way in ways:
        way.today = day_of(way.enrolment.person, now)
        wanted += [due for due in due_on_way(way) if _zone(due.person) in days]
    wanted = _at_work(wanted, days)
    said = set(Reminder.objects.filter(enrolment__in=ids).values_list("enrolment", "step", "due_on", "stage"))
    fresh = _of_readers(due for due in wanted if due.key not in said)
    if not fresh:
        return 0
    bundles, new = _bundles({due.person.pk: (due.person, days[_zone(due.person)]) for due in fresh})
    Reminder.objects.bulk_create(
        Reminder(
            bundle=bundles[due.person.pk], enrolment=due.enrolment, step=due.step, due_on=due.due_on, stage=due.stage
        )
        for due in fresh
    )
    record_many(actor=None, verb="reminder.due", objects=new, targets=[bundle.person for bundle in new])
    return len(new)


def _at_work(due: Sequence[Due], days: dict[str, date]) -> list[Due]:
    """Leave out who does not work today: what is reached by then is said on the next day she does."""
    people = list({one.person.pk: one.person for one in due}.values())
    prefetch_related_objects(people, "office")
    working = {pk for pk, calendar, day in ((one.pk, calendar_of(one), days[_zone(one)]) for one in people)
               if calendar.is_working(day)}  # fmt: skip
    return [one for one in due if one.person.pk in working]


def _of_readers(due: Iterable[Due]) -> list[Due]:
    """Leave out what somebody may not read any more."""
    by_path: dict[int, list[Due]] = defaultdict(list)
    for one in due:
        by_path[one.enrolment.path_id].append(one)
    found = []
    for some in by_path.values():
        asked = {one.person.pk for one in some}
        readers = set(
            User.objects.readers_of(some[0].enrolment.path.community).filter(pk__in=asked).values_list("pk", flat=True)
        )
        found += [one for one in some if one.person.pk in readers]
    return found


def _bundles(people: dict[int, tuple[User, date]]) -> tuple[dict[int, ReminderBundle], list[ReminderBundle]]:
    """Return today's bundle of each of these people, and those that are new: what is found later goes into the same."""
    asked = ReminderBundle.objects.filter(person__in=people, day_on__in={day for _person, day in people.values()})
    wanted = {(pk, day) for pk, (_person, day) in people.items()}
    there = {(row.person_id, row.day_on) for row in asked}
    ReminderBundle.objects.bulk_create(
        (ReminderBundle(person_id=pk, day_on=day) for pk, day in sorted(wanted - there)), ignore_conflicts=True
    )
    rows = [row for row in asked.select_related("person") if (row.person_id, row.day_on) in wanted]
    return {row.person_id: row for row in rows}, [row for row in rows if (row.person_id, row.day_on) not in there]
