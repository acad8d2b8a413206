"""Rules that put people on a path by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wiki.onboarding import actions
from wiki.onboarding.making.rule_forms import RuleForm
from wiki.onboarding.making.views.shared import add_errors, editable, status_of, typed
from wiki.onboarding.models import PathRule
from wiki.onboarding.permissions import can_see_leavers
from wiki.onboarding.rules import fulfilling
from wiki.views.shared import me

SHOWN = 50


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a rule: the first press shows who fulfils it now, the second makes it. The same rule twice is one."""
    path = editable(request, slug)
    form = RuleForm(typed(request), viewer=me(request), initial={"is_leaving": path.is_leaving})
    found = None
    if request.method == "POST" and form.is_valid():
        people = fulfilling(me(request), PathRule(path=path, **form.cleaned_data))
        if "confirmed" in request.POST:
            try:
                actions.add_rule(actor=me(request), path=path, **form.cleaned_data)
                if "also_now" in request.POST and not form.cleaned_data.get("is_leaving"):
                    today = timezone.localdate()
                    actions.enrol_many(actor=me(request), path=path, people=people, start_on=today)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("The rule is made. From now on it puts people on the path."))
                return redirect("onboarding:path_rules", slug=slug)
        elif "change" not in request.POST:
            found = people
    context = {
        "path": path, "form": form, "rules": path.rules.select_related("team", "office", "created_by"), "is_asking": found is not None,
        "found": (found or [])[:SHOWN], "count": len(found or []), "more": max(0, len(found or []) - SHOWN),
        "knows_leavers": can_see_leavers(me(request)),
    }  # fmt: skip
    return render(request, "onboarding/making/rules.html", context, status=status_of(form))


@require_POST
def remove(request: HttpRequest, slug: str, rule_pk: int) -> HttpResponse:
    """Take a rule away; whom it put on the path stays there."""
    path = editable(request, slug)
    actions.remove_rule(actor=me(request), rule=get_object_or_404(path.rules.select_related("path"), pk=rule_pk))
    messages.success(request, _("The rule is gone. Whom it put on the path stays there."))
    return redirect("onboarding:path_rules", slug=slug)
