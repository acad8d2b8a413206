"""The doors to one of the viewer's people, and to one step of theirs."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from wiki.onboarding.lookafter.reading import Charge, charges
from wiki.onboarding.models import Enrolment
from wiki.onboarding.permissions import can_look_after, can_manage
from wiki.onboarding.progress import StepRow
from wiki.onboarding.ways import with_people
from wiki.views.shared import me

BIGGEST = 2**63 - 1


def charge_of(request: HttpRequest, pk: int, *, manages: bool | None = False) -> Charge:
    """Return one of the people somebody looks after; 404 for everybody else, 403 for who may look and not change.

    `manages` asks for more: to move the start date, pause, end. None asks for no more than to see.
    """
    seen = with_people(Enrolment.objects.visible_to(me(request)).exclude(person_id=me(request).pk))
    enrolment = get_object_or_404(seen, pk=min(pk, BIGGEST))
    allowed = can_manage if manages else can_look_after
    if manages is not None and not allowed(me(request), enrolment):
        raise PermissionDenied
    return charges(me(request), [enrolment])[0]


def row_of(charge: Charge, step_pk: int) -> StepRow:
    """Return a step of somebody's way; 404 for one that is not on it."""
    row = next((row for row in charge.progress.rows if row.step.pk == step_pk), None)
    if row is None:
        raise Http404
    return row
