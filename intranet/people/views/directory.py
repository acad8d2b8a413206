"""Who works here: the directory, profiles, faces."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from taggit.models import Tag

from intranet import paging
from intranet.calendar import house_calendar
from intranet.people import actions
from intranet.people.actions.profiles import photo_path
from intranet.people.calendars import calendar_of
from intranet.people.languages import language_name
from intranet.people.models import Community, Follow, Office, Team, User, UserSkill
from intranet.people.permissions import can_add_people, can_follow, can_see_directory
from intranet.people.views.doors import do, go, next_or, person_or_404
from intranet.people.vocabulary import tags_at

PAGE = 30
ORDER = ("folded_name", "id")


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """Leaf through the people, by name, team, office or skill. Not for guests."""
    if not can_see_directory(request.user):
        raise Http404
    query = request.GET.get("q", "")[:100]
    team, skill = request.GET.get("team", "")[:20], request.GET.get("skill", "")[:100].replace("\x00", "")
    people = User.objects.visible_to(request.user).active().select_related("team").matching(query)
    if team.isascii() and team.isdigit():
        people = people.filter(team_id=int(team) % 2**62)
    office = request.GET.get("office", "")[:20]
    if office.isascii() and office.isdigit():
        people = people.filter(office_id=int(office) % 2**62)
    if skill:
        people = people.filter(skill_links__tag__in=tags_at(request.user, skill).values("pk")[:1])
    try:
        found = paging.keyset(people, ORDER, request.GET.get("after"), PAGE, types=(str, int))
    except paging.BadCursor:
        raise Http404 from None
    filters = {
        key: value for key, value in {"q": query, "team": team, "office": office, "skill": skill}.items() if value
    }
    older = f"?{urlencode({**filters, 'after': found.next_cursor})}" if found.next_cursor else ""
    context = {
        "people": found.rows,
        "older": older,
        "query": query,
        "team": team,
        "office": office,
        "skill": skill_known_to(request.user, skill) if skill else None,
        "filtered": bool(filters),
        "teams": Team.objects.visible_to(request.user),
        "offices": Office.objects.visible_to(request.user),
        "can_add": can_add_people(request.user),
    }
    return render(request, "people/directory.html", context)


def works_of(person: User) -> str:
    """Return the weekdays on which somebody works, where they are not those of the house: "Mon, Tue, Thu"."""
    weekdays = calendar_of(person).weekdays
    if not person.working_days or weekdays == house_calendar().weekdays:
        return ""
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(weekdays))


def skill_known_to(user: Any, slug: str) -> Tag | None:
    """Return a tag somebody has as a skill whom `user` may see; that others have it tells about them."""
    people = User.objects.visible_to(user).active()
    skills = UserSkill.objects.filter(content_object__in=people.values("pk"))
    return tags_at(user, slug).filter(pk__in=skills.values("tag")).first()


@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Show one person, as far as the viewer may know."""
    person = person_or_404(request, handle)
    known = User.objects.visible_to(request.user)
    context = {
        "person": person,
        "works": works_of(person),
        "languages": ", ".join(language_name(str(word)) for word in person.languages),
        "is_me": person.pk == request.user.pk,
        "manager": known.filter(pk=person.manager_id).first() if person.manager_id else None,
        "reports": known.active().filter(manager_id=person.pk).order_by(*ORDER)[:50],
        "skills": person.skills.order_by("name"),
        "shared": Community.objects.of_member(request.user).filter(
            pk__in=Community.objects.of_member(person).values("pk")
        ),
        "follows": Follow.objects.visible_to(request.user).filter(person=person).exists(),
        "can_follow": can_follow(request.user, person),
        "written": import_string(settings.WRITTEN)(request.user, person),
        "can_administer": can_add_people(request.user),
    }
    return render(request, "people/profile.html", context)


@require_POST
def follow(request: HttpRequest, handle: str, on: bool) -> HttpResponse:
    """Follow a person, or stop."""
    person = person_or_404(request, handle)
    act = actions.follow_person if on else actions.unfollow_person
    done = _("You follow %(name)s.") if on else _("You do not follow %(name)s any more.")
    back = next_or(request, person.get_absolute_url())
    return do(
        request,
        lambda: act(actor=request.user, person=person),  # type: ignore[arg-type]
        done=done % {"name": person.name},
        back=back,  # type: ignore[arg-type]
    )


@require_POST
def follow_tag(request: HttpRequest, slug: str, on: bool) -> HttpResponse:
    """Follow a tag, or stop. A tag that is not there is answered the same: that it exists may be a secret."""
    tag = tags_at(request.user, slug).first()
    if tag is not None:
        (actions.follow_tag if on else actions.unfollow_tag)(actor=request.user, tag=tag)  # type: ignore[arg-type]
    return go(next_or(request, reverse("search:tag", args=[slug])))


@require_GET
def photo(request: HttpRequest, handle: str, digest: str) -> HttpResponse:
    """Serve a face to those who may see the person; its address changes with it, so the browser keeps it."""
    person = get_object_or_404(User.objects.visible_to(request.user), handle=handle, photo=digest)
    try:
        with default_storage.open(photo_path(person.photo)) as file:
            content = file.read()  # 384 pixels square: some ten kilobytes
    except OSError:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
