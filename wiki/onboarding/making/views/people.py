"""Putting people on a path: who, from when, with whom; then how it will be; then it is so."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from wiki.onboarding import actions
from wiki.onboarding.making.enrol_forms import EnrolForm
from wiki.onboarding.making.previewing import Plan, plan_for
from wiki.onboarding.making.views.shared import add_errors, editable, status_of, typed
from wiki.onboarding.models import Path
from wiki.views.shared import me


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, slug: str) -> HttpResponse:
    """Put people on the path: the first press shows what would be, the second does it. Doing it twice is once."""
    path = editable(request, slug)
    form = EnrolForm(typed(request), viewer=me(request), path=path)
    plan = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        people, rest = data["everybody"], {name: data[name] for name in ("start_on", "buddy", "manager")}
        if "confirmed" in request.POST:
            try:
                made = actions.enrol_many(actor=me(request), path=path, people=people, **rest)
            except ValidationError as error:
                add_errors(form, error)
            else:
                words = ngettext("%(count)s person is on the path.", "%(count)s people are on the path.", len(made))
                none_new = _("Everybody was on the path already.")
                messages.success(request, words % {"count": len(made)} if made else none_new)
                return redirect("onboarding:path", slug=slug)
        elif "change" not in request.POST:
            plan = plan_for(path, people, **rest)
    return _page(request, path, form, plan)


def _page(request: HttpRequest, path: Path, form: EnrolForm, plan: Plan | None) -> HttpResponse:
    template = "enrol_plan" if plan else "enrol"
    context = {"form": form, "path": path, "plan": plan}
    return render(request, f"onboarding/making/{template}.html", context, status=status_of(form))
