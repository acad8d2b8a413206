"""What stands beside a post of a kind: who is praised, who voted what, what is announced and who has acknowledged it.

What a card shows of a kind stands in the post's own row (`Post.kind`, `Post.facts`), so that lists read one table.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feed.kinds.querysets import AnnouncementQuerySet
from intranet.people.models import User


class PostKind(models.TextChoices):
    """What a thread is."""

    UPDATE = "update", _("Update")
    QUESTION = "question", _("Question")
    PRAISE = "praise", _("Praise")
    POLL = "poll", _("Poll")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Praise(models.Model):
    """Somebody is praised in a post."""

    post = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="praises")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="praises")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="praise_once")]

    def __str__(self) -> str:
        return f"{self.post_id} praises {self.user_id}"


class Vote(models.Model):
    """A choice in a poll. Of an anonymous one nothing in the database says whose: see `feed.kinds.polls.voter_of`."""

    post = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="votes")
    # Who voted where that is said before voting; empty in an anonymous poll.
    user = models.ForeignKey(User, null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="+")
    # The voter's number, or in an anonymous poll what only the house with its secret key can make of it.
    voter = models.CharField(max_length=64)
    # 0 where one choice is allowed, else the choice's place + 1: the database itself lets nobody vote twice.
    slot = models.PositiveSmallIntegerField(default=0)
    choice = models.PositiveSmallIntegerField()  # place in the poll's list

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "voter", "slot"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.choice}"


class Announcement(models.Model):
    """What is to be read by everybody of a community, until acknowledged or over."""

    class Level(models.TextChoices):
        NORMAL = "normal", _("Normal")
        CRISIS = "crisis", _("Crisis")

    post = models.OneToOneField("feed.Post", primary_key=True, on_delete=models.CASCADE, related_name="announcement")
    level = models.CharField(_("level"), max_length=6, choices=Level, default=Level.NORMAL)
    due_on = models.DateField(_("acknowledge by"), null=True, blank=True)
    expires_on = models.DateField(_("stands until"))  # the last day
    # Which text is acknowledged; counts up when everybody is asked again.
    version = models.PositiveIntegerField(default=1)
    # Ended by hand, or over: the sweep of the day notes that, so that the open ones are few.
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AnnouncementQuerySet.as_manager()

    class Meta:
        # Asked for by the menu beside every page.
        indexes = [models.Index(fields=["expires_on"], name="open_announcements", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"announcement {self.post_id}"


class Acknowledgement(models.Model):
    """Somebody has read a version of an announcement. Who has not is nowhere written: members without such a row."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acknowledgements")
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user", "version"], name="acknowledge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has read {self.announcement_id}, version {self.version}"
