"""The history of a path, and what becomes of people who are on an older version of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wiki.onboarding import actions
from wiki.onboarding.making.actions import AT_ONCE, OvertakenError, align_seen, keep_to_new, start_alignment
from wiki.onboarding.making.reading import alignment_of, behind, changes_for, history_of, removed_steps
from wiki.onboarding.making.views.shared import editable
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Enrolment, Path
from wiki.onboarding.versions import lines_of
from wiki.views.shared import me, number_from


@require_GET
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell the versions of a path: who changed what, when, and how many people are on each."""
    path = editable(request, slug)
    context = {
        "path": path, "history": history_of(me(request), path), "behind": behind(me(request), path),
        "removed": removed_steps(path),
    }  # fmt: skip
    return render(request, "onboarding/making/versions.html", context)


@require_POST
def describe(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say in one's own words what changed in a version."""
    path = editable(request, slug)
    version = get_object_or_404(path.versions.select_related("path"), number=min(number, 2**31 - 1))
    words = request.POST.get("words", "").replace("\x00", "")
    actions.describe_version(actor=me(request), version=version, words=words)
    return redirect("onboarding:path_versions", slug=slug)


@require_http_methods(["GET", "POST"])
def align(request: HttpRequest, slug: str) -> HttpResponse:
    """Show for each person what the present version would change; then do it for those who are chosen, or for nobody.

    While the worker brings many up to date, how far it is.
    """
    path = editable(request, slug)
    overtaken = False
    if request.method == "POST":
        try:
            return _decided(request, path)
        except OvertakenError:
            overtaken = True
    alignment = alignment_of(path)
    changes = [] if alignment and alignment.is_going else changes_for(me(request), path)
    context = {
        "path": path, "changes": changes, "count": behind(me(request), path), "alignment": alignment,
        "seen": structure_mark(lines_of(path)), "overtaken": overtaken,
    }  # fmt: skip
    return render(request, "onboarding/making/align.html", context, status=409 if overtaken else 200)


def _decided(request: HttpRequest, path: Path) -> HttpResponse:
    """Do what was pressed: nothing for those who are on the path, a few at once, or many by the worker."""
    seen = request.POST.get("seen", "")[:40]
    if "new_only" in request.POST:
        keep_to_new(actor=me(request), path=path, seen=seen)
        messages.success(request, _("Whoever is on the path stays on the version they have."))
        return redirect("onboarding:path_edit", slug=path.slug)
    keys = [number_from(raw) for raw in request.POST.getlist("people")[:1000]]
    chosen = Enrolment.objects.visible_to(me(request)).filter(path=path, pk__in=[key for key in keys if key])
    if "everybody" in request.POST or len(keys) > AT_ONCE:
        some = None if "everybody" in request.POST else chosen
        going = start_alignment(actor=me(request), path=path, seen=seen, enrolments=some)
        if going is None:
            messages.success(request, _("Nobody had to be brought up to date."))
        return redirect("onboarding:align", slug=path.slug)
    done = align_seen(actor=me(request), path=path, seen=seen, enrolments=chosen)
    words = ngettext("%(count)d person is up to date.", "%(count)d people are up to date.", len(done))
    messages.success(request, words % {"count": len(done)} if done else _("Nobody had to be brought up to date."))
    return redirect("onboarding:align", slug=path.slug)
