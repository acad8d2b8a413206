"""What people say: one Post for everything, in a community, as a reply, or about a wiki page."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, Tag

from feed.keeping.models import Bookmark, PinDismissal
from feed.kinds.models import Acknowledgement, Announcement, PostKind, Praise, Vote
from feed.linkcards.models import PreviewUse, WebPreview
from feed.moderation.models import Hiding, Report
from feed.querysets import AttachmentQuerySet, FileTextQuerySet, MentionQuerySet, PostQuerySet
from feed.threads.models import KEPT_INDEXES, Kept, PostDraft, ThreadTrail
from intranet.people.models import Community, User

# Each package has its own; Django looks for models here.
__all__ = [
    "Acknowledgement", "Announcement", "Attachment", "Bookmark", "FileText", "FileVersion", "Hiding", "Mention",
    "PinDismissal", "Post", "PostDraft", "PostKind", "PostVersion", "Praise", "PreviewUse", "Reaction", "ReadPosition",
    "Report", "TaggedPost", "ThreadTrail", "Vote", "WebPreview",
]  # fmt: skip


class TaggedPost(ItemBase):
    """A post carries a tag of the house's one vocabulary."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_posts")
    content_object = models.ForeignKey("Post", on_delete=models.CASCADE, related_name="tag_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="post_tag_once")]
        # The newest posts of a followed tag, without sorting the tag's whole history.
        indexes = [models.Index("tag", F("id").desc(), name="newest_of_tag")]


class Post(Kept, models.Model):  # type: ignore[django-manager-missing]
    """Something somebody said. A reply is a Post with a thread; a thread is a Post without one."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    # The post the thread began with; empty for that post itself. A reply always is in its thread's community.
    # `replies_in_order` is its index: with a plain one SQLite, once it has statistics, looks threads up as the rows
    # where it is empty and sorts a third of the table.
    thread = models.ForeignKey(
        "self", null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="replies"
    )
    # The reply this one answers, shown two levels deep; empty for an answer to the thread's first post.
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
    )
    about_page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="posts_about",
    )
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Who may take the deletion back while that is possible.
    deleted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # Given by the form when it was made: pressing the button twice makes one post.
    key = models.UUIDField(default=uuid.uuid4, editable=False)

    # Of threads only: kept by actions, so that lists read one table.
    last_activity_at = models.DateTimeField(default=timezone.now, editable=False)
    last_reply = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    # {"thanks": 3, ...}: how many, by kind.
    reaction_counts = models.JSONField(default=dict, editable=False)
    # What a thread is, and what its card shows of that (`feed.kinds.facts`); nothing of plain words.
    kind = models.CharField(
        max_length=12, choices=PostKind, default=PostKind.UPDATE, db_default=PostKind.UPDATE, editable=False
    )
    facts: models.Field[Any, Any] = models.JSONField(null=True, editable=False)
    # Of questions without an accepted answer: since when, and when the moderators are to hear of it.
    unanswered_since = models.DateTimeField(null=True, editable=False)
    nudge_at = models.DateTimeField(null=True, editable=False)

    # What its links lead to, by identity (`feed.linkcards`); empty where there is nothing to show a card of.
    cards = models.JSONField(null=True, default=None, editable=False)

    tags = TaggableManager(through=TaggedPost, blank=True)
    # The tags this change took away (`actions.posts.write_references`); nothing else says afterwards what it had.
    untagged: tuple[int, ...] = ()
    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="post_once"),
            models.CheckConstraint(
                name="parent_only_in_thread",
                condition=Q(parent__isnull=True) | Q(thread__isnull=False),
            ),
        ]
        indexes = [
            # A community's threads, and each of the home feed's short lists.
            models.Index(
                "community",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="threads_of_community",
                condition=Q(thread__isnull=True),
            ),
            # The same in the other order, newest thread first.
            models.Index(
                "community",
                F("created_at").desc(),
                F("id").desc(),
                name="threads_by_age",
                condition=Q(thread__isnull=True),
            ),
            models.Index(
                F("last_activity_at").desc(),
                F("id").desc(),
                name="threads_newest",
                condition=Q(thread__isnull=True),
            ),
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                name="threads_youngest",
                condition=Q(thread__isnull=True),
            ),
            models.Index(
                "author",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="threads_of_author",
                condition=Q(thread__isnull=True),
            ),
            models.Index("author", F("created_at").desc(), name="posts_of_author"),
            models.Index(
                fields=["thread", "created_at", "id"],
                name="replies_in_order",
                condition=Q(thread__isnull=False),
            ),
            models.Index(
                "about_page",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="talk_of_page",
                condition=Q(about_page__isnull=False),
            ),
            *KEPT_INDEXES,
            # A list of one kind; plain words are not in it.
            models.Index(
                "community",
                "kind",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="threads_of_kind",
                condition=Q(facts__isnull=False),
            ),
            models.Index(
                "community",
                F("last_activity_at").desc(),
                F("id").desc(),
                name="unanswered",
                condition=Q(unanswered_since__isnull=False),
            ),
            models.Index(fields=["nudge_at"], name="questions_to_nudge", condition=Q(nudge_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def thread_pk(self) -> int:
        """Return the primary key of the thread this post is in or is."""
        return self.thread_id or self.pk

    def get_absolute_url(self) -> str:
        """Return the address of the thread, at this post when it is a reply."""
        from django.urls import reverse

        url = reverse("feed:thread", args=[self.thread_pk])
        # The page of a long thread shows the part this one is in.
        return url if self.thread_id is None else f"{url}?at={self.pk}#post-{self.pk}"


class PostVersion(models.Model):
    """What an edited post said before."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.post_id} until {self.created_at}"


class Mention(models.Model):
    """A post names a person who can read it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mentions")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="mention_once")]
        indexes = [models.Index("user", F("created_at").desc(), name="mentions_of_user")]

    def __str__(self) -> str:
        return f"{self.post_id} names {self.user_id}"


class Reaction(models.Model):
    """Somebody's reaction to a post or a page."""

    class Kind(models.TextChoices):
        HELPED = "helped", _("This helped")  # of pages only
        THANKS = "thanks", _("Thanks")
        AGREE = "agree", _("Agree")
        LOVE = "love", _("Love")
        CELEBRATE = "celebrate", _("Celebrate")
        MORE = "more", _("Need to know more")

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="reactions")
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, db_index=False, on_delete=models.CASCADE, related_name="reactions"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=9, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user", "kind"], name="react_once"),
            models.UniqueConstraint(fields=["page", "user", "kind"], name="react_to_page_once"),
            models.CheckConstraint(
                name="react_to_one_thing",
                condition=Q(post__isnull=True, page__isnull=False) | Q(post__isnull=False, page__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.post_id or self.page_id}"

    @classmethod
    def post_kinds(cls) -> list[tuple[str, Any]]:
        """Return (kind, label) of what one may say to a post."""
        return [(kind, label) for kind, label in cls.Kind.choices if kind != cls.Kind.HELPED]


class ReadPosition(models.Model):
    """How far somebody has read a thread; what came after counts as unread."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="read_positions")
    thread = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="read_positions")
    read_until = models.DateTimeField()
    # Marked unread by hand: holds even against the membership's own `read_until`.
    kept = models.BooleanField(default=False)
    # The conversation makes no counter for this person.
    muted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="one_position")]
        indexes = [models.Index(fields=["user"], name="kept_unread", condition=Q(kept=True))]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.thread_id} until {self.read_until}"


class Attachment(models.Model):
    """A file somebody put into a community: with a post, in a wiki page, or not used yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="attachments")
    uploader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attachments")
    post = models.ForeignKey(
        Post,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
    )
    name = models.CharField(_("file name"), max_length=200)
    # Found by looking inside, never what the browser or the name said.
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    # Name in the file storage; thumbnails stand beside it with their width as a suffix.
    stored_as = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whether its words still have to be read for the search; the worker looks for these.
    is_text_due = models.BooleanField(default=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "created_at"]
        indexes = [models.Index("created_at", name="files_to_read", condition=Q(is_text_due=True))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Is it one of the image kinds that are shown in place?"""
        return self.width is not None

    def get_absolute_url(self) -> str:
        """Return the address the file is served at, to those who may see it."""
        from django.urls import reverse

        return reverse("feed:file", args=[self.pk, self.name])


class FileVersion(models.Model):
    """What a file was before it was replaced."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # from 1, the oldest
    replaced_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="file_version_once")]

    def __str__(self) -> str:
        return f"{self.name} version {self.number}"


class FileText(models.Model):
    """The words of a file, for the search. Its own number is the file's in the index."""

    class State(models.TextChoices):
        READ = "read", _("read")
        UNREADABLE = "unreadable", _("could not be read")

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="words")
    state = models.CharField(max_length=10, choices=State)
    text = models.TextField(blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    objects = FileTextQuerySet.as_manager()

    def __str__(self) -> str:
        return f"words of {self.attachment_id}"
