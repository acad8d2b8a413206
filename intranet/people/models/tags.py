"""The house's one vocabulary: a tag has one name, and other words that lead to it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from taggit.models import Tag

from intranet.people.models.communities import Community
from intranet.people.models.people import is_current


class TagSynonymQuerySet(models.QuerySet["TagSynonym"]):
    """Words that lead to a tag, as somebody may know them."""

    def visible_to(self, user: Any) -> Self:
        """Return the words `user` may know: the house's common ones, and those her communities used.

        A guest knows what her communities used. Whether she may know the tag they lead to is another question.
        """
        if not is_current(user):
            return self.none()
        hers = Q(pk__in=SynonymPlace.objects.filter(community__in=Community.objects.visible_to(user)).values("synonym"))
        return self.filter(hers if user.is_guest else hers | Q(is_common=True))

    def known_in(self, community_id: int) -> Self:
        """Return the words that mean their tag in the texts of this community."""
        hers = SynonymPlace.objects.filter(community_id=community_id).values("synonym")
        return self.filter(Q(is_common=True) | Q(pk__in=hers))


class TagSynonym(models.Model):
    """Another word for a tag: a synonym editors chose, or what was merged into it, or what it was called before.

    It names the tag itself, never another word, so no chain of words and no circle can come about. One word may mean
    different tags in different places: where a hidden community merged a word, outsiders must not notice.
    """

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField(max_length=100)  # lower case
    slug = models.CharField(max_length=100)
    # Everybody who may see the tag may know the word; otherwise the places below say who may.
    is_common = models.BooleanField(default=False)
    # It was a tag of its own and has an address that people kept: never taken away.
    was_tag = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = TagSynonymQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "tag"], name="synonym_once")]
        indexes = [models.Index(fields=["slug"], name="synonym_address")]
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} means {self.tag_id}"


class TagAlias(models.Model):
    """How what was written earlier names a tag that it knew otherwise: the number of a tag that was merged into it, or
    minus the number of another word for it.

    For whoever may know that word; without one for whoever may see the tag, which bears the name itself now.
    """

    number = models.BigIntegerField(unique=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    word = models.ForeignKey(TagSynonym, null=True, on_delete=models.SET_NULL, related_name="aliases")

    def __str__(self) -> str:
        return f"{self.number} is {self.tag_id}"


class SynonymPlace(models.Model):
    """A community that used the word while it was a tag."""

    synonym = models.ForeignKey(TagSynonym, on_delete=models.CASCADE, related_name="places")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "synonym"], name="synonym_place_once")]

    def __str__(self) -> str:
        return f"{self.synonym_id} in {self.community_id}"
