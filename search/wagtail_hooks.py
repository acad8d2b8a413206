"""What Wagtail's admin tells search: the drafts and sections that are made and changed there alone."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from intranet.activity.actions import record
from wiki.models import WikiPage


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def note_draft(request: HttpRequest, page: Any) -> None:
    """Write into the diary what no publishing tells of; the admin's own search follows."""
    page = page.specific
    if not (isinstance(page, WikiPage) and page.live):
        record(actor=request.user, verb="cms.changed", object=page)  # type: ignore[arg-type]


@hooks.register("after_copy_page")
def note_copies(request: HttpRequest, page: Any, new_page: Any) -> None:
    """Write a copied branch into the diary."""
    record(actor=request.user, verb="cms.changed", object=new_page.specific)  # type: ignore[arg-type]
