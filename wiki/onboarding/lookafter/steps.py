"""One step of one person: nudge, skip, choose a day, take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wiki.forms import add_errors
from wiki.onboarding import actions
from wiki.onboarding.colleagues.links import link_to
from wiki.onboarding.lookafter.forms import DayForm, SkipForm
from wiki.onboarding.lookafter.reading import Charge
from wiki.onboarding.lookafter.shared import charge_of, row_of
from wiki.onboarding.permissions import can_look_after, can_manage
from wiki.onboarding.progress import StepRow
from wiki.views.shared import me


@require_safe
def step(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Show one step of one person with all that can be done about it."""
    charge = charge_of(request, pk)
    return show_step(request, charge, row_of(charge, step_pk))


def show_step(
    request: HttpRequest,
    charge: Charge,
    row: StepRow,
    *,
    skip: SkipForm | None = None,
    day: DayForm | None = None,
    link: str = "",
) -> HttpResponse:
    """Show one step; `skip` and `day` as they were sent, `link` a task's address, which is shown this once."""
    chosen = row.state.due_on if row.state else None
    doer = charge.progress.way.doer(row.step)
    is_here = charge.enrolment.ended_at is None
    may_link = (
        is_here and row.is_open and row.step.kind == "task" and doer is not None
        and can_manage(me(request), charge.enrolment)
    )  # fmt: skip
    context = {
        "charge": charge,
        "enrolment": charge.enrolment,
        "row": row,
        "doer": doer,
        "may_act": is_here and can_look_after(me(request), charge.enrolment),
        "may_nudge": row.is_open and doer is not None and doer.pk != me(request).pk,
        "may_link": may_link,
        "live_link": link_to(me(request), charge.enrolment, row.step) if may_link and not link else None,
        "skip": skip or SkipForm(),
        "day": day or DayForm(initial={"due_on": chosen.isoformat() if chosen else ""}),
        "chosen": chosen,
        "link": link,
    }
    status = 422 if (skip and skip.errors) or (day and day.errors) else 200
    return render(request, "onboarding/people/step.html", context, status=status)


@require_POST
def nudge(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Ask kindly how it goes, once a day at most."""
    charge = charge_of(request, pk)
    row = row_of(charge, step_pk)
    doer = charge.progress.way.doer(row.step)
    try:
        is_sent = actions.nudge(actor=me(request), enrolment=charge.enrolment, step=row.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        name = doer.name if doer else ""
        if is_sent:
            messages.success(request, _("%(name)s is asked kindly.") % {"name": name})
        else:
            messages.info(request, _("%(name)s was asked less than a day ago. Once a day is enough.") % {"name": name})
    return redirect("onboarding:look_after", pk=pk)


@require_POST
def skip(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Let the person be without the step."""
    charge = charge_of(request, pk)
    row = row_of(charge, step_pk)
    form = SkipForm(request.POST)
    if form.is_valid():
        try:
            actions.skip_step(actor=me(request), enrolment=charge.enrolment, step=row.step, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Skipped: %(title)s") % {"title": row.step.title})
            return redirect("onboarding:look_after", pk=pk)
    return show_step(request, charge, row, skip=form)


@require_POST
def set_day(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Choose the day the step is due."""
    charge = charge_of(request, pk)
    row = row_of(charge, step_pk)
    form = DayForm(request.POST)
    if form.is_valid():
        try:
            actions.set_due(actor=me(request), enrolment=charge.enrolment, step=row.step, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("onboarding:look_after", pk=pk)
    return show_step(request, charge, row, day=form)


@require_POST
def unskip(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Ask for the step after all."""
    return _do(request, pk, step_pk, actions.unskip_step, _("It is on the list again."))


@require_POST
def take_back(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Take a step off again that was added for this person."""
    return _do(request, pk, step_pk, actions.take_step_back, _("The step is gone."))


def _do(request: HttpRequest, pk: int, step_pk: int, action: Any, words: str) -> HttpResponse:
    charge = charge_of(request, pk)
    row = row_of(charge, step_pk)
    if action is actions.take_step_back and row.origin != "own":
        raise PermissionDenied
    try:
        action(actor=me(request), enrolment=charge.enrolment, step=row.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect("onboarding:look_after", pk=pk)
