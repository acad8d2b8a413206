"""The new hire's way, and the buddy's and manager's view of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from intranet.people.models import Community
from wiki.onboarding import actions
from wiki.onboarding.making.views.shared import moderated
from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.permissions import can_complete, can_edit_path
from wiki.onboarding.progress import progress_for
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import way_of, with_people
from wiki.views.shared import me


@require_GET
def my_path(request: HttpRequest) -> HttpResponse:
    """My own ways, those of my people, and the paths I may read."""
    progress = progress_for(me(request), Enrolment.objects.visible_to(me(request))[:300])
    mine = [item for item in progress if item.enrolment.person_id == request.user.pk]
    return render(
        request,
        "onboarding/my_path.html",
        {
            "current": [item for item in mine if item.enrolment.finished_at is None],
            "finished": [item for item in mine if item.enrolment.finished_at is not None],
            "my_people": [item for item in progress if item.enrolment.person_id != request.user.pk],
            "paths": Path.objects.visible_to(me(request)).filter(archived_at__isnull=True).select_related("community"),
            "can_create": moderated(request).exists(),
        },
    )


@require_GET
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's way along a path: for the person, the buddy, the manager and the path's owner."""
    found = get_object_or_404(Enrolment.objects.visible_to(me(request)), pk=pk)
    progress = progress_for(me(request), [found])[0]
    return render(
        request,
        "onboarding/enrolment.html",
        {"progress": progress, "can_complete": can_complete(me(request), found) and found.ended_at is None},
    )


@require_POST
def complete(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Tick a step of one's own."""
    found, step = _own_step(request, pk, step_pk)
    try:
        actions.complete_step(actor=me(request), enrolment=found, step=step, note=request.POST.get("note", "")[:2000])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done: %(title)s") % {"title": step.title})
    return redirect("onboarding:enrolment", pk=pk)


@require_POST
def reopen(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Take a tick back."""
    found, step = _own_step(request, pk, step_pk)
    actions.reopen_step(actor=me(request), enrolment=found, step=step)
    return redirect("onboarding:enrolment", pk=pk)


@require_GET
def path_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A path as everybody who reads its community sees it; whoever may edit it sees who is on it."""
    path = get_object_or_404(Path.objects.visible_to(me(request)).select_related("community", "owner"), slug=slug)
    may_edit = can_edit_path(me(request), path)
    on_it = progress_for(me(request), path.enrolments.all()[:300]) if may_edit else []
    steps = [line.step for line in lines_of(path)]
    readable = set(Community.objects.visible_to(me(request)).values_list("pk", flat=True))
    return render(
        request,
        "onboarding/path.html",
        {"path": path, "steps": steps, "readable": readable, "may_edit": may_edit, "on_it": on_it},
    )


def _own_step(request: HttpRequest, pk: int, step_pk: int) -> tuple[Enrolment, Step]:
    found = get_object_or_404(Enrolment.objects.visible_to(me(request)).filter(person_id=request.user.pk), pk=pk)
    line = way_of(with_people(Enrolment.objects.visible_to(me(request))).get(pk=found.pk)).line(step_pk)
    if line is None:
        raise Http404
    return found, line.step
