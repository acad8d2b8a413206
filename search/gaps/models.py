"""What was looked for in vain."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from search.words.permissions import is_editor

LONGEST_WORDS = 80


class VainSearchQuerySet(models.QuerySet["VainSearch"]):
    """What is shown, and to whom."""

    def visible_to(self, user: Any) -> Self:
        """Return what three different people have looked for: to editors, nobody else."""
        return self.filter(is_shown=True) if is_editor(user) else self.none()


class VainSearch(models.Model):
    """Words that found nothing, or nothing with all of them. Who searched is nowhere written.

    Until three different people have, the words are not written either: `key` is an HMAC of them with the house's
    secret. `askers` holds a number from 0 to 255 for each person: an HMAC with the secret and this row's own salt, of
    which one byte is kept, so that many people share each number even for whoever has all the keys. With the third
    person, or after thirty days without one, numbers and salt go for good.
    """

    key = models.CharField(max_length=64, unique=True)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)  # as the third one typed them, lower case
    found_nothing = models.PositiveIntegerField(default=0)
    found_some = models.PositiveIntegerField(default=0)  # with some of the words only
    first_on = models.DateField()
    last_on = models.DateField()
    salt = models.CharField(max_length=32, blank=True)
    askers = models.JSONField(default=list)
    is_shown = models.BooleanField(default=False)
    # An editor has seen to it; three more people bring it back.
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = VainSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vain searches"
        indexes = [models.Index(fields=["is_shown", "last_on"], name="vain_searches_shown")]

    def __str__(self) -> str:
        return f"vain search {self.pk}"

    @property
    def times(self) -> int:
        """Return how often it was looked for."""
        return self.found_nothing + self.found_some

    @property
    def state(self) -> str:
        """Return what came of it more often: "nothing", or "weak"."""
        return "nothing" if self.found_nothing >= self.found_some else "weak"
