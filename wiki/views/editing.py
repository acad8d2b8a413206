"""Writing: a new page, a page again, and two texts that met."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feed.audience import audience, head_counts
from intranet.people.models import Community
from wiki import actions, reading
from wiki.conflicts import parts_of
from wiki.drafts import begun_in
from wiki.forms import PageForm, add_errors
from wiki.harvest.reading import gains, harvest_of
from wiki.models import Draft, WikiPage, WikiSection
from wiki.patterns.filling import filled
from wiki.patterns.reading import find_pattern, section_patterns, shipped
from wiki.permissions import can_write_in
from wiki.presence import faces_editing
from wiki.views.shared import me, number_from, readable_page


def audience_of(community: Community) -> str:
    """Say who will be able to read what is written here."""
    return audience(community.kind, head_counts([(community.pk, community.kind)])[community.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Write a new page, in a place the person chooses first unless a link brought her from one."""
    community, place = find_place(request)
    if community is None:
        communities = reading.writable_communities(me(request))
        choice = {"communities": communities, "title": request.GET.get("title", "")[:200]}
        return render(request, "wiki/choose_place.html", choice)
    initial = _new(request, community, place)
    form = PageForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():  # a page that cannot be the translation is not made either
                page = actions.create_page(
                    actor=me(request), community=community, parent=place, title=data["title"], body=data["body"],
                    tags=data["tags"], summary=data["summary"], language=data["language"], draft_id=data["draft"], agreed=data["agreed"],
                )  # fmt: skip
                if original := translated(request, data["translation_of"]):
                    actions.link_translation(actor=me(request), page=page, original=original)
            return redirect(page)
        except ValidationError as error:
            add_errors(form, error)
    context: dict[str, Any] = {"form": form, "place": place, "community": community, "audience": audience_of(community)}
    if not form.is_bound and "draft" not in request.GET and place is not None:
        context["begun"] = begun_in(me(request), place.pk)
    context["patterns"] = {} if form.is_bound else offered(request, community)
    context["telling"] = told_of(request, form, community)
    return render(request, "wiki/create.html", context, status=422 if form.is_bound else 200)


def told_of(request: HttpRequest, form: PageForm, community: Community) -> dict[str, Any]:
    """Return what is said above a draft made of a conversation; the form then carries what its writer was told."""
    draft = form.data.get("draft") if form.is_bound else form.initial.get("draft")
    harvest = harvest_of(me(request), number_from(str(draft or "")))
    if harvest is None:
        return {}
    source = harvest.thread.community
    more = gains(source, community)
    if form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which is not to be changed itself
        form.data["agreed"] = more.code if more else ""  # type: ignore[index]
    else:
        form.initial["agreed"] = more.code if more else ""
    readable = Community.objects.visible_to(me(request)).filter(pk=source.pk).exists()
    return {
        "thread": harvest.thread if readable else None, "gains": more if readable else None, "source": source, "target": community,
        "before": audience_of(source), "after": audience_of(community),
    }  # fmt: skip


def offered(request: HttpRequest, community: Community) -> dict[str, Any]:
    """Return the templates a new page can begin with, and the address of this form without one."""
    query = request.GET.copy()
    query.pop("template", None)
    query.pop("draft", None)
    return {
        "own": section_patterns(me(request), community.pk),
        "shipped": shipped(get_language() or ""),
        "chosen": request.GET.get("template", "")[:20],
        "query": query.urlencode(),
    }


def _new(request: HttpRequest, community: Community, place: WikiPage | WikiSection | None) -> dict[str, Any]:
    """Return what the form of a new page begins with: a wanted title, a template, or a draft."""
    initial: dict[str, Any] = {
        "title": request.GET.get("title", "")[:200],
        "parent": place and place.pk,
        "language": me(request).language,
    }
    if original := translated(request, number_from(request.GET.get("translation_of"))):
        initial |= {"body": original.body, "translation_of": original.pk, "language": request.GET.get("language", "")}
        initial["tags"] = ", ".join(tag["name"] for tag in original.tag_names if not tag.get("inline"))
    key = request.GET.get("template", "")[:20]
    if key and (found := find_pattern(me(request), community.pk, key, get_language() or "")):
        pattern = filled(found, author=me(request).name, team=community.name, on=timezone.localdate())
        initial |= {"body": pattern.body, "tags": ", ".join(pattern.tags), "language": pattern.language}
        initial["title"] = initial["title"] or pattern.title
    draft = Draft.objects.filter(author=me(request), page=None, pk=number_from(request.GET.get("draft")) or 0).first()
    return initial | {"title": draft.title, "body": draft.body, "draft": draft.pk} if draft else initial


def translated(request: HttpRequest, pk: int | None) -> WikiPage | None:
    """Return the page a new one is to be a translation of, None when that cannot be."""
    page: WikiPage | None = WikiPage.objects.visible_to(me(request)).filter(pk=pk).first() if pk else None
    return page if page and can_write_in(me(request), page.community_id) else None


