"""What paths put into the frame: the ring in the menu, and the steps that wait at home."""

from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Q, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from intranet.templatetags.ui import day_words
from wiki.onboarding.mine.journey import merge
from wiki.onboarding.models import Enrolment, Step
from wiki.onboarding.progress import Progress, StepRow, progress_for
from wiki.onboarding.tasks import tasks_for, with_open_tasks
from wiki.onboarding.ways import Way, load, with_people

# Nobody looks after more people at a time; what is beyond is on the page of paths.
MOST = 50
# Of what is to be done for others so much stands at home; and what is due in so many days.
TASKS_SHOWN, TASKS_AHEAD = 3, timedelta(days=7)


def my_path(request: HttpRequest) -> dict[str, Any]:
    """Return `path`: "url", "percent" and "pages" (to be read) of my open paths together, or None (`settings.NAVIGATION`)."""
    found = _summary(request)
    if found["percent"] is None:
        return {"path": None}
    return {"path": {"url": reverse("onboarding:my_path"), "percent": found["percent"], "pages": found["pages"]}}


def steps_due(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what waits at home (`settings.WAITING`): my next step and what else is due, whom I am to meet by today."""
    today = timezone.localdate()
    return [
        {
            "url": reverse("onboarding:enrolment", args=[pk]),
            "title": _("Meet %(name)s") % {"name": name} if name else title,
            "detail": f"{title if name else path} · {_due_words(due, today)}",
            "symbol": "handshake" if name else "route",
        }
        for pk, name, title, path, due in _summary(request)["steps"]
    ] + _task_lines(request, today)


def _task_lines(request: HttpRequest, today: date) -> list[dict[str, Any]]:
    """Return what colleagues ask of me for others: the first few, and one line for the rest."""
    tasks = _summary(request)["tasks"]
    shown, rest = tasks[:TASKS_SHOWN], len(tasks) - TASKS_SHOWN
    lines = [
        {
            "url": reverse("onboarding:task", args=[pk, step_pk]),
            "title": title,
            "detail": f"{_('for %(name)s') % {'name': name}} · {_due_words(due, today)}",
            "symbol": "hand-helping",
        }
        for pk, step_pk, name, title, due in shown
    ]
    if rest > 0:
        words = ngettext("%(n)d more task for others", "%(n)d more tasks for others", rest) % {"n": rest}
        lines.append({"url": reverse("onboarding:tasks"), "title": words, "detail": "", "symbol": "hand-helping"})
    return lines


def _due_words(due: date, today: date) -> str:
    if due < today:
        return _("overdue")
    return pgettext("day", "today") if due == today else day_words(due, today)


def _summary(request: HttpRequest) -> dict[str, Any]:
    """Return `percent` and `steps` of the person: one query for whoever has nothing to do with paths, else six.

    Cached by the day and the person's `rights_version`, which every change to a path or its completions counts up, and
    every change of what the person may read.
    """
    user: Any = request.user
    today = timezone.localdate()
    key = f"onboarding:{user.pk}:{user.rights_version}:{today}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        mine = Q(person_id=user.pk) | Q(buddy_id=user.pk) | Q(manager_id=user.pk)
        mine |= Q(manager__isnull=True, person__manager_id=user.pk)
        seen = Enrolment.objects.visible_to(user).filter(mine).values("pk")
        for_others = with_open_tasks(user).values("pk")
        # One question for whoever has nothing to do with paths, which is nearly everybody.
        concerning = Enrolment.objects.open().filter(Q(pk__in=seen) | Q(pk__in=for_others))
        own_first = Case(When(mine, then=0), default=1)
        open_ones = list(concerning.order_by(own_first, "-start_on", "pk")[:MOST])
        own = [one for one in open_ones if one.person_id == user.pk]
        journey = merge(progress_for(user, own) if own else [])
        others = [one.pk for one in open_ones if one.person_id != user.pk]
        theirs = Enrolment.objects.visible_to(user).filter(pk__in=others)
        meetings = load(with_people(theirs), kinds={Step.Kind.MEET}) if others else []
        tasks = tasks_for(user) if open_ones else []
        soon = [task for task in tasks if not task.is_waiting and task.due_on <= task.today + TASKS_AHEAD]
        found = {
            "tasks": [(one.enrolment.pk, one.step.pk, one.person.name, one.step.title, one.due_on) for one in soon],
            "percent": journey.percent if journey.paths else None,
            "pages": journey.page_ids,
            "steps": [_line(stop.progress, stop.row) for stop in journey.due_stops]
            + [line for way in meetings for line in _waiting(way, user.pk)],
        }
        cache.set(key, found, 3600)
    return found


def _waiting(way: Way, me: int) -> list[tuple[int, str, str, str, date]]:
    """Return the steps of somebody else's that wait for me: meetings with me. Nothing waits while the clock stands."""
    if way.is_paused:
        return []
    mine = [
        step for step in (line.step for line in way.lines) if step.kind == Step.Kind.MEET and _is_with(way, step, me)
    ]
    spread = way.windows() if mine else {}
    path, name = way.enrolment.path.title, way.enrolment.person.name
    return [
        (way.enrolment.pk, name, step.title, path, spread[step.pk].due_on)
        for step in mine
        if way.is_open(step.pk) and spread[step.pk].due_on <= way.today
    ]


def _is_with(way: Way, step: Step, me: int) -> bool:
    whom = way.whom(step)
    return whom is not None and whom.pk == me


def _line(progress: Progress, row: StepRow) -> tuple[int, str, str, str, date]:
    """Return enrolment, "" (it is my own way), step, path and day: no words of ours, so fit for every language."""
    enrolment = progress.enrolment
    return enrolment.pk, "", row.step.title, enrolment.path.title, row.due_on
