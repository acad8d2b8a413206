"""Wagtail's admin shows an administrator what she may read outside it, and no more: there is no silent read-all."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from intranet.people.models import Community
from wiki.models import WikiPage, WikiSection

# Lists over all pages that know nothing of communities: the house has its own search, history and moving.
CLOSED_ROOMS = ("wagtailadmin_api:", "wagtailadmin_reports:", "wagtailadmin_workflows:", "wagtailredirects:")
CLOSED = frozenset(
    {
        "wagtail_bulk_action",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_pages:choose_parent",
        "wagtailadmin_pages:search",
        "wagtailadmin_pages:search_results",
        "wagtailadmin_pages:type_use",
        "wagtailadmin_pages:type_use_results",
    }
)
PAGE_KEYS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")


class AdminGate:
    """Answer 404 in the admin for pages of communities the administrator has not entered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; what matters happens once its view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Let the view see only what the administrator may read."""
        if not request.path_info.startswith("/cms/") or request.resolver_match is None:
            return
        name = request.resolver_match.view_name or ""
        if name in CLOSED or name.startswith(CLOSED_ROOMS):
            raise Http404
        keys = [kwargs[key] for key in PAGE_KEYS if key in kwargs]
        if name == "wagtailadmin_pages:revisions_compare":
            keys.append(kwargs["pk"])
        for key in keys:
            require_readable(request.user, int(key))


def require_readable(user: Any, page_id: int) -> None:
    """Raise Http404 when the page, trashed ones included, or the section belongs to a community `user` cannot read."""
    readable = Community.objects.visible_to(user)
    community = (
        WikiPage.objects.filter(pk=page_id).values_list("community_id", flat=True).first()
        or WikiSection.objects.filter(pk=page_id).values_list("community_id", flat=True).first()
    )
    if community is not None:
        get_object_or_404(readable, pk=community)
