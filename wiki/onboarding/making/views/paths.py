"""A path as a whole: made, its editor, settings, roles, copies, archive, what a new hire will see of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wiki.onboarding import actions
from wiki.onboarding.forms import NewPathForm
from wiki.onboarding.making.actions import OvertakenError, archive_path, change_settings, remove_role, reopen_path
from wiki.onboarding.making.examples import LANGUAGES, create_from_example, examples, find_example
from wiki.onboarding.making.forms import PlaceForm, RoleForm, SettingsForm
from wiki.onboarding.making.previewing import preview_of
from wiki.onboarding.making.reading import behind, by_phase, editor_rows, example_phases, lacks
from wiki.onboarding.making.views.shared import add_errors, editable, moderated, status_of, typed
from wiki.onboarding.making.words import path_mark
from wiki.onboarding.mine.journey import merge
from wiki.onboarding.models import Path, Role
from wiki.onboarding.versions import lines_of
from wiki.views.shared import me


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a path in a community one moderates: from one of the examples, or an empty one."""
    communities = moderated(request)
    if not communities.exists():
        raise Http404
    form = NewPathForm(typed(request), communities=communities, initial={"language": me(request).language[:2]})
    if request.method == "POST" and form.is_valid():
        path = actions.create_path(actor=me(request), **form.cleaned_data)
        return redirect("onboarding:path_edit", slug=path.slug)
    context = {"form": form, "examples": examples((get_language() or "")[:2])}
    return render(request, "onboarding/making/new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def from_example(request: HttpRequest, key: str) -> HttpResponse:
    """Show a path that comes with the house, in one of its languages; make one's own of it."""
    language = (request.POST if request.method == "POST" else request.GET).get("language", "")
    example = find_example(key, language if language in LANGUAGES else (get_language() or "")[:2])
    communities = moderated(request)
    if example is None or not communities.exists():
        raise Http404
    only = communities[0].pk if communities.count() == 1 else None
    form = PlaceForm(
        typed(request), communities=communities, initial={"title": example.title, "community": only}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        path = create_from_example(actor=me(request), example=example, **form.cleaned_data)
        messages.success(request, _("The path is made. See what it still needs."))
        return redirect("onboarding:path_edit", slug=path.slug)
    context = {
        "form": form, "example": example, "languages": [(code, dict(Path.language.field.choices or ())[code]) for code in LANGUAGES],
        "phases": example_phases(example),
    }  # fmt: skip
    return render(request, "onboarding/making/example.html", context, status=status_of(form))


@require_GET
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the steps of a path by span of time, with what each still needs."""
    path = editable(request, slug)
    lines = lines_of(path)
    context = {
        "path": path, "phases": by_phase(path, editor_rows(me(request), path, lines)), "count": len(lines),
        "lacks": lacks(lines), "behind": behind(me(request), path),
    }  # fmt: skip
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"onboarding/making/{'_steps' if is_part else 'editor'}.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the path is called, whom it is for, its language and whose it is."""
    path = editable(request, slug)
    seen = request.POST.get("seen", "")[:40] or path_mark(path)
    form = SettingsForm(typed(request), instance=path, viewer=me(request))
    overtaken = None
    if request.method == "POST" and form.is_valid():
        fresh = editable(request, slug)  # the form has written into its own
        try:
            change_settings(actor=me(request), path=fresh, seen=seen, **form.cleaned_data)
        except OvertakenError:
            overtaken = fresh
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The path is saved."))
            return redirect("onboarding:path_edit", slug=slug)
    now = overtaken or editable(request, slug)
    context = {"form": form, "path": now, "seen": path_mark(now), "overtaken": overtaken}
    status = 409 if overtaken else status_of(form)
    return render(request, "onboarding/making/settings.html", context, status=status)


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a path like one that one may read, in a community one moderates."""
    path = get_object_or_404(Path.objects.visible_to(me(request)).select_related("community"), slug=slug)
    communities = moderated(request)
    if not communities.exists():
        raise Http404
    initial = {"title": _("%(title)s (copy)") % {"title": path.title[:100]}, "community": path.community_id}
    form = PlaceForm(typed(request), communities=communities, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.copy_path(actor=me(request), path=path, **form.cleaned_data)
        messages.success(request, _("The copy is yours. Nobody is on it yet."))
        return redirect("onboarding:path_edit", slug=made.slug)
    return render(request, "onboarding/making/copy.html", {"form": form, "path": path}, status=status_of(form))


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Let nobody new go on the path, or (`open`) let them again."""
    path = editable(request, slug)
    if request.POST.get("open"):
        reopen_path(actor=me(request), path=path)
        messages.success(request, _("People can be put on the path again."))
    else:
        archive_path(actor=me(request), path=path)
        messages.success(request, _("The path is archived. Whoever is on it walks it to its end."))
    return redirect("onboarding:path_settings", slug=slug)


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the roles a path needs besides buddy and manager, and who holds them."""
    return _roles(request, editable(request, slug), None)


@require_http_methods(["GET", "POST"])
def role_edit(request: HttpRequest, slug: str, role_pk: int) -> HttpResponse:
    """Change a role."""
    path = editable(request, slug)
    return _roles(request, path, get_object_or_404(path.roles.select_related("holder"), pk=role_pk))


@require_POST
def role_remove(request: HttpRequest, slug: str, role_pk: int) -> HttpResponse:
    """Take a role away that no step needs."""
    path = editable(request, slug)
    role = get_object_or_404(path.roles.select_related("path"), pk=role_pk)
    try:
        remove_role(actor=me(request), role=role)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("onboarding:roles", slug=slug)


@require_GET
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the path as somebody will see it who starts on `start`, on the day `day`. Nothing is stored."""
    path = editable(request, slug)
    today = timezone.localdate()
    # Who leaves is on the path before the last day, who begins from the first one on.
    start = _day(request.GET.get("start"), today + timedelta(days=14) if path.is_leaving else today)
    day = _day(request.GET.get("day"), min(today, start) if path.is_leaving else start)
    day = max(start - timedelta(days=180), min(day, start + timedelta(days=730)))
    context = {"path": path, "start": start, "day": day, "journey": merge([preview_of(me(request), path, start, day)])}
    return render(request, "onboarding/making/preview.html", context)


def _roles(request: HttpRequest, path: Path, role: Role | None) -> HttpResponse:
    form = RoleForm(typed(request), instance=role or Role(path=path), viewer=me(request))
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = form.cleaned_data
        kept = path.roles.filter(pk=role.pk).first() if role else None
        try:
            actions.save_role(actor=me(request), path=path, role=kept, **fields)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The role is saved."))
            return redirect("onboarding:roles", slug=path.slug)
    needed = {line.step.role_id for line in lines_of(path)}
    context = {
        "path": path, "form": form, "role": role, "roles": path.roles.select_related("holder"), "needed": needed,
    }  # fmt: skip
    return render(request, "onboarding/making/roles.html", context, status=status_of(form))


def _day(raw: str | None, otherwise: date) -> date:
    """Return a day from the address, another one for anything that is none or is ages away."""
    try:
        found = parse_date(raw or "")
    except ValueError:
        return otherwise
    return found if found and 1990 <= found.year <= 2100 else otherwise
