"""What somebody typed and has not saved, kept for them alone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.people.models import Community, User
from intranet.text import clean_text
from wiki.actions.rules import clean_body, community_of, lock_place, require_writer
from wiki.actions.sections import ensure_section
from wiki.discarded import UNDO, DiscardedDraft
from wiki.harvest.publishing import follow_discarded, follow_restored, forget_lost
from wiki.models import Draft, WikiPage


@transaction.atomic
def save_draft(
    *,
    actor: User,
    page: WikiPage | int | None = None,
    community: Community | None = None,
    parent: int | None = None,
    draft_id: int | None = None,
    base_revision_id: int | None = None,
    title: str = "",
    body: str = "",
) -> Draft | None:
    """Keep a text as it is while its author types; None when it says what the page says anyway.

    A draft may be as unfinished as its author likes: only its size is looked at. Of a page there is one draft a person;
    of new pages as many as somebody has begun. Raises DoesNotExist for places the actor cannot see, ValidationError for
    a text that is too long (what was kept before stays).
    """
    title, body = clean_text(title)[:255], clean_body(body)
    if page is not None:
        current = WikiPage.objects.visible_to(actor).get(pk=page if isinstance(page, int) else page.pk)
        if body == current.body and title in ("", current.title):
            Draft.objects.filter(author=actor, page=current).delete()
            return None
        values = {"base_revision_id": base_revision_id, "title": title, "body": body, "updated_at": timezone.now()}
        return Draft.objects.update_or_create(author=actor, page=current, defaults=values)[0]
    if not title.strip() and not body.strip():
        return None
    place = None
    if parent is not None:
        place = lock_place(parent)
        require_writer(actor, community_of(place))
    elif community is not None:
        require_writer(actor, community)
        place = ensure_section(community, actor=actor)
    draft = Draft.objects.filter(pk=draft_id or 0, author=actor, page__isnull=True).first() or Draft(author=actor)
    draft.title, draft.body, draft.updated_at = title, body, timezone.now()
    draft.parent_id = place.pk if place else draft.parent_id
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, actor: User, draft: int) -> DiscardedDraft:
    """Throw one of the actor's own drafts away; for ten minutes it can be had back. Raises Draft.DoesNotExist."""
    found = Draft.objects.get(pk=draft, author=actor)
    gone = DiscardedDraft.objects.create(author=actor, **{name: getattr(found, name) for name in KEPT})
    follow_discarded(found, gone)
    found.delete()
    return gone


KEPT = ("page_id", "parent_id", "base_revision_id", "title", "body", "updated_at")


@transaction.atomic
def restore_draft(*, actor: User, discarded: int) -> Draft:
    """Bring back what one has just thrown away.

    Raises DiscardedDraft.DoesNotExist for anybody else's and after ten minutes, ValidationError when a new draft of the
    page has been begun meanwhile (both stay as they are).
    """
    recent = DiscardedDraft.objects.filter(author=actor, discarded_at__gte=timezone.now() - UNDO)
    gone = recent.select_for_update().get(pk=discarded)  # pressed twice, it comes back once
    begun = ValidationError(_("You have begun another draft of this page. Save or discard that one first."))
    if gone.page_id and Draft.objects.filter(author=actor, page_id=gone.page_id).exists():
        raise begun
    try:
        with transaction.atomic():
            draft = Draft.objects.create(author=actor, **{name: getattr(gone, name) for name in KEPT})
    except IntegrityError:
        raise begun from None  # in this moment
    follow_restored(gone, draft)
    gone.delete()
    return draft


def forget_discarded_drafts() -> int:
    """Delete for good what nobody wanted back (`settings.WORKER_SWEEPS`)."""
    gone, _kinds = DiscardedDraft.objects.filter(discarded_at__lt=timezone.now() - UNDO).delete()
    forget_lost()
    return gone
