"""What the person's own pages show: my path, one step, the bar at the end of a page."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from feed.audience import audience, head_counts
from feed.permissions import can_post
from intranet.people.models import Membership, User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.onboarding.actions.walking import where_to_ask
from wiki.onboarding.mine.journey import Journey, Stop, merge
from wiki.onboarding.models import CompletionFile, Enrolment, Path, Unclear
from wiki.onboarding.progress import progress_for, progress_of_ways
from wiki.onboarding.ways import load, with_people

# Nobody walks more paths at a time.
MOST = 20
# Of the people on a path, or whom somebody looks after, so many stand on a page about something else.
SHOWN = 12


def _mine(*, variant: bool, user: int) -> QuerySet[Any]:
    seen = Enrolment.objects.visible_to(reader(user, is_guest=variant))
    found: QuerySet[Any] = with_people(seen.filter(person_id=user).open())[:MOST]
    return found


def open_first(enrolments: Any) -> QuerySet[Any]:
    """Return whoever is on the way before whoever is at its end."""
    found: QuerySet[Any] = enrolments.order_by(F("finished_at").asc(nulls_first=True), "-start_on", "pk")
    return found


def _over(*, variant: bool, user: int) -> QuerySet[Any]:
    seen = Enrolment.objects.visible_to(reader(user, is_guest=variant))
    found: QuerySet[Any] = seen.filter(person_id=user).exclude(pk__in=seen.open().values("pk"))
    return found.select_related("person__office", "path")[:100]


def _others(*, variant: bool, user: int) -> QuerySet[Any]:
    seen = Enrolment.objects.visible_to(reader(user, is_guest=variant)).exclude(person_id=user)
    return open_first(seen.select_related("person__office", "path"))[: SHOWN + 1]


def _paths(*, variant: bool, user: int) -> QuerySet[Any]:
    seen = Path.objects.visible_to(reader(user, is_guest=variant))
    moderated = Membership.objects.filter(user_id=user, role=Membership.Role.MODERATOR).values("community_id")
    shown = Q(archived_at__isnull=True) | Q(owner_id=user) | Q(community_id__in=moderated)
    return seen.filter(shown).select_related("community")


_MINE, _OVER, _OTHERS, _PATHS = (Prepared(build, numbers=["user"]) for build in (_mine, _over, _others, _paths))


def _asked(what: Prepared, person: User) -> list[Any]:
    return what.objects(person.is_guest, user=person.pk) if is_current(person) else []


def over_of(person: User) -> list[Enrolment]:
    """Return the paths the person has finished or left, a hundred at most."""
    return _asked(_OVER, person)


def others_of(person: User) -> list[Enrolment]:
    """Return other people whose progress the person sees, one more than are shown."""
    return _asked(_OTHERS, person)


def paths_of(person: User) -> list[Path]:
    """Return the paths the person may read; those that are archived are for whoever may edit them."""
    return _asked(_PATHS, person)


def my_journey(person: User) -> Journey:
    """Return the person's open paths as one way, in a fixed number of queries."""
    return merge(progress_of_ways(person, load(_asked(_MINE, person))))


def stop_of(viewer: User, enrolment_pk: int, step_pk: int) -> Stop:
    """Return a step on somebody's way that the viewer may see, 404 for any other."""
    if max(enrolment_pk, step_pk) >= 2**63:
        raise Http404
    found = progress_for(viewer, Enrolment.objects.visible_to(viewer).filter(pk=enrolment_pk))
    row = next((row for item in found for row in item.rows if row.step.pk == step_pk), None)
    if row is None:
        raise Http404
    return Stop(found[0], row)


def own_stop(person: User, enrolment_pk: int, step_pk: int) -> Stop:
    """Return a step on the person's own way, 404 for anybody else's."""
    stop = stop_of(person, enrolment_pk, step_pk)
    if stop.progress.enrolment.person_id != person.pk:
        raise Http404
    return stop


def files_of(stop: Stop) -> QuerySet[CompletionFile]:
    """Return the files that completed a step, for those who see the enrolment."""
    done = stop.row.completion
    return CompletionFile.objects.filter(completion_id=done.pk if done else 0).order_by("pk")


def file_of(enrolment: Enrolment, pk: int) -> CompletionFile:
    """Return a file that completed a step of an enrolment the caller has found, 404 for any other."""
    return get_object_or_404(CompletionFile, pk=pk, completion__enrolment=enrolment)


def asking(person: User, stop: Stop) -> dict[str, Any] | None:
    """Return where a question about an unclear step goes and who reads it there; nothing when one may not ask there."""
    enrolment = stop.progress.enrolment
    place, page = where_to_ask(person, enrolment, stop.step)
    if not can_post(person, place):
        return None
    asked = Unclear.objects.filter(enrolment=enrolment, step=stop.step).first()
    heads = head_counts([(place.pk, place.kind)])[place.pk]
    return {"place": place, "page": page, "audience": audience(place.kind, heads), "post_id": asked and asked.post_id}
