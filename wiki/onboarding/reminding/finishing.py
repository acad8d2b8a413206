"""Who hears that somebody has come to the end of a path: the person, buddy, manager and the path's owner, once.

Those who look after people read one line a path and day, however many finish. What a line says is asked when it is read:
whoever takes the last step back has not finished, and is named no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Hearing, Outcome, Why
from wiki.onboarding.models import Enrolment, Path

MINE, THEIRS = "onboarding.finish", "onboarding.finishers"
# Of more the line says that it is so many.
MOST = 2000


def of_finished(activity: Activity) -> Iterator[Outcome]:
    """Say who hears that somebody has finished; of the same way nobody hears a second time, undone and done again."""
    rows = Enrolment.objects.filter(pk=activity.object_id).select_related("path", "person")
    enrolment = rows.first()
    if enrolment is None or enrolment.ended_at is not None:
        return
    before = Activity.objects.filter(
        verb=activity.verb, object_type=activity.object_type, object_id=activity.object_id, pk__lt=activity.pk
    )
    if before.exists():
        return
    place = enrolment.path.community_id
    # Whoever took the last step herself is on the page that says it.
    mine = {enrolment.person_id: Why("walked")}
    yield Hearing("finished", (MINE, enrolment.pk), mine, f"finished:{enrolment.pk}", place, is_nameless=True)
    others = dict.fromkeys((enrolment.path.owner_id, enrolment.boss_id, enrolment.buddy_id))
    people = {
        pk: Why("charge" if pk in (enrolment.buddy_id, enrolment.boss_id) else "path_owner")
        for pk in others
        if pk and pk != enrolment.person_id
    }
    day = timezone.localdate(activity.created_at)
    yield Hearing(
        "finished", (THEIRS, f"{enrolment.path_id}:{day}"), people, f"finished:{enrolment.path_id}:{day}", place,
        is_nameless=activity.actor_id != enrolment.person_id, tells_actor=True,
    )  # fmt: skip


def describe_mine(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the paths among these enrolments that `user` has finished."""
    mine = Enrolment.objects.visible_to(user).filter(person_id=user.pk, finished_at__isnull=False, pk__in=keys)
    return {
        str(row.pk): Described(
            _("You have finished the path “%(path)s”") % {"path": row.path.title},
            reverse("onboarding:enrolment", args=[row.pk]),
        )
        for row in mine.select_related("path")
    }


def describe_theirs(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return who of those `user` looks after finished a path on a day, the last by name: two questions for any number."""
    wanted = {found: key for key in keys if (found := _place_of(key))}
    seen = Enrolment.objects.visible_to(user).exclude(person_id=user.pk)
    rows = (
        seen.filter(path__in={path for path, _day in wanted}, ended_at__isnull=True, finished_at__isnull=False)
        .annotate(day=TruncDate("finished_at"))
        .filter(day__in={day for _path, day in wanted})
    )
    finishers: dict[tuple[int, date], list[tuple[int, str]]] = defaultdict(list)
    for path, day, pk, name in rows.order_by("-finished_at", "-pk").values_list("path", "day", "pk", "person__name")[
        :MOST
    ]:
        if (path, day) in wanted:
            finishers[path, day].append((pk, name))
    paths = Path.objects.in_bulk({path for path, _day in finishers})
    return {
        wanted[place]: Described(_words(people, paths[place[0]].title), _where(people, paths[place[0]].slug))
        for place, people in finishers.items()
    }


def _place_of(key: str) -> tuple[int, date] | None:
    """Return the path and the day that a key names."""
    path, _colon, written = key.partition(":")
    day = parse_date(written)
    return (int(path), day) if path.isdigit() and day else None


def _words(people: list[tuple[int, str]], title: str) -> str:
    name, more = people[0][1], len(people) - 1
    if not more:
        return _("%(name)s has finished the path “%(path)s”") % {"name": name, "path": title}
    words = ngettext(
        "%(name)s and %(n)d other have finished the path “%(path)s”",
        "%(name)s and %(n)d others have finished the path “%(path)s”",
        more,
    )
    return words % {"name": name, "n": more, "path": title}


def _where(people: list[tuple[int, str]], slug: str) -> str:
    if len(people) == 1:
        return reverse("onboarding:look_after", args=[people[0][0]])
    return f"{reverse('onboarding:people')}?show=finished&path={slug}"
