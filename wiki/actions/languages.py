"""A page becomes a translation of another, keeps up with it, or goes its own way."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.actions.rules import lock_page
from wiki.models import WikiPage


@transaction.atomic
def link_translation(
    *, actor: User, page: WikiPage | int, original: WikiPage | int, is_current: bool = True
) -> WikiPage:
    """Make a page a translation of another one, of its version of today or of an older one. The actor may change both.

    A translation of a translation is one of the original. Raises WikiPage.DoesNotExist, PermissionDenied,
    ValidationError (field `original`).
    """
    # The original first, always: two people who link the same pages wait for each other, not for ever.
    first = lock_page(actor, original)
    if first.original_id and (root := WikiPage.objects.visible_to(actor).filter(pk=first.original_id).first()):
        first = lock_page(actor, root)
    current = lock_page(actor, page)
    if problem := _problem(current, first):
        raise ValidationError({"original": problem})
    current.original, current.translated_version = first, first.version if is_current else first.major_version - 1
    WikiPage.objects.filter(pk=current.pk).update(original=first, translated_version=current.translated_version)
    record(actor=actor, verb="translation.linked", object=current, target=first, community_id=current.community_id)
    return current


def _problem(page: WikiPage, original: WikiPage) -> str:
    if page.pk == original.pk:
        return _("A page is no translation of itself.")
    if page.language == original.language:
        return _("Both pages are in the same language. Change the language of one of them first.")
    if WikiPage.objects.filter(original=page).exists():
        return _("Other pages are translations of this one. Link it from there.")
    others = WikiPage.objects.filter(original=original, language=page.language, trashed_at__isnull=True)
    if others.exclude(pk=page.pk).exists():
        return _("There is a translation in this language already.")
    return ""


@transaction.atomic
def unlink_translation(*, actor: User, page: WikiPage | int) -> None:
    """Let a page be one of its own again. Raises WikiPage.DoesNotExist, PermissionDenied."""
    current = lock_page(actor, page)
    if current.original_id:
        WikiPage.objects.filter(pk=current.pk).update(original=None, translated_version=0)
        record(actor=actor, verb="translation.unlinked", object=current, community_id=current.community_id)


@transaction.atomic
def confirm_translation(*, actor: User, page: WikiPage | int) -> None:
    """Say that a translation says what its original says today. Raises WikiPage.DoesNotExist, PermissionDenied."""
    current = lock_page(actor, page)
    original = WikiPage.objects.visible_to(actor).filter(pk=current.original_id).values("version").first()
    if original is None:
        raise WikiPage.DoesNotExist
    WikiPage.objects.filter(pk=current.pk).update(translated_version=original["version"])
    record(
        actor=actor, verb="translation.confirmed", object=current, community_id=current.community_id,
        data={"version": original["version"]},
    )  # fmt: skip
