"""Steps of a path: written, put in order, taken away."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wiki.onboarding import actions
from wiki.onboarding.making.actions import OvertakenError, change_step, next_place, place_step
from wiki.onboarding.making.reading import is_gone
from wiki.onboarding.making.step_forms import CHOICES, FIELDS, WHAT_FOR, StepForm
from wiki.onboarding.making.undoing import place_from, place_query
from wiki.onboarding.making.views.shared import add_errors, editable, status_of, typed
from wiki.onboarding.making.words import PHASES, SYMBOLS, USUAL, step_mark
from wiki.onboarding.models import Path, Step, VersionStep
from wiki.onboarding.versions import lines_of
from wiki.views.shared import me, number_from


@require_http_methods(["GET", "POST"])
def step_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a step: first its kind is chosen, then what a step of that kind has is asked."""
    path = editable(request, slug)
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if kind not in FIELDS:
        return _choose_kind(request, path, wrong=bool(kind) or request.method == "POST")
    days = USUAL.get(request.GET.get("phase", ""), 0)
    initial = {"due_count": abs(days), "due_side": "before" if days < 0 else "after"}
    form = StepForm(
        typed(request), viewer=me(request), path=path, kind=kind, others=lines_of(path), initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            step = actions.save_step(actor=me(request), path=path, **form.step_fields())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _back(path, step.pk)
    return _form(request, path, form)


@require_http_methods(["GET", "POST"])
def step_edit(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Change a step that nobody else has changed since it was opened; otherwise both are shown."""
    path = editable(request, slug)
    lines = lines_of(path)
    if request.method == "POST" and request.POST.get("kind") in FIELDS and is_gone(path, lines, step_pk):
        form = StepForm(typed(request), viewer=me(request), path=path, kind=request.POST["kind"], others=lines)
        return _form(request, path, form, is_removed=True)
    line = _line(lines, step_pk)
    kind = request.POST.get("kind") or request.GET.get("kind") or line.step.kind
    if kind not in FIELDS:
        return _choose_kind(request, path, line, wrong=True)
    form = StepForm(typed(request), viewer=me(request), path=path, kind=kind, line=line, others=lines)
    if request.method != "POST" or not form.is_valid():
        return _form(request, path, form, line)
    seen = request.POST.get("seen", "")[:40]
    try:
        change_step(
            actor=me(request), path=path, step=line.step, seen=seen or step_mark(line), **form.step_fields()
        )  # fmt: skip
    except OvertakenError:
        line = _line(lines_of(path), step_pk)
        return _form(request, path, form, line, overtaken=StepForm(
            viewer=me(request), path=path, kind=kind, line=line, others=lines
        ))  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return _form(request, path, form, line)
    messages.success(request, _("The step is saved."))
    return _back(path, step_pk)


@require_POST
def step_move(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Move a step one place up or down (`direction`), or into a span of time behind another step (`phase`, `after`).

    Answers JSON for the script (`text` or `error`), a redirect to the editor otherwise.
    """
    path = editable(request, slug)
    lines = lines_of(path)
    if is_gone(path, lines, step_pk):
        return _said(request, path, error=_gone())
    step = _line(lines, step_pk).step
    phase, after = request.POST.get("phase", ""), number_from(request.POST.get("after")) or 0
    if phase not in {one[0] for one in PHASES}:
        place = next_place(lines, step, up=request.POST.get("direction") == "up")
        if place is None:
            return _said(request, path, _("“%(title)s” stays where it is.") % {"title": step.title}, step=step)
        phase, after = place
    try:
        place_step(actor=me(request), path=path, step=step, phase=phase, after=after)
    except ValidationError as error:
        return _said(request, path, error=" ".join(error.messages), step=step)
    return _said(request, path, _("“%(title)s” has moved.") % {"title": step.title}, step=step)


@require_POST
def step_remove(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Take a step off the path. One that somebody else took off meanwhile is off it."""
    path = editable(request, slug)
    lines = lines_of(path)
    if is_gone(path, lines, step_pk):
        return redirect("onboarding:path_edit", slug=slug)
    step = _line(lines, step_pk).step
    try:
        place = actions.remove_step(actor=me(request), step=step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        undo = f"{reverse('onboarding:step_restore', args=[slug, step_pk])}?{place_query(place)}"
        text = _("“%(title)s” is off the path.") % {"title": step.title}
        messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("onboarding:path_edit", slug=slug)


@require_POST
def step_restore(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Put a step that was taken off the path back where it was; the address says where that was."""
    path = editable(request, slug)
    step_pk = min(step_pk, 2**63 - 1)
    step = path.steps.filter(only_for=None, pk=step_pk).first()
    if step is None and not is_gone(path, lines_of(path), step_pk):
        raise Http404
    if step is None:
        messages.error(request, _("This step cannot be put back any more. Add it again."))
        return redirect("onboarding:path_edit", slug=slug)
    try:
        actions.restore_step(actor=me(request), path=path, step=step, place=place_from(request.GET))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(path, step.pk)


def _gone() -> str:
    return _("Somebody changed the path meanwhile. This is how it is now; nothing was moved.")


def _said(
    request: HttpRequest, path: Path, text: str = "", *, error: str = "", step: Step | None = None
) -> HttpResponse:
    if not request.accepts("text/html"):
        return JsonResponse({"error": error} if error else {"text": text}, status=409 if error else 200)
    if error:
        messages.error(request, error)
    return _back(path, step.pk) if step else redirect("onboarding:path_edit", slug=path.slug)


def _back(path: Path, step_pk: int) -> HttpResponse:
    return redirect(f"{path_url(path)}#step-{step_pk}")


def path_url(path: Path) -> str:
    """Return the address of a path's editor."""
    return reverse("onboarding:path_edit", args=[path.slug])


def _choose_kind(
    request: HttpRequest, path: Path, line: VersionStep | None = None, *, wrong: bool = False
) -> HttpResponse:
    kinds = [
        {"value": kind.value, "label": kind.label, "text": WHAT_FOR[kind], "symbol": SYMBOLS[kind]}
        for kind in Step.Kind
    ]
    context = {"path": path, "kinds": kinds, "wrong": wrong, "line": line, "phase": request.GET.get("phase", "")[:10]}
    return render(request, "onboarding/making/step_kind.html", context, status=422 if wrong else 200)


def _form(
    request: HttpRequest, path: Path, form: StepForm, line: VersionStep | None = None, overtaken: StepForm | None = None,
    *, is_removed: bool = False,
) -> HttpResponse:  # fmt: skip
    names = [
        name for name in form.fields if name not in {"due_count", "due_side", "waits_for", "is_early", "page_pick"}
    ]
    quiz = [name for name in ("question", *CHOICES, "right") if name in names and form.kind == Step.Kind.READ]
    context = {
        "form": form, "path": path, "line": line, "kind": Step.Kind(form.kind), "symbol": SYMBOLS[form.kind],
        "first": [form[name] for name in names if name not in quiz], "quiz": [form[name] for name in quiz],
        "is_quiz": any(form[name].value() or form[name].errors for name in quiz if name != "right"), "seen": step_mark(line) if line else "", "now": _now(form, overtaken),
        "picks": form["page_pick"] if "page_title" in form.errors and form.fields["page_pick"].choices else None,  # type: ignore[attr-defined]
    }  # fmt: skip
    context["is_removed"] = is_removed
    status = 409 if overtaken or is_removed else status_of(form)
    return render(request, "onboarding/making/step_form.html", context, status=status)


def _now(form: StepForm, overtaken: StepForm | None) -> list[tuple[str, str]]:
    """Return how the step stands by now, where that differs from what was typed: label and words."""
    found = []
    for name, field in overtaken.fields.items() if overtaken else ():
        value = overtaken.initial.get(name) if overtaken else None
        if isinstance(value, str | int) and field.has_changed(value, form.data.get(name)):
            choices = {str(key): words for key, words in getattr(field, "choices", ()) or ()}
            found.append((str(field.label or ""), str(choices.get(str(value), value)) or "–"))
    return found


def _line(lines: list[VersionStep], pk: int) -> VersionStep:
    """Return a step of the path in its place as it is now, 404 for one that is not there."""
    line = next((line for line in lines if line.step_id == pk), None)
    if line is None:
        raise Http404
    return line
