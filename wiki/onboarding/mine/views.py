"""The person's own pages: one step and what one does there, and the bar at the end of a page that is to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from feed.views.files import serve
from feed.views.shared import is_htmx, way_back
from intranet.files import Kind, response_headers
from wiki.onboarding import actions
from wiki.onboarding.mine import reading
from wiki.onboarding.mine.forms import CompleteForm, UnclearForm
from wiki.onboarding.mine.journey import Stop
from wiki.onboarding.models import Enrolment
from wiki.onboarding.models.paths import Step
from wiki.views.shared import me


@require_GET
def step(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """One step, with what is to be done; for the others who see the enrolment, what was done."""
    return _show(request, reading.stop_of(me(request), pk, step_pk))


@require_POST
def complete(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Do a step of one's own; what is missing is said next to its field."""
    stop = reading.own_stop(me(request), pk, step_pk)
    form = CompleteForm(request.POST, request.FILES, step=stop.step)
    if form.is_valid():
        try:
            actions.complete_step(actor=me(request), enrolment=stop.progress.enrolment, step=stop.step, **form.given())
        except ValidationError as error:
            form.blame(error)
    if form.errors:
        return _bar(request, stop, form) if is_htmx(request) else _show(request, stop, form)
    if is_htmx(request):
        return _bar(request, reading.own_stop(me(request), pk, step_pk), None)
    undo = reverse("onboarding:step_reopen", args=[pk, step_pk])
    messages.success(request, _("Done: %(title)s") % {"title": stop.step.title}, extra_tags=f"undo:{undo}")
    return HttpResponseRedirect(way_back(request, reverse("onboarding:my_path")))


@require_POST
def reopen(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Take a step back that one has done."""
    stop = reading.own_stop(me(request), pk, step_pk)
    try:
        actions.reopen_step(actor=me(request), enrolment=stop.progress.enrolment, step=stop.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Open again: %(title)s") % {"title": stop.step.title})
    return HttpResponseRedirect(way_back(request, reverse("onboarding:my_path")))


@require_POST
def unclear(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Say that a step was unclear: it becomes a question where its page, or its path, is talked about."""
    stop = reading.own_stop(me(request), pk, step_pk)
    form = UnclearForm(request.POST)
    if form.is_valid():
        try:
            asked = actions.ask_about(
                actor=me(request), enrolment=stop.progress.enrolment, step=stop.step, words=form.cleaned_data["words"]
            )
            messages.success(request, _("Your question is asked. You hear of it when somebody answers."))
            return HttpResponseRedirect(asked.get_absolute_url())
        except ValidationError as error:
            form.add_error("words", ValidationError(error.messages))
    return _show(request, stop, unclear_form=form)


@require_safe
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Hand out a file that completed a step, to those who may see the enrolment."""
    return hand_out(request, pk, file_pk)


def hand_out(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Answer with a file of an enrolment that the person may see, 404 for any other."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(me(request)), pk=pk)
    found = reading.file_of(enrolment, file_pk)
    kind = Kind(found.media_type, "", is_image=found.media_type.startswith("image/"))
    headers = response_headers(kind, found.name)
    headers |= {"Cache-Control": "private, no-store", "ETag": quote_etag(found.stored[-32:])}
    try:
        return serve(request, found.stored, headers)
    except FileNotFoundError as gone:
        raise Http404 from gone


@require_GET
@never_cache
def bar(request: HttpRequest, page_pk: int) -> HttpResponse:
    """The end of a page that is a step of mine: that I have read it, and the question that goes with it."""
    stops = (stop for stop in reading.my_journey(me(request)).open_stops if stop.step.kind == Step.Kind.READ)
    stop = next((stop for stop in stops if stop.row.page is not None and stop.row.page.pk == page_pk), None)
    if stop is None or stop.row.is_waiting:
        raise Http404
    return _bar(request, stop, CompleteForm(step=stop.step))


def _bar(request: HttpRequest, stop: Stop, form: CompleteForm | None) -> HttpResponse:
    context: dict[str, Any] = {"stop": stop, "form": form}
    if form is None:
        context["journey"] = reading.my_journey(me(request))
    return render(request, "onboarding/mine/_bar.html", context)


def _show(
    request: HttpRequest, stop: Stop, form: CompleteForm | None = None, unclear_form: UnclearForm | None = None
) -> HttpResponse:
    enrolment = stop.progress.enrolment
    is_mine = enrolment.person_id == me(request).pk
    is_open = is_mine and stop.row.is_open and enrolment.ended_at is None
    asking = reading.asking(me(request), stop) if is_mine else None
    context = {
        "stop": stop,
        "is_mine": is_mine,
        "form": (form or CompleteForm(step=stop.step)) if is_open and stop.step.kind != Step.Kind.TASK else None,
        "can_do": is_open,
        "files": reading.files_of(stop),
        "asking": asking,
        "unclear_form": unclear_form or UnclearForm(),
    }
    wrong = (form is not None and form.errors) or (unclear_form is not None and unclear_form.errors)
    return render(request, "onboarding/mine/step.html", context, status=422 if wrong else 200)
