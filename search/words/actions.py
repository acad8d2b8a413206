"""What editors write: groups of words that mean the same, and pins."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.linkcards.finding import identities
from feed.models import Post
from intranet.activity.actions import record
from intranet.addresses import own_path
from intranet.people.models import Community
from search import analysis
from search.query import clean
from search.words import kept
from search.words.models import LONGEST_PINNED, Pin, WordGroup
from search.words.permissions import can_edit_synonyms, can_pin
from wiki.models import WikiPage

MOST_WORDS, LONGEST_WORD = 10, 50
# For one and the same word; a longer list is a page of links.
MOST_FOR_WORDS = 5


def group_words(text: str) -> list[str]:
    """Return the words of a group as stored. Raises ValidationError (`words`)."""
    pieces = [clean(piece).lower() for piece in text.replace("=", ",").replace("\n", ",").replace(";", ",").split(",")]
    found = list(dict.fromkeys(piece for piece in pieces if piece))
    if any(len(analysis.words(piece)) != 1 or analysis.words(piece)[0] != piece for piece in found):
        raise ValidationError({"words": _("Single words only, with commas between them.")})
    if len(found) < 2:
        raise ValidationError({"words": _("Write at least two words that mean the same.")})
    if len(found) > MOST_WORDS:
        raise ValidationError({"words": _("At most %(most)d words.") % {"most": MOST_WORDS}})
    if any(len(word) > LONGEST_WORD for word in found):
        raise ValidationError({"words": _("A word has at most %(most)d letters.") % {"most": LONGEST_WORD}})
    return found


def all_groups(*, actor: Any) -> list[WordGroup]:
    """Return all groups by their words, for an editor. Raises PermissionDenied."""
    if not can_edit_synonyms(actor):
        raise PermissionDenied
    return list(WordGroup.objects.order_by("key")[: kept.MOST_GROUPS])


def _key(found: list[str]) -> str:
    return ",".join(sorted(found))


@transaction.atomic
def add_synonyms(*, actor: Any, words: str) -> WordGroup:
    """Let these words find each other; the same words again change nothing. Raises PermissionDenied, ValidationError."""
    if not can_edit_synonyms(actor):
        raise PermissionDenied
    found = group_words(words)
    if WordGroup.objects.count() >= kept.MOST_GROUPS:
        raise ValidationError({"words": _("There are too many synonyms already. Remove some first.")}, code="full")
    group, made = WordGroup.objects.get_or_create(key=_key(found), defaults={"words": found, "changed_by": actor})
    if made:
        record(actor=actor, verb="synonyms.set", object=group)
        kept.renew()
    return group


@transaction.atomic
def change_synonyms(*, actor: Any, group: int, words: str) -> WordGroup:
    """Put other words into a group. Raises WordGroup.DoesNotExist, PermissionDenied, ValidationError."""
    if not can_edit_synonyms(actor):
        raise PermissionDenied
    found = group_words(words)
    row = WordGroup.objects.select_for_update().get(pk=group)
    if row.words == found:
        return row
    if WordGroup.objects.filter(key=_key(found)).exclude(pk=row.pk).exists():
        raise ValidationError({"words": _("These words are a group already.")})
    row.words, row.key, row.changed_by, row.changed_at = found, _key(found), actor, timezone.now()
    row.save()
    record(actor=actor, verb="synonyms.set", object=row)
    kept.renew()
    return row


@transaction.atomic
def remove_synonyms(*, actor: Any, group: int) -> WordGroup:
    """Let these words mean what they mean. Raises WordGroup.DoesNotExist, PermissionDenied."""
    if not can_edit_synonyms(actor):
        raise PermissionDenied
    row = WordGroup.objects.select_for_update().get(pk=group)
    record(actor=actor, verb="synonyms.removed", object=row)
    WordGroup.objects.filter(pk=row.pk).delete()
    kept.renew()
    return row


def target_of(actor: Any, address: str) -> WikiPage | Post:
    """Return the page or the post an address of this house leads to, as far as `actor` may read it.

    Raises ValidationError (`address`), with the same words for what is not there and what is hidden.
    """
    path = own_path(clean(address))
    kind, key = identities([path]).get(path, ("", "")) if path else ("", "")
    found: WikiPage | Post | None = None
    if kind == "page":
        found = WikiPage.objects.visible_to(actor).filter(pk=int(key)).first()
    elif kind == "post":
        found = Post.objects.visible_to(actor).present().filter(pk=int(key)).first()
    if found is None:
        raise ValidationError({"address": _("Give the address of a page or a post that you may read.")})
    return found


def _pinned_words(text: str) -> str:
    found = clean(text).lower()
    number = len(analysis.words(found))
    if not number:
        raise ValidationError({"words": _("Write the words people search with.")})
    if number > kept.MOST_PINNED_WORDS or len(found) > LONGEST_PINNED:
        words = _("At most %(most)d words, and %(letters)d letters.")
        raise ValidationError({"words": words % {"most": kept.MOST_PINNED_WORDS, "letters": LONGEST_PINNED}})
    return " ".join(analysis.words(found))


@transaction.atomic
def pin_result(*, actor: Any, words: str, target: WikiPage | Post) -> Pin:
    """Show a page or a post on top of what is found with these words, to those who may read it.

    The same again changes nothing. Raises PermissionDenied, ValidationError.
    """
    # Locked: two editors at once do not pin more than there is room for.
    place = Community.objects.select_for_update(no_key=True).get(pk=target.community_id)
    if not can_pin(actor, place):
        raise PermissionDenied(_("Only who looks after this community can pin what stands in it."))
    typed = _pinned_words(words)
    thing = {"page": target, "post": None} if isinstance(target, WikiPage) else {"page": None, "post": target}
    if earlier := Pin.objects.filter(words=typed, **thing).first():
        return earlier
    if Pin.objects.visible_to(actor).filter(words=typed).count() >= MOST_FOR_WORDS:
        words = _("%(most)d results are pinned to this already. Take one down first.") % {"most": MOST_FOR_WORDS}
        raise ValidationError({"words": words}, code="full")
    if Pin.objects.count() >= kept.MOST_PINS:
        raise ValidationError({"words": _("There are too many pins already. Remove some first.")}, code="full")
    pin = Pin.objects.create(words=typed, pinned_by=actor, **thing)
    record(actor=actor, verb="result.pinned", object=pin, target=target, community_id=place.pk)
    kept.renew()
    return pin


@transaction.atomic
def unpin_result(*, actor: Any, pin: int) -> Pin:
    """Take a pin away. Raises Pin.DoesNotExist, PermissionDenied."""
    row: Pin = Pin.objects.visible_to(actor).select_related("page__community", "post__community").get(pk=pin)
    target = row.page or row.post
    if target is None or not can_pin(actor, target.community):
        raise PermissionDenied
    record(actor=actor, verb="result.unpinned", object=row, target=target, community_id=target.community_id)
    Pin.objects.filter(pk=row.pk).delete()
    kept.renew()
    return row
