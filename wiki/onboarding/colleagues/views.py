"""Tasks for others: the list, one task, and one task by a link that needs no sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wiki.forms import add_errors
from wiki.models import WikiPage
from wiki.onboarding import actions
from wiki.onboarding.colleagues.forms import DoneForm
from wiki.onboarding.colleagues.links import complete_by_link, find_task, make_task_link, withdraw_task_link
from wiki.onboarding.lookafter.shared import charge_of, row_of
from wiki.onboarding.lookafter.steps import show_step
from wiki.onboarding.mine.doors import is_too_often, shut_in
from wiki.onboarding.models import Step
from wiki.onboarding.tasks import Task, first_name, task_for, tasks_for
from wiki.views.shared import me


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """List what somebody is to do for people on a path."""
    return render(request, "onboarding/tasks/list.html", {"tasks": tasks_for(me(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Show one task of one's own, and do it."""
    found = _task(request, pk, step_pk)
    is_sent = request.method == "POST" and found.completion is None
    form = DoneForm(request.POST if is_sent else None, request.FILES if is_sent else None, step=found.step)
    if request.method == "POST" and found.completion is not None:
        return redirect("onboarding:tasks")
    if form.is_valid():
        try:
            actions.complete_step(
                actor=me(request), enrolment=found.enrolment, step=found.step, note=form.cleaned_data["note"],
                files=request.FILES.getlist("files"),
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            undo = reverse("onboarding:task_undo", args=[pk, step_pk])
            words = _("Done: %(title)s") % {"title": found.step.title}
            messages.success(request, words, extra_tags=f"undo:{undo}")
            return redirect("onboarding:tasks")
    page = WikiPage.objects.visible_to(me(request)).filter(pk=found.step.page_id or 0).first()
    context = {"task": found, "form": form, "page": page}
    return render(request, "onboarding/tasks/task.html", context, status=422 if form.errors else 200)


@require_POST
def task_undo(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Take a task back that was done."""
    found = _task(request, pk, step_pk)
    actions.reopen_step(actor=me(request), enrolment=found.enrolment, step=found.step)
    return redirect("onboarding:task", pk=pk, step_pk=step_pk)


def _task(request: HttpRequest, pk: int, step_pk: int) -> Task:
    found = task_for(me(request), pk, step_pk)
    if found is None:
        raise Http404
    return found


@require_POST
def task_link(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Make a link to a colleague's task and show it, this once."""
    charge = charge_of(request, pk, manages=True)
    row = row_of(charge, step_pk)
    if row.step.kind != Step.Kind.TASK:
        raise Http404
    try:
        secret = make_task_link(actor=me(request), enrolment=charge.enrolment, step=row.step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("onboarding:their_step", pk=pk, step_pk=step_pk)
    link = request.build_absolute_uri(reverse("onboarding:linked_task", args=[secret]))
    response = show_step(request, charge, row, link=link)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def task_link_end(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """End the link to a colleague's task at once."""
    charge = charge_of(request, pk, manages=True)
    row = row_of(charge, step_pk)
    withdraw_task_link(actor=me(request), enrolment=charge.enrolment, step=row.step)
    messages.success(request, _("The link does nothing any more."))
    return redirect("onboarding:their_step", pk=pk, step_pk=step_pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def linked_task(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Show the one task of a link, and do it: by a button, for programs that look into mail follow every address."""
    if is_too_often(request):
        return _closed(request, "often", 429)
    found = find_task(secret)
    if found is None:
        return _closed(request, "dead", 404)
    _link, one = found
    form = DoneForm(request.POST if request.method == "POST" else None, step=one.step)
    wants_file = one.step.proof == Step.Proof.FILE
    if not wants_file and form.is_valid():
        try:
            done = complete_by_link(
                actor=request.user if request.user.is_authenticated else None,  # type: ignore[arg-type]
                secret=secret, note=form.cleaned_data["note"],
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _closed(request, "done" if done else "dead", 200 if done else 404)
    context = {"task": one, "first_name": first_name(one.person), "form": form, "wants_file": wants_file}
    answer = render(request, "onboarding/tasks/linked.html", context, status=422 if form.errors else 200)
    return shut_in(answer, has_form=True)


def _closed(request: HttpRequest, state: str, status: int) -> HttpResponseBase:
    return shut_in(render(request, "onboarding/tasks/linked_closed.html", {"state": state}, status=status))
