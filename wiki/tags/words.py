"""What a tag stands on, and what a name for a tag may be."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from taggit.models import Tag, TaggedItem

from feed.models import Post, TaggedPost
from intranet.people.models import Community, Membership, TagSynonym, User, UserSkill
from wiki.models import TaggedPage, WikiPage
from wiki.titles import clean_tags

# Everything that gives a thing a tag: a row of (tag, content_object), each pair once.
LINKS: tuple[type[Any], ...] = (TaggedPage, TaggedPost, UserSkill)


def clean_name(raw: str, *, field: str = "name") -> str:
    """Return one word as tags are called. Raises ValidationError, about `field`."""
    try:
        names = clean_tags(raw)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    if len(names) != 1:
        raise ValidationError({field: _("Write one word: letters, digits and hyphens.")})
    return names[0]


def places_of(tag: Tag) -> set[int]:
    """Return the communities that have used a tag, be it in something that is deleted: their members know the word."""
    pages = WikiPage.objects.filter(tag_links__tag=tag).values_list("community_id", flat=True)
    posts = Post.objects.filter(tag_links__tag=tag).values_list("community_id", flat=True)
    guests = UserSkill.objects.filter(tag=tag, content_object__is_guest=True).values("content_object")
    shared = Membership.objects.filter(user__in=guests, community__is_everyone=False).values_list(
        "community_id", flat=True
    )
    return {pk for rows in (pages, posts, shared) for pk in rows.order_by().distinct()}


def is_known_to_all(tag: Tag) -> bool:
    """May every employee see something of this tag: in an open community, or as a colleague's skill?"""
    open_ones = Community.objects.filter(kind=Community.Kind.OPEN).values("pk")
    return bool(
        WikiPage.objects.filter(
            tag_links__tag=tag, community__in=open_ones, live=True, trashed_at__isnull=True
        ).exists()
        or Post.objects.present().filter(tag_links__tag=tag, community__in=open_ones).exists()
        or User.objects.active().filter(skill_links__tag=tag, is_guest=False).exists()
    )


def move_links(tag: Tag, into: Tag) -> None:
    """Give everything with `tag` the tag `into` instead; what has both keeps one."""
    for model in LINKS:
        both = model.objects.filter(tag=into).values("content_object_id")
        model.objects.filter(tag=tag).exclude(content_object_id__in=both).update(tag=into)
        model.objects.filter(tag=tag).delete()
    for row in TaggedItem.objects.filter(tag=tag):  # Wagtail's pictures and documents: few
        TaggedItem.objects.get_or_create(tag=into, content_type_id=row.content_type_id, object_id=row.object_id)
    TaggedItem.objects.filter(tag=tag).delete()


def synonyms_of(user: Any, tag: Tag) -> QuerySet[TagSynonym]:
    """Return the other words for a tag that `user` may know."""
    found: QuerySet[TagSynonym] = TagSynonym.objects.visible_to(user).filter(tag=tag).order_by("name")
    return found
