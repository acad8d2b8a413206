"""A page becomes a template of its section, or is one no longer. Pages made from it are their own from the first."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from intranet.text import clean_text
from wiki.actions.rules import lock_page
from wiki.models import PageTemplate, WikiPage
from wiki.titles import MAX_TITLE


@transaction.atomic
def mark_template(*, actor: User, page: WikiPage | int, title_pattern: str = "") -> PageTemplate:
    """Offer a page as what new pages of its section begin with; `title_pattern` is what their titles begin with.

    Raises WikiPage.DoesNotExist, PermissionDenied, ValidationError (field `title_pattern`).
    """
    current = lock_page(actor, page)
    pattern = " ".join(clean_text(title_pattern).split(" ")).replace("\n", " ").lstrip()
    if len(pattern) > MAX_TITLE:
        words = _("The title is too long: %(length)d characters, at most %(limit)d.")
        raise ValidationError({"title_pattern": words % {"length": len(pattern), "limit": MAX_TITLE}})
    template, _is_new = PageTemplate.objects.update_or_create(page=current, defaults={"title_pattern": pattern})
    record(actor=actor, verb="template.marked", object=current, community_id=current.community_id)
    return template


@transaction.atomic
def unmark_template(*, actor: User, page: WikiPage | int) -> None:
    """Offer a page no longer. Raises WikiPage.DoesNotExist, PermissionDenied."""
    current = lock_page(actor, page)
    gone, _of_which = PageTemplate.objects.filter(page=current).delete()
    if gone:
        record(actor=actor, verb="template.unmarked", object=current, community_id=current.community_id)
