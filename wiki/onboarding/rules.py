"""Rules put people on paths, each person once: asked when the diary tells of somebody, and of everybody once a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from intranet.activity.actions import record_many
from intranet.activity.models import Activity
from intranet.people.models import User
from wiki.onboarding.actions.enrolling import put_on
from wiki.onboarding.actions.timing import FARTHEST
from wiki.onboarding.leaving import complete_hand_overs
from wiki.onboarding.locks import lock_path, lock_people, refresh_menus
from wiki.onboarding.models import Enrolment, PathRule, RuleMatch
from wiki.onboarding.permissions import can_see_leavers, enrollable
from wiki.onboarding.ways import with_people

CHANGED = frozenset({"user.joined", "user.changed"})
AT_A_TIME = 1000
# What decides on which days somebody works: of the account, of the office.
WORK_FIELDS = frozenset({"office", "working_days"})
PLACE_FIELDS = frozenset({"country", "subdivision"})


def matching(rule: PathRule) -> QuerySet[User]:
    """Return everybody who fulfils a rule today and can read its path; guests only where they are invited."""
    found = enrollable(rule.path)
    if rule.team_id is not None:
        found = found.filter(team_id=rule.team_id)
    if rule.office_id is not None:
        found = found.filter(office_id=rule.office_id)
    if rule.title:
        found = found.filter(title__iexact=rule.title)
    if rule.joined_from is not None:
        found = found.filter(date_joined__date__gte=rule.joined_from)
    if rule.is_leaving:
        # An account that ends in 2099 is nobody's who leaves.
        found = found.filter(active_until__lte=timezone.localdate() + FARTHEST, is_guest=False)
    return found.order_by("pk")


def fulfilling(viewer: User, rule: PathRule) -> list[User]:
    """Return who fulfils a rule as it would be and is not on the path yet, at most a thousand whom the viewer may know.

    Whose account has an end only administrators know (`can_see_leavers`); nobody else is told by asking for a rule.
    """
    if rule.is_leaving and not can_see_leavers(viewer):
        return []
    known = User.objects.visible_to(viewer).values("pk")
    found = matching(rule).exclude(pk__in=rule.path.enrolments.values("person_id")).filter(pk__in=known)
    return list(found[:AT_A_TIME])


def note_present(rule: PathRule) -> None:
    """Note who fulfils a rule as it is made: it is about those who come to."""
    RuleMatch.objects.bulk_create(
        (RuleMatch(rule=rule, person_id=pk) for pk in matching(rule).values_list("pk", flat=True)),
        ignore_conflicts=True,
    )


def apply_rule(rule: PathRule, people: Iterable[int] | None = None) -> int:
    """Put those on the path who have come to fulfil the rule, nobody twice; return how many."""
    with transaction.atomic():
        path = lock_path(rule.path)
        if path.archived_at is not None or not PathRule.objects.filter(pk=rule.pk).exists():
            return 0
        known = RuleMatch.objects.filter(rule=rule).values("person_id")
        fresh = matching(rule).exclude(pk__in=known)
        if people is not None:
            fresh = fresh.filter(pk__in=list(people))
        found = list(fresh[:AT_A_TIME])
        if not found:
            return 0
        made = []
        today = timezone.localdate()
        days = {
            person.pk: person.active_until if rule.is_leaving and person.active_until else today for person in found
        }
        for day in sorted(set(days.values())):
            those = [person for person in found if days[person.pk] == day]
            made += put_on(path, those, start_on=day, actor=None)
        of_person = dict(Enrolment.objects.filter(path=path, person__in=found).values_list("person_id", "pk"))
        RuleMatch.objects.bulk_create(
            (RuleMatch(rule=rule, person=person, enrolment_id=of_person.get(person.pk)) for person in found),
            ignore_conflicts=True,
        )
        return len(made)


def follow_people(activities: Sequence[Activity]) -> None:
    """Ask all rules about people whom the diary tells of, and let who has left be on no path. Safe to run twice."""
    left = {int(row.object_id) for row in activities if row.verb == "user.left" and row.object_id.isdigit()}
    if left:
        end_for_leavers(left)
    people = {int(row.object_id) for row in activities if row.verb in CHANGED and row.object_id.isdigit()}
    refresh_days(activities)
    if people:
        for rule in _rules():
            apply_rule(rule, people)


def refresh_days(activities: Sequence[Activity]) -> None:
    """Let menus and what waits at home count anew where somebody's working days are others now: due dates moved."""
    people = {row.object_id for row in activities if row.verb == "user.changed" and _is_about_days(row, WORK_FIELDS)}
    offices = {
        row.object_id for row in activities if row.verb == "office.changed" and _is_about_days(row, PLACE_FIELDS)
    }
    if people or offices:
        with transaction.atomic():
            theirs = Q(person__in=people) | Q(person__office__in=offices)
            refresh_menus(with_people(Enrolment.objects.open().filter(theirs)))


def _is_about_days(row: Activity, fields: frozenset[str]) -> bool:
    return row.object_id.isdigit() and not fields.isdisjoint(row.data.get("fields", ()))


def end_for_leavers(people: Iterable[int] | None = None) -> int:
    """End what people whose account is closed have not walked to its end; return how many enrolments."""
    with transaction.atomic():
        gone = Enrolment.objects.open().exclude(person__in=User.objects.active())
        if people is not None:
            gone = gone.filter(person__in=list(people))
        found = [one for one in lock_people(set(gone.values_list("person_id", flat=True))) if one.is_open]
        Enrolment.objects.filter(pk__in=[one.pk for one in found]).update(ended_at=timezone.now())
        record_many(actor=None, verb="enrolment.ended", objects=found, targets=[one.person for one in found])
        refresh_menus(found)
        return len(found)


def apply_rules() -> int:
    """Ask all rules about everybody (`settings.WORKER_SWEEPS`): for what changed without a line in the diary."""
    complete_hand_overs()
    end_for_leavers()
    return sum(apply_rule(rule) for rule in _rules())


def _rules() -> list[PathRule]:
    return list(
        PathRule.objects.filter(path__archived_at__isnull=True).select_related("path__community", "path__present")
    )
