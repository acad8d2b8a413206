"""Who hears of what the diary tells of people on a path (`settings.NOTIFICATION_RECIPIENTS`), and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Hearing, Outcome, Why
from wiki.onboarding.models import Enrolment, ReminderBundle, StepState
from wiki.onboarding.reminding.finishing import of_finished
from wiki.onboarding.reminding.reading import Said, still_said
from wiki.onboarding.tasks import task_for
from wiki.onboarding.ways import Way, load, with_people

BUNDLE, STATE, ENROLMENT = "onboarding.reminderbundle", "onboarding.stepstate", "onboarding.enrolment"


def of_reminder(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a bundle of reminders."""
    bundle = ReminderBundle.objects.filter(pk=activity.object_id).first()
    if bundle is not None:
        people = {bundle.person_id: Why("path")}
        yield Hearing("due", (BUNDLE, bundle.pk), people, f"due:path:{bundle.pk}", is_direct=True)


def of_step(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a kind word: whoever is to do the step."""
    if activity.verb != "step.nudged":
        return
    way = _way(activity.target_id)
    line = way.line(int(activity.object_id)) if way else None
    state = StepState.objects.filter(enrolment=int(activity.target_id), step=int(activity.object_id)).first()
    doer = way.doer(line.step) if way and line else None
    if doer is not None and state is not None:
        people = {doer.pk: Why("path")}
        yield Hearing("nudged", (STATE, state.pk), people, f"nudged:{state.pk}", is_direct=True)


def of_enrolment(activity: Activity) -> Iterator[Outcome]:
    """Say who hears that somebody is theirs to look after, the new buddy or manager, and that somebody has finished."""
    if activity.verb == "enrolment.finished":
        yield from of_finished(activity)
    if activity.verb != "enrolment.reassigned" or activity.data.get("role") not in {"buddy", "manager"}:
        return
    enrolment = Enrolment.objects.filter(pk=activity.object_id).select_related("person").first()
    if enrolment is None or enrolment.ended_at is not None:
        return
    told = enrolment.buddy_id if activity.data["role"] == "buddy" else enrolment.manager_id
    if told:
        people = {told: Why("charge")}
        bundle = f"entrusted:{enrolment.pk}:{told}"
        yield Hearing("entrusted", (ENROLMENT, enrolment.pk), people, bundle, is_direct=True)


def _way(pk: Any) -> Way | None:
    found = with_people(Enrolment.objects.open().filter(pk=pk)).first()
    return load([found])[0] if found else None


def describe_bundles(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return what the bundles of `user` among these still say; one of which nothing is left says nothing."""
    found = still_said(user, [int(key) for key in keys if key.isdigit()])
    return {str(pk): Described(words(said), _where(said)) for pk, said in found.items()}


def words(said: Sequence[Said]) -> str:
    """Return a bundle in one line: the first thing by its name, and how much there is besides."""
    first = said[0]
    if first.is_own and first.is_task:
        name = _("%(step)s, for %(name)s") % {"step": first.step.title, "name": first.enrolment.person.name}
    elif first.is_own:
        name = first.step.title
    else:
        name = _("%(name)s may need a hand: %(step)s") % {
            "name": first.enrolment.person.name, "step": first.step.title
        }  # fmt: skip
    if len(said) == 1:
        return name
    more = ngettext("%(first)s, and %(n)d more step", "%(first)s, and %(n)d more steps", len(said) - 1)
    return more % {"first": name, "n": len(said) - 1}


def _where(said: Sequence[Said]) -> str:
    """Return where to go: to the one way it is about, else to the list."""
    if all(one.is_own and one.is_task for one in said):
        only = said[0]
        return (
            reverse("onboarding:task", args=[only.enrolment.pk, only.step.pk])
            if len(said) == 1
            else reverse("onboarding:tasks")
        )
    ways = {one.enrolment.pk for one in said}
    if len(ways) > 1:
        return reverse("onboarding:my_path") if any(one.is_own for one in said) else reverse("onboarding:people")
    name = "onboarding:enrolment" if said[0].is_own else "onboarding:look_after"
    return reverse(name, args=[ways.pop()])


def describe_states(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the steps among these that `user` is still to do."""
    rows = StepState.objects.filter(pk__in=keys).select_related("step")
    ids = {row.enrolment_id for row in rows}
    ways = {way.enrolment.pk: way for way in load(with_people(Enrolment.objects.open().filter(pk__in=ids)))}
    found = {}
    for row in rows:
        way = ways.get(row.enrolment_id)
        if way is None or way.line(row.step_id) is None or not way.is_open(row.step_id):
            continue
        if row.step.kind == row.step.Kind.TASK:
            if task_for(user, row.enrolment_id, row.step_id) is not None:
                found[str(row.pk)] = Described(
                    row.step.title, reverse("onboarding:task", args=[row.enrolment_id, row.step_id])
                )
        elif way.enrolment.person_id == user.pk:
            url = reverse("onboarding:enrolment", args=[row.enrolment_id]) + f"#step-{row.step_id}"
            found[str(row.pk)] = Described(row.step.title, url)
    return found


def describe_enrolments(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return those among these that `user` looks after, by the person's name."""
    rows = Enrolment.objects.visible_to(user).exclude(person_id=user.pk).filter(pk__in=keys)
    return {
        str(row.pk): Described(row.person.name, reverse("onboarding:look_after", args=[row.pk]), row.path.title)
        for row in rows.select_related("person", "path")
    }
