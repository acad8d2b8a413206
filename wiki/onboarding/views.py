"""The new hire's way, and the buddy's and manager's view of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from intranet.people.models import Community
from wiki.onboarding.making.views.shared import moderated
from wiki.onboarding.mine.journey import merge
from wiki.onboarding.mine.reading import SHOWN, my_journey, open_first, others_of, over_of, paths_of
from wiki.onboarding.models import Enrolment, Path
from wiki.onboarding.permissions import can_complete, can_edit_path, can_look_after
from wiki.onboarding.progress import progress_for
from wiki.onboarding.standing import standings
from wiki.onboarding.versions import lines_of
from wiki.views.shared import me


@require_GET
def my_path(request: HttpRequest) -> HttpResponse:
    """My own ways, those of my people, and the paths I may read."""
    paths = paths_of(me(request))
    others = others_of(me(request))
    return render(
        request,
        "onboarding/my_path.html",
        {
            "journey": my_journey(me(request)),
            "finished": standings(over_of(me(request))),
            "my_people": standings(others[:SHOWN]),
            "has_more": len(others) > SHOWN,
            "paths": [path for path in paths if path.archived_at is None],
            "archived": [path for path in paths if path.archived_at is not None],
            "can_create": moderated(request).exists(),
        },
    )


@require_GET
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's way along a path: for the person, the buddy, the manager and the path's owner."""
    found = get_object_or_404(Enrolment.objects.visible_to(me(request)), pk=pk)
    progress = progress_for(me(request), [found])[0]
    can_do = can_complete(me(request), found) and found.ended_at is None
    if found.person_id == me(request).pk:
        return render(
            request, "onboarding/mine/one.html", {"progress": progress, "journey": merge([progress]), "can_do": can_do}
        )
    looks_after = can_look_after(me(request), found)
    return render(
        request,
        "onboarding/enrolment.html",
        {"progress": progress, "can_complete": can_do, "looks_after": looks_after},
    )


@require_GET
def path_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A path as everybody who reads its community sees it; whoever may edit it sees who is on it."""
    path = get_object_or_404(Path.objects.visible_to(me(request)).select_related("community", "owner"), slug=slug)
    may_edit = can_edit_path(me(request), path)
    seen = Enrolment.objects.visible_to(me(request)).filter(path=path).select_related("person__office", "path")
    on_it = standings(open_first(seen)[:SHOWN]) if may_edit else []
    steps = [line.step for line in lines_of(path)]
    readable = set(Community.objects.visible_to(me(request)).values_list("pk", flat=True))
    return render(
        request,
        "onboarding/path.html",
        {"path": path, "steps": steps, "readable": readable, "may_edit": may_edit, "on_it": on_it},
    )
