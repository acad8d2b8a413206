"""My people: the list, one person, and what is done for the whole of somebody's way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intranet.paging import BadCursor
from wiki.care.handing.reading import can_hand_over
from wiki.forms import add_errors
from wiki.onboarding import actions
from wiki.onboarding.alignment import start_preview
from wiki.onboarding.lookafter import reading
from wiki.onboarding.lookafter.forms import OwnStepForm, PauseForm, PeopleForm, StartForm
from wiki.onboarding.lookafter.shared import charge_of
from wiki.onboarding.lookafter.words import SHOWN
from wiki.onboarding.models import Path
from wiki.onboarding.permissions import can_look_after, can_manage
from wiki.views.shared import me

FORMS = ["GET", "HEAD", "POST"]


@require_safe
def my_people(request: HttpRequest) -> HttpResponse:
    """List the people somebody looks after; with `path` all on a path of one's own."""
    show = request.GET.get("show", "")
    show = show if show in reading.SHOWN else "open"
    slug = request.GET.get("path", "")[:80].replace("\x00", "")
    path = get_object_or_404(Path.objects.visible_to(me(request)), slug=slug) if slug else None
    words = request.GET.get("q", "")[:100].replace("\x00", "").strip()
    try:
        found = reading.my_people(me(request), show=show, path=path, words=words, cursor=request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    kept = {name: value for name, value in {"path": slug, "q": words}.items() if value}
    tabs = [
        {"url": f"?{urlencode({'show': key, **kept})}", "label": SHOWN[key], "count": None, "on": key == show}
        for key in reading.SHOWN
    ]
    more = f"?{urlencode({'show': show, **kept, 'after': found.next_cursor})}" if found.next_cursor else ""
    context = {"people": found.rows, "tabs": tabs, "older_url": more, "show": show, "path": path, "words": words}
    return render(request, "onboarding/people/list.html", context)


@require_safe
def look_after(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one person gets on, with what can be done for her."""
    charge = charge_of(request, pk, manages=None)
    enrolment = charge.enrolment
    is_here = enrolment.ended_at is None
    return render(
        request,
        "onboarding/people/person.html",
        {
            "charge": charge,
            "progress": charge.progress,
            "enrolment": enrolment,
            "may_act": is_here and can_look_after(me(request), enrolment),
            "may_manage": is_here and can_manage(me(request), enrolment),
            "may_hand_over": can_hand_over(me(request), enrolment.person),
        },
    )


@require_http_methods(FORMS)
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step for one person; the path stays as it is."""
    charge = charge_of(request, pk)
    enrolment = charge.enrolment
    form = OwnStepForm(
        _typed(request), viewer=me(request), community_id=enrolment.path.community_id,
        initial={"due_on": charge.progress.today.isoformat()},
    )  # fmt: skip
    if form.is_valid():
        try:
            with transaction.atomic():
                step = actions.add_step_for(actor=me(request), enrolment=enrolment, **form.content())
                actions.set_due(actor=me(request), enrolment=enrolment, step=step, due_on=form.cleaned_data["due_on"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The step is added."))
            return redirect("onboarding:look_after", pk=pk)
    return _form(request, charge, form, _("Add a step"), lede=_("For this person alone. The path stays as it is."))


@require_http_methods(FORMS)
def move_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the start date: first what shifts is shown, then it happens."""
    charge = charge_of(request, pk, manages=True)
    enrolment = charge.enrolment
    initial = {"start_on": enrolment.start_on.isoformat()}
    form = StartForm(_typed(request), enrolment=enrolment, initial=initial)
    shifts, day = None, None
    if form.is_valid():
        day = form.cleaned_data["start_on"]
        try:
            with transaction.atomic():
                # Tried, and taken back when it was only to be looked at: the same refusals in both.
                actions.move_start(actor=me(request), enrolment=enrolment, start_on=day)
                if "sure" not in request.POST:
                    transaction.set_rollback(True)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if "sure" in request.POST:
                is_leaving = enrolment.path.is_leaving
                messages.success(request, _("The last day is moved.") if is_leaving else _("The start date is moved."))
                return redirect("onboarding:look_after", pk=pk)
            shifts = start_preview(charge.progress.way, day)
    context = {"charge": charge, "enrolment": enrolment, "form": form, "shifts": shifts, "day": day}
    return render(request, "onboarding/people/start.html", context, status=422 if form.errors else 200)


@require_http_methods(FORMS)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the clock."""
    charge = charge_of(request, pk, manages=True)
    form = PauseForm(_typed(request))
    if form.is_valid():
        try:
            actions.pause(actor=me(request), enrolment=charge.enrolment, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The clock stands."))
            return redirect("onboarding:look_after", pk=pk)
    lede = _("While it is paused nothing falls due and nobody is reminded. What is open moves on by the working days.")
    return _form(request, charge, form, _("Pause"), lede=lede)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clock go again."""
    charge = charge_of(request, pk, manages=True)
    _do(request, _("It goes on."), actions.resume, enrolment=charge.enrolment)
    return redirect("onboarding:look_after", pk=pk)


@require_http_methods(FORMS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person off the path, asked first: no button brings anybody back on."""
    charge = charge_of(request, pk, manages=True)
    if request.method == "POST":
        _do(request, _("Taken off the path."), actions.end_enrolment, enrolment=charge.enrolment)
        return redirect("onboarding:look_after", pk=pk)
    lede = _("What is done stays on record. Nobody is reminded any more.")
    return _form(request, charge, None, _("Take off the path"), lede=lede)


@require_http_methods(FORMS)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the buddy, and who manages the person. Who was it before sees nothing from then on."""
    charge = charge_of(request, pk)
    enrolment = charge.enrolment
    initial = {
        "buddy": enrolment.buddy.handle if enrolment.buddy else "",
        "manager": enrolment.manager.handle if enrolment.manager else "",
    }
    may_manage = can_manage(me(request), enrolment)
    form = PeopleForm(_typed(request), viewer=me(request), may_manage=may_manage, initial=initial)
    if form.is_valid():
        try:
            with transaction.atomic():
                _reassign(request, charge, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            # Who gave the person away may have no business here any more.
            still = reading.looked_after(me(request)).filter(pk=pk).exists()
            return redirect("onboarding:look_after", pk=pk) if still else redirect("onboarding:people")
    lede = _("Who was buddy or manager until now sees nothing of the person any more.")
    return _form(request, charge, form, _("Buddy and manager") if may_manage else _("Buddy"), lede=lede)


def _reassign(request: HttpRequest, charge: reading.Charge, form: PeopleForm) -> None:
    """Set both; the buddy last, for it may be the buddy who does it. What is refused names its field."""
    for role in ("manager", "buddy"):
        if role not in form.cleaned_data:
            continue
        try:
            actions.reassign(actor=me(request), enrolment=charge.enrolment, role=role, person=form.cleaned_data[role])
        except ValidationError as error:
            raise ValidationError({role: error.messages}) from error


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _do(request: HttpRequest, words: str, action: Any, **what: Any) -> None:
    """Do something that has no form, and say how it went."""
    try:
        with transaction.atomic():
            action(actor=me(request), **what)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)


def _form(request: HttpRequest, charge: reading.Charge, form: Any, verb: str, *, lede: str) -> HttpResponse:
    context = {"charge": charge, "enrolment": charge.enrolment, "form": form, "verb": verb, "lede": lede}
    status = 422 if form is not None and form.errors else 200
    return render(request, "onboarding/people/form.html", context, status=status)
