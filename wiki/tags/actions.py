"""What editors do with the house's words. Old names keep leading to the tag, for those who could know them.

Texts are not touched: `#oldname` in a page or a post links to the old address, which leads on; cards below posts follow
by number (`TagAlias`). What pages keep of
their tags' names follows by the diary (`wiki.tags.readers`), and so does the index.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from taggit.models import Tag

from intranet.activity.actions import record
from intranet.people.models import Follow, Membership, SynonymPlace, TagAlias, TagSynonym
from intranet.people.permissions import can_edit_tags
from intranet.people.vocabulary import lock_words
from wiki.linkcards import visible_tags
from wiki.tags.words import clean_name, is_known_to_all, move_links, places_of
from wiki.titles import tag_slug


def _begin(actor: Any, *tags: Tag) -> list[Tag]:
    """Let nobody else change words, and return these tags as they are now. What is not there for the actor is not there."""
    if not can_edit_tags(actor):
        raise PermissionDenied
    lock_words(using=False)
    seen = visible_tags(actor).in_bulk([tag.pk for tag in tags])
    if len(seen) < len({tag.pk for tag in tags}):
        raise ValidationError(_("Somebody has merged or renamed this tag meanwhile. Look at it again."), code="changed")
    return [seen[tag.pk] for tag in tags]


def _named(name: str) -> Tag | None:
    """Return the tag of that name, whoever may know it."""
    return Tag.objects.filter(Q(name__iexact=name) | Q(slug=tag_slug(name))).order_by("pk").first()


def _remember(tag: Tag, into: Tag, *, common: bool = False) -> TagSynonym:
    """Keep the name of `tag`, as it is now, as a word for `into`, known where it was used. Before its links move."""
    is_common = common or is_known_to_all(tag)
    kept, _new = TagSynonym.objects.get_or_create(tag=into, name=tag.name.lower(), defaults={"slug": tag.slug})
    kept.slug, kept.was_tag, kept.is_common = tag.slug, True, kept.is_common or is_common
    kept.save(update_fields=["slug", "was_tag", "is_common"])
    SynonymPlace.objects.bulk_create(
        [SynonymPlace(synonym=kept, community_id=pk) for pk in places_of(tag)], ignore_conflicts=True
    )
    _give_number(kept)
    return kept


def _give_number(word: TagSynonym) -> None:
    """Let what is written with this word from now on keep it by a number, as it keeps tags."""
    TagAlias.objects.get_or_create(number=-word.pk, defaults={"tag_id": word.tag_id, "word": word})


def _move_followers(tag: Tag, into: Tag, *, word: TagSynonym) -> None:
    """Let those who could see something of `tag` follow `into`; who followed blindly shall not learn what it became."""
    places = SynonymPlace.objects.filter(synonym=word).values("community")
    members = Membership.objects.filter(community__in=places).values("user")
    knew = Q(follower__in=members) | (Q(follower__is_guest=False) if word.is_common else Q())
    both = Follow.objects.filter(tag=into).values("follower_id")
    Follow.objects.filter(knew, tag=tag).exclude(follower_id__in=both).update(tag=into)
    Follow.objects.filter(tag=tag).delete()


def _take_over(actor: Any, tag: Tag, into: Tag, *, common: bool = False) -> None:
    word = _remember(tag, into, common=common)
    TagAlias.objects.create(number=tag.pk, tag=into, word=word)
    _move_followers(tag, into, word=word)
    # What already led to `tag` leads to `into` from now on: words name tags, never other words.
    for older in TagSynonym.objects.filter(tag=tag):
        twin = TagSynonym.objects.filter(tag=into, name=older.name).first()
        if twin is None and older.name != into.name.lower():
            older.tag = into
            older.save(update_fields=["tag"])
        elif twin is not None:
            _unite(older, twin)
    TagAlias.objects.filter(tag=tag).update(tag=into)
    move_links(tag, into)
    Tag.objects.filter(pk=tag.pk).delete()
    record(actor=actor, verb="tag.merged", object=into, data={"was": tag.pk})


def _unite(older: TagSynonym, twin: TagSynonym) -> None:
    places = SynonymPlace.objects.filter(synonym=older).values_list("community_id", flat=True)
    SynonymPlace.objects.bulk_create(
        [SynonymPlace(synonym=twin, community_id=pk) for pk in places], ignore_conflicts=True
    )
    twin.is_common, twin.was_tag = twin.is_common or older.is_common, twin.was_tag or older.was_tag
    twin.save(update_fields=["is_common", "was_tag"])
    TagAlias.objects.filter(word=older).update(word=twin)


@transaction.atomic
def merge_tags(*, actor: Any, tag: Tag, into: Tag) -> Tag:
    """Make two tags one: everything with `tag` has `into`, and the old name leads there. Returns `into`.

    Two who merge across each other make no circle: the second one finds that the tag is gone.
    """
    tag, into = _begin(actor, tag, into)
    if tag.pk == into.pk:
        raise ValidationError({"into": _("This is the same tag. Choose another one.")})
    _take_over(actor, tag, into)
    return into


@transaction.atomic
def rename_tag(*, actor: Any, tag: Tag, name: str) -> Tag:
    """Call a tag something else; its old name and address lead to it. Returns the tag of that name.

    Where the actor sees a tag of that name, merging is to be asked for. Where she sees none but a hidden community has
    one, the two become one without a word: she must not learn of it, and its members see no difference.
    """
    tag, name = *_begin(actor, tag), clean_name(name)
    if name == tag.name:
        return tag
    other = _named(name)
    if other is not None and other.pk != tag.pk:
        if visible_tags(actor).filter(pk=other.pk).exists():
            raise ValidationError(
                {"name": _("There is a tag #%(name)s already. Merge the two instead.") % {"name": other.name}},
                code="taken",
            )
        _take_over(actor, tag, other)
        return other
    if TagSynonym.objects.visible_to(actor).filter(name=name).exclude(tag=tag).exists():
        raise ValidationError(
            {"name": _("#%(name)s is another word for a tag already.") % {"name": name}}, code="taken"
        )
    _remember(tag, tag)
    tag.name, tag.slug = name, tag_slug(name)
    tag.save(update_fields=["name", "slug"])
    # A name it had before is no other word for it any more.
    TagSynonym.objects.filter(tag=tag, name=name).delete()
    record(actor=actor, verb="tag.renamed", object=tag)
    return tag


@transaction.atomic
def add_synonym(*, actor: Any, tag: Tag, name: str) -> TagSynonym:
    """Let another word mean this tag, for everybody who may see the tag. Twice is once."""
    tag, name = *_begin(actor, tag), clean_name(name, field="synonym")
    other = _named(name)
    if other is not None and other.pk == tag.pk:
        raise ValidationError({"synonym": _("This is the tag's own name.")})
    if other is not None and visible_tags(actor).filter(pk=other.pk).exists():
        raise ValidationError(
            {"synonym": _("There is a tag #%(name)s already. Merge the two instead.") % {"name": other.name}},
            code="taken",
        )
    known = TagSynonym.objects.visible_to(actor).filter(name=name).exclude(tag=tag)
    if known.exists():
        raise ValidationError(
            {"synonym": _("#%(name)s is another word for a tag already.") % {"name": name}}, code="taken"
        )
    if other is not None:  # of a community the actor does not see into: its word means this tag as well now
        _take_over(actor, other, tag, common=True)
        kept: TagSynonym = TagSynonym.objects.get(tag=tag, name=other.name.lower())
        return kept
    kept, new = TagSynonym.objects.get_or_create(
        tag=tag, name=name, defaults={"slug": tag_slug(name), "is_common": True}
    )
    if new or not kept.is_common:
        kept.is_common = True
        kept.save(update_fields=["is_common"])
        _give_number(kept)
        record(actor=actor, verb="tag.synonym_added", object=tag)
    return kept


@transaction.atomic
def remove_synonym(*, actor: Any, tag: Tag, name: str) -> None:
    """Take a chosen synonym away; a word that was a tag itself stays, because people have kept its address."""
    (tag,) = _begin(actor, tag)
    synonym = TagSynonym.objects.visible_to(actor).filter(tag=tag, name=name.lower()).first()
    if synonym is None:
        return
    if synonym.was_tag:
        raise ValidationError(
            {
                "synonym": _("#%(name)s was a tag of its own: its old address keeps leading here.")
                % {"name": synonym.name}
            }
        )
    TagAlias.objects.filter(word=synonym).delete()
    synonym.delete()
    record(actor=actor, verb="tag.synonym_removed", object=tag)
