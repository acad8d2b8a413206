"""What Wagtail's admin does differently with our pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from wiki import actions
from wiki.models import WikiPage, WikiSection
from wiki.permissions import can_write_in


@hooks.register("before_delete_page")
def into_the_trash(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Deleting in the admin puts a page into the trash, as everywhere; a section is never deleted."""
    page = page.specific
    if isinstance(page, WikiSection):
        messages.error(request, _("A section belongs to its community and stays with it."))
        return redirect("wagtailadmin_explore", page.pk)
    if request.method != "POST" or not isinstance(page, WikiPage):
        return None
    if page.trashed_at is None and can_write_in(request.user, page.community_id):
        parent = page.parent_page_id
        actions.trash_page(actor=request.user, page=page)  # type: ignore[arg-type]
        messages.success(request, _("“%(title)s” is in the trash.") % {"title": page.title})
        return redirect("wagtailadmin_explore", parent)
    return None


@hooks.register("construct_explorer_page_queryset")
def only_readable(parent_page: Any, pages: Any, request: HttpRequest) -> Any:
    """An administrator reads in the admin what she may read outside: no silent read-all."""
    readable = WikiPage.objects.visible_to(request.user).values("pk")
    hidden = WikiPage.objects.exclude(pk__in=readable).filter(live=True).values("pk")
    return pages.exclude(pk__in=hidden)


def _must_be_readable(request: HttpRequest, page: Any, *args: Any) -> None:
    """Answer 404 for a page of a community the administrator has not entered."""
    if isinstance(page.specific, WikiPage) and page.live:
        get_object_or_404(WikiPage.objects.visible_to(request.user), pk=page.pk)


for _hook in ("before_edit_page", "before_copy_page", "before_move_page", "before_unpublish_page"):
    hooks.register(_hook, _must_be_readable)
