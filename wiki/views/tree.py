"""A page goes elsewhere: to another place, into the trash, back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intranet.text import clean_text
from wiki import actions, reading
from wiki.forms import MoveForm, add_errors
from wiki.models import WikiPage, WikiSection
from wiki.moving import consequences
from wiki.permissions import can_write_in
from wiki.tree.choosing import chooser
from wiki.tree.views import numbers_from
from wiki.views.editing import audience_of
from wiki.views.shared import me, number_from, readable_page


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another place or title; what changes for readers is said before it happens."""
    page = readable_page(request, pk)
    if not can_write_in(me(request), page.community_id):
        raise PermissionDenied
    initial = {"parent": page.parent_page_id, "title": page.title, "change_address": True}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial)
    target = None
    if form.is_valid():
        target = _target(request, form.cleaned_data["parent"])
        if target is None:
            form.add_error("parent", _("Choose a place."))
        elif target.path.startswith(page.path):
            form.add_error("parent", _("A page cannot lie below itself."))
        elif target.community_id != page.community_id and not form.cleaned_data["confirmed"]:
            context = {"form": form, "page": page, "target": target, "community": page.community,
                       "before": audience_of(page.community), "after": audience_of(target.community),
                       "along": consequences(page, target.community)}  # fmt: skip
            return render(request, "wiki/move_confirm.html", context)
        else:
            try:
                return _do_move(request, page, target, form)
            except ValidationError as error:
                add_errors(form, error)
    return render(request, "wiki/move.html", _move_context(request, page, form), status=422 if form.is_bound else 200)


def _target(request: HttpRequest, pk: int) -> WikiPage | WikiSection | None:
    page = WikiPage.objects.visible_to(me(request)).select_related("community").filter(pk=pk).first()
    if page is None:
        mine = reading.writable_communities(me(request)).values("pk")
        section: WikiSection | None = (
            WikiSection.objects.select_related("community").filter(pk=pk, community_id__in=mine).first()
        )
        return section
    if not can_write_in(me(request), page.community_id):
        return None
    found: WikiPage = page
    return found


def _do_move(request: HttpRequest, page: WikiPage, target: WikiPage | WikiSection, form: MoveForm) -> HttpResponse:
    data = form.cleaned_data
    with transaction.atomic():  # a title that is refused there leaves the page where it was
        moved = actions.move_page(actor=me(request), page=page, parent=target)
        if data["title"] != moved.title:
            moved = actions.rename_page(
                actor=me(request), page=moved, title=data["title"], change_address=data["change_address"]
            )
    messages.success(request, _("Moved. The old address leads here."))
    return redirect("wiki:by_id", moved.pk)


def _move_context(request: HttpRequest, page: WikiPage, form: MoveForm) -> dict[str, object]:
    """Return what the dialog shows: the tree of one community, open on the way to the place that is chosen."""
    wanted = number_from(request.GET.get("in")) or page.community_id
    communities = list(reading.writable_communities(me(request)))
    community = next((one for one in communities if one.pk == wanted), page.community)
    section = reading.section_row(me(request), community.slug)
    query = clean_text(request.GET.get("q", "")[:100]).strip()
    chosen = number_from(request.POST.get("parent") or request.GET.get("parent"))
    if not chosen and community.pk == page.community_id:
        chosen = page.parent_page_id
    tree = section and chooser(
        me(request), section, chosen=chosen or 0, moving=page.pk, here=request.path, query=query,
        keep=[("in", str(community.pk))], ways=numbers_from(request.GET.get("open", "")),
    )  # fmt: skip
    return {"page": page, "form": form, "communities": communities, "community": community, "tree": tree,
            "query": query, "along": consequences(page), "audience": audience_of(page.community)}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what links here, then put the page into the trash, with a way to take that back."""
    page = readable_page(request, pk)
    if not can_write_in(me(request), page.community_id):
        raise PermissionDenied
    if request.method == "POST":
        actions.trash_page(actor=me(request), page=page)
        undo = reverse("wiki:untrash", args=[pk])
        messages.success(request, _("“%(title)s” is in the trash.") % {"title": page.title}, extra_tags=f"undo:{undo}")
        return redirect("wiki:page", page.community.slug)
    below = WikiPage.objects.visible_to(me(request)).filter(path__startswith=page.path).exclude(pk=page.pk)
    linking = reading.surroundings(me(request), {"pk": page.pk, "contributors": []})
    context = linking | {"page": page, "community": page.community, "below": below.count()}
    return render(request, "wiki/delete.html", context)


@require_POST
def untrash(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a page back from the trash."""
    try:
        page = actions.untrash_page(actor=me(request), page=pk)
    except (WikiPage.DoesNotExist, OverflowError):
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("wiki:trash")
    messages.success(request, _("“%(title)s” is back.") % {"title": page.title})
    return redirect(page)
