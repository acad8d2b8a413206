"""What Wagtail's admin does differently with our pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from intranet.people.models import Community
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
    """List pages and sections of communities the administrator reads; `wiki.admin_gate` keeps the doors themselves."""
    readable = Community.objects.visible_to(request.user).values("pk")
    hidden = WikiPage.objects.exclude(community_id__in=readable).values("pk")
    rooms = WikiSection.objects.exclude(community_id__in=readable).values("pk")
    return pages.exclude(pk__in=hidden).exclude(pk__in=rooms)


@hooks.register("construct_main_menu")
def plain_way_to_the_pages(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out what `wiki.admin_gate` keeps closed, and lead to the list of pages without the tree's own look-ups."""
    menu_items[:] = [item for item in menu_items if item.name not in {"explorer", "reports"}]
    menu_items.append(MenuItem(_("Pages"), reverse("wagtailadmin_explore_root"), icon_name="folder-open-inverse"))


@hooks.register("construct_settings_menu")
def no_closed_settings(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out settings that `wiki.admin_gate` keeps closed."""
    menu_items[:] = [item for item in menu_items if item.name not in {"workflows", "workflow-tasks", "redirects"}]


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, summary_items: list[Any]) -> None:
    """Count no pages on the admin's first screen: the number would tell of those nobody let her in to."""
    summary_items.clear()


class _VersionDeleted(LogFormatter):
    label = gettext_lazy("Delete a version")

    def format_message(self, log_entry: Any) -> str:
        """Say which."""
        return _("Deleted version %(number)d") % {"number": log_entry.data.get("version", 0)}

    def format_comment(self, log_entry: Any) -> str:
        """Say why."""
        return str(log_entry.data.get("reason", ""))


@hooks.register("register_log_actions")
def name_our_acts(actions: LogActionRegistry) -> None:
    """Tell Wagtail's log what we write into it besides its own words."""
    actions.register_action("wiki.delete_version")(_VersionDeleted)
