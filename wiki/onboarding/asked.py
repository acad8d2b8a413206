"""What a few ways are made of, asked without making the SQL anew each time.

Whoever opens her path asks a dozen questions about one enrolment or two; making their SQL cost her twice as long as the
answers. What is asked of more than a few is asked as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet

from intranet.people.models import Community
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.models import WikiPage
from wiki.onboarding.models import Completion, Pause, Role, RoleHolder, Step, StepState, VersionStep

FEW = 20
_KEYS = tuple(f"number{n}" for n in range(FEW))
# What is loaded with a step.
STEP = ("person", "role")


def _slots(numbers: Collection[int]) -> dict[str, int]:
    return {key: number for key, number in zip_longest(_KEYS, numbers, fillvalue=0) if isinstance(key, str)}


class Few:
    """The rows that belong to some things; `build` makes a queryset of objects from the numbers of these."""

    def __init__(self, build: Callable[[Collection[int]], QuerySet[Any]]) -> None:
        self.build = build
        self.prepared = Prepared(lambda **numbers: build(list(numbers.values())), numbers=_KEYS)

    def rows(self, numbers: Collection[int]) -> list[Any]:
        """Return the rows of these; one query, none for nothing."""
        if not numbers:
            return []
        if len(numbers) > FEW:
            return list(self.build(numbers))
        return self.prepared.objects(**_slots(numbers))


def _of_step(before: str) -> list[str]:
    return [before, *(f"{before}__{name}" for name in STEP)]


OWN_STEPS = Few(lambda of: Step.objects.filter(only_for__in=of).select_related(*STEP).order_by("pk"))
STATES = Few(
    lambda of: StepState.objects.filter(enrolment__in=of).select_related(*_of_step("kept__step")).order_by("pk")
)
COMPLETIONS = Few(lambda of: Completion.objects.filter(enrolment__in=of).order_by("pk"))
PAUSES = Few(lambda of: Pause.objects.filter(enrolment__in=of).order_by("pk"))
HOLDERS = Few(lambda of: RoleHolder.objects.filter(enrolment__in=of).select_related("person").order_by("pk"))
ROLES = Few(lambda of: Role.objects.filter(path__in=of).select_related("holder"))
LINES = Few(
    lambda of: VersionStep.objects.filter(version__in=of).select_related(*_of_step("step")).order_by("position", "pk")
)


def _pages(*, variant: bool, user: int, **paths: int) -> QuerySet[Any]:
    used = Step.objects.filter(path__in=list(paths.values())).values("page")
    seen = WikiPage.objects.visible_to(reader(user, is_guest=variant)).filter(pk__in=used)
    found: QuerySet[Any] = seen.only("pk", "title", "address").order_by()
    return found


def _places(*, variant: bool, user: int, **paths: int) -> QuerySet[Any]:
    used = Step.objects.filter(path__in=list(paths.values())).values("community")
    return Community.objects.visible_to(reader(user, is_guest=variant)).filter(pk__in=used).order_by()


_PAGES = Prepared(_pages, numbers=("user", *_KEYS))
_PLACES = Prepared(_places, numbers=("user", *_KEYS))


def readable_pages(viewer: Any, paths: Collection[int]) -> list[WikiPage]:
    """Return the pages that steps of a few paths name, as far as the viewer may read them."""
    return _seen(_PAGES, viewer, paths)


def readable_places(viewer: Any, paths: Collection[int]) -> list[Community]:
    """Return the communities that steps of a few paths name, as far as the viewer may read them."""
    return _seen(_PLACES, viewer, paths)


def _seen(what: Prepared, viewer: Any, paths: Collection[int]) -> list[Any]:
    if not is_current(viewer):
        return []
    return what.objects(viewer.is_guest, user=viewer.pk, **_slots(paths))
