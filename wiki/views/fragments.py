"""Small answers for the editor: completion while typing, preview, places."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from feed.mentions import members_of, readers_of
from intranet.people.models import Community, User
from intranet.people.models.people import fold
from intranet.text import Flavour, TextTooLong, check_length
from wiki import reading
from wiki.linkcards import visible_tags
from wiki.links import linkable_from
from wiki.models import WikiPage
from wiki.rendering import render_for_reading
from wiki.titles import title_key
from wiki.views.shared import me, number_from

LIMIT = 8


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """Offer people, tags or pages that begin like what is being typed, as options of a list box; 204 for none."""
    query = title_key(request.GET.get("q", "").replace("\x00", "")[:100])
    context = number_from(request.GET.get("context"))
    offer = {"@": _names, "people": _people, "#": _tags, "[[": _pages}.get(request.GET.get("kind", ""))
    options = offer(request, query, context) if offer else []
    if not options:
        return HttpResponse(status=204)
    return render(request, "wiki/_options.html", {"options": options})


def _place(request: HttpRequest, context: int | None) -> Community | None:
    return Community.objects.visible_to(me(request)).filter(pk=context).first() if context else None


def _names(request: HttpRequest, query: str, context: int | None) -> list[dict[str, Any]]:
    """Whom a text may name: people, and after them communities with their head count: the place itself, and open ones,
    which all its readers may know.
    """
    return _people(request, query, context) + _communities(request, query, _place(request, context))


def _people(request: HttpRequest, query: str, context: int | None) -> list[dict[str, Any]]:
    """People the writer may know, who may read the place she writes in; any part of the name, accents ignored."""
    community = _place(request, context)
    people = User.objects.visible_to(me(request)).active()
    if community is not None:
        people = people.filter(pk__in=readers_of(community))
    words = query.replace(".", " ").split()
    for word in words:
        people = people.filter(Q(handle__contains=fold(word)) | Q(folded_name__contains=fold(word)))
    rows = people.order_by("folded_name", "pk").values("handle", "name", "title", "photo", "is_guest")[:LIMIT]
    return [
        {"value": f"@{row['handle']}", "label": row["name"], "detail": row["title"] or f"@{row['handle']}",
         "guest": row["is_guest"], "symbol": "user"}
        for row in rows
    ]  # fmt: skip


def _communities(request: HttpRequest, query: str, place: Community | None) -> list[dict[str, Any]]:
    words = fold(query.replace(".", " ").replace("-", " ")).split()
    known = Community.objects.visible_to(me(request)).filter(
        Q(kind=Community.Kind.OPEN) | Q(pk=place.pk if place else None)
    )
    rows = known.values("pk", "slug", "name", "kind").order_by("name", "pk")
    fits = [row for row in rows if all(word in fold(f"{row['slug']} {row['name']}") for word in words)][:4]
    heads = members_of([row["pk"] for row in fits])
    return [
        {"value": f"@{row['slug']}", "label": row["name"], "symbol": "users", "guest": False,
         "detail": ngettext("%(count)d member", "%(count)d members", heads[row["pk"]]) % {"count": heads[row["pk"]]}}
        for row in fits
    ]  # fmt: skip


def _tags(request: HttpRequest, query: str, context: int | None) -> list[dict[str, Any]]:
    """Tags of what the writer may read: one vocabulary for pages, posts and skills."""
    names = visible_tags(me(request)).filter(name__istartswith=query).order_by("name").values_list("name", flat=True)
    return [{"value": f"#{name}", "label": f"#{name}", "symbol": "hash"} for name in names[:LIMIT]]


def _pages(request: HttpRequest, query: str, context: int | None) -> list[dict[str, Any]]:
    """Pages the writer may read that a text of this community may link to, those of the community first."""
    pages = WikiPage.objects.visible_to(me(request))
    if context:
        pages = pages.filter(pk__in=linkable_from(context).values("pk"))
    for word in query.split():
        pages = pages.filter(title_key__contains=word)
    rows = list(pages.order_by("title_key").values("title", "community__name", "community_id")[: LIMIT * 4])
    rows.sort(key=lambda row: (row["community_id"] != context, not title_key(row["title"]).startswith(query)))
    return [
        {"value": f"[[{row['title']}]]", "label": row["title"], "detail": row["community__name"], "symbol": "file-text"}
        for row in rows[:LIMIT]
    ]


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a text would look like in the community `context`: as a page, or with `?flavour=post` as a post."""
    context = number_from(request.POST.get("context"))
    community = Community.objects.visible_to(me(request)).filter(pk=context).values("pk").first() if context else None
    text = request.POST.get("markdown", "")
    flavour: Flavour = "post" if request.GET.get("flavour") == "post" else "page"
    try:
        check_length(text, flavour)
    except TextTooLong as error:
        words = _("The text is too long for a preview: %(length)d characters, at most %(limit)d.")
        return HttpResponse(
            words % {"length": error.length, "limit": error.limit}, status=413, content_type="text/plain"
        )
    place = community["pk"] if community else 0
    return HttpResponse(render_for_reading(text, place, me(request), me(request).language or "en", flavour=flavour))


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List pages something can be put below, for the choosers of a place."""
    community = number_from(request.GET.get("in"))
    rows = reading.places(me(request), community, request.GET.get("q", "")[:100]) if community else []
    return render(request, "wiki/_places.html", {"places": rows})
