"""Making and changing paths, and putting people on them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wiki.onboarding import actions
from wiki.onboarding.forms import EnrolForm, NewPathForm, PathForm, StepForm
from wiki.onboarding.models import Path, Step, VersionStep
from wiki.onboarding.permissions import can_edit_path
from wiki.onboarding.versions import lines_of
from wiki.onboarding.views import moderated
from wiki.views.shared import me


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a path in a community one moderates."""
    communities = moderated(request)
    if not communities.exists():
        raise Http404
    form = NewPathForm(_typed(request), communities=communities)
    if request.method == "POST" and form.is_valid():
        path = actions.create_path(actor=me(request), **form.cleaned_data)
        return redirect("onboarding:path_edit", slug=path.slug)
    return render(request, "onboarding/path_form.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the path is called; its steps stand below with buttons to move, change and remove them."""
    path = _editable(request, slug)
    form = PathForm(_typed(request), instance=path)
    if request.method == "POST" and form.is_valid():
        actions.change_path(actor=me(request), path=path, **form.cleaned_data)
        messages.success(request, _("The path is saved."))
        return redirect("onboarding:path_edit", slug=path.slug)
    context = {"form": form, "path": path, "lines": lines_of(path)}
    return render(request, "onboarding/path_form.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def step_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a step at the end."""
    return _step_form(request, _editable(request, slug), None)


@require_http_methods(["GET", "POST"])
def step_edit(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Change a step."""
    path = _editable(request, slug)
    line = _line(path, step_pk)
    return _step_form(request, path, line.step, line.due_days)


@require_POST
def step_move(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Move a step one place up or down."""
    path = _editable(request, slug)
    step = _line(path, step_pk).step
    actions.move_step(actor=me(request), step=step, up=request.POST.get("direction") == "up")
    return redirect("onboarding:path_edit", slug=slug)


@require_POST
def step_remove(request: HttpRequest, slug: str, step_pk: int) -> HttpResponse:
    """Take a step off the path."""
    path = _editable(request, slug)
    step = _line(path, step_pk).step
    try:
        actions.remove_step(actor=me(request), step=step)
    except ValidationError as error:
        messages.error(request, error.message)
    return redirect("onboarding:path_edit", slug=slug)


@require_http_methods(["GET", "POST"])
def enrol_person(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a person on the path."""
    path = _editable(request, slug)
    form = EnrolForm(_typed(request), viewer=me(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.enrol(actor=me(request), path=path, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("person", error)
        else:
            messages.success(request, _("%(name)s is on the path.") % {"name": form.cleaned_data["person"].name})
            return redirect("onboarding:path", slug=slug)
    return render(request, "onboarding/enrol.html", {"form": form, "path": path}, status=_status(form))


def _step_form(request: HttpRequest, path: Path, step: Step | None, due_days: int = 0) -> HttpResponse:
    form = StepForm(_typed(request), instance=step or Step(), viewer=me(request), path=path, due_days=due_days)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_step(actor=me(request), path=path, step=step, **form.step_fields())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("onboarding:path_edit", slug=path.slug)
    return render(
        request, "onboarding/step_form.html", {"form": form, "path": path, "step": step}, status=_status(form)
    )


def _line(path: Path, pk: int) -> VersionStep:
    """Return a step of the path in its place as it is now."""
    line = next((line for line in lines_of(path) if line.step_id == pk), None)
    if line is None:
        raise Http404
    return line


def _editable(request: HttpRequest, slug: str) -> Path:
    path: Path = get_object_or_404(Path.objects.visible_to(me(request)).select_related("community"), slug=slug)
    if not can_edit_path(me(request), path):
        raise Http404
    return path


def _typed(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; nothing typed at all is still something sent."""
    return request.POST if request.method == "POST" else None


def _status(form: PathForm | EnrolForm | StepForm) -> int:
    return 422 if form.is_bound and form.errors else 200