def find_place(request: HttpRequest) -> tuple[Community | None, WikiPage | WikiSection | None]:
    """Return community and place of a new page, from `parent` or `community`; (None, None) when neither is said.

    404 for a place the person cannot see, 403 for one where she may only read. A community may have no section yet.
    """
    parent = number_from(request.POST.get("parent") or request.GET.get("parent"))
    known = request.GET.get("community", "")
    if "\x00" in known:
        raise Http404  # PostgreSQL would refuse the question
    if not parent and not known:
        return None, None
    readable = Community.objects.visible_to(me(request))
    place: WikiPage | WikiSection | None = None
    if parent:
        place = WikiPage.objects.visible_to(me(request)).select_related("community").filter(pk=parent).first()
        sections = WikiSection.objects.select_related("community").filter(community_id__in=readable.values("pk"))
        place = place or sections.filter(pk=parent).first()
        community = place.community if place else None
    else:
        community = readable.filter(
            **({"pk": number_from(known)} if number_from(known) else {"slug": known[:80]})
        ).first()
        place = WikiSection.objects.filter(community=community).first() if community else None
    if community is None:
        raise Http404
    require_member(request, community.pk)
    return community, place


def require_member(request: HttpRequest, community_id: int) -> None:
    """Answer 403 to somebody who may read here and not write."""
    if not can_write_in(me(request), community_id):
        raise PermissionDenied(_("Only members of the community change its pages."))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a page again."""
    form = PageForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        data = form.cleaned_data
        try:
            result = actions.save_page(
                actor=me(request), page=pk, base_revision_id=data["base_revision"], title=data["title"],
                body=data["body"], tags=data["tags"], summary=data["summary"], is_minor=data["is_minor"],
                language=data["language"], live=actions.LiveText(data["live_key"], data["live_state"]),
            )  # fmt: skip
            return answer_save(request, result, data)
        except WikiPage.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            add_errors(form, error)
    page = readable_page(request, pk)
    require_member(request, page.community_id)
    draft = Draft.objects.filter(author=me(request), page=page).first()
    form = form or PageForm(initial=_initial(request, page, draft))
    context = {
        "form": form,
        "page": page,
        "community": page.community,
        "audience": audience_of(page.community),
        "editing": faces_editing(me(request), page.pk),
        "draft": draft if not form.is_bound and "draft" not in request.GET else None,
        "is_fresh": not form.is_bound and not (draft and "draft" in request.GET),
    }
    return render(request, "wiki/edit.html", context, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest, page: WikiPage, draft: Draft | None) -> dict[str, Any]:
    """Return what the form begins with: the page, or the draft that was asked for, upon the version it began with."""
    use = draft if "draft" in request.GET else None
    return {
        "title": use.title if use and use.title else page.title,
        "body": use.body if use else page.body,
        "tags": ", ".join(tag["name"] for tag in page.tag_names if not tag.get("inline")),
        "language": page.language,
        # A draft of an unknown version is no change of the present one: saving it asks.
        "base_revision": use.base_revision_id if use else page.live_revision_id,
    }


def answer_save(request: HttpRequest, result: actions.Saved | actions.Conflict, data: dict[str, Any]) -> HttpResponse:
    """Lead to the saved page, or show what two people wrote in one place."""
    if isinstance(result, actions.Conflict):
        return show_conflict(request, result, data)
    if result.merged_with and result.merged_with.pk != me(request).pk:
        messages.success(
            request, _("Saved, and merged with the change of %(name)s.") % {"name": result.merged_with.name}
        )
    elif not result.is_new:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved."))
    return redirect(result.page)


def show_conflict(request: HttpRequest, conflict: actions.Conflict, data: dict[str, Any]) -> HttpResponse:
    """Show both texts where they differ; mine is kept as a draft meanwhile."""
    parts = parts_of(conflict.base, conflict.mine, conflict.theirs)
    context = {
        "conflict": conflict,
        "parts": parts,
        "conflict_count": sum(part.number is not None for part in parts),
        "page": conflict.page,
        "community": conflict.page.community,
        "is_mine_too": conflict.author is not None and conflict.author.pk == me(request).pk,
        "data": data | {"tags": ", ".join(data.get("tags") or [])},
    }
    return render(request, "wiki/conflict.html", context, status=409)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was decided between two texts."""
    page = readable_page(request, pk)
    post = request.POST
    form = PageForm(post)
    form.is_valid()
    data = form.cleaned_data
    try:
        result = actions.resolve_conflict(
            actor=me(request), page=page, base_revision_id=data.get("base_revision"),
            their_revision_id=number_from(post.get("their_revision")), title=post.get("title", ""),
            mine=data.get("body", ""), decisions=_decisions(post), tags=data.get("tags", []),
            summary=data.get("summary", ""), language=data.get("language"),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages) + " " + _("Your text is safe under “My drafts”."))
        return redirect(f"{reverse('wiki:edit', args=[pk])}?draft")
    return answer_save(request, result, data)


def _decisions(post: Any) -> list[tuple[str, str]]:
    """Return (mine | theirs | edit, edited text) for each part, in order."""
    count = min(number_from(post.get("parts")) or 0, 2_000)
    return [(post.get(f"choice-{n}", ""), post.get(f"text-{n}", "")) for n in range(count)]
