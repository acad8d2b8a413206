"""What the house knows: sections and pages on Wagtail's tree, their versions, links and drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, Tag
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageQuerySet, Revision

from intranet.people.models import Community, User
from wiki.bringing.models import PageImport
from wiki.care.models import CARE_FIELDS, CARE_INDEXES, Cared, Confirmation, PageFlag, ReviewBundle
from wiki.deadlinks.models import OutsideAddress, PageReference
from wiki.discarded import DiscardedDraft
from wiki.front.models import PageReads
from wiki.harvest.models import Harvest
from wiki.rooms.models import Room, RoomUpdate

__all__ = [
    "BY_TITLE",
    "KEEP_TRASHED",
    "Confirmation",
    "DiscardedDraft",
    "Draft",
    "Harvest",
    "OutsideAddress",
    "PageFlag",
    "PageImport",
    "PageLink",
    "PageReads",
    "PageReference",
    "PostLink",
    "ReviewBundle",
    "Room",
    "RoomUpdate",
    "TaggedPage",
    "TextLink",
    "VersionNote",
    "WikiPage",
    "WikiPageQuerySet",
    "WikiSection",
]  # fmt: skip

# How long a page can be brought back from the trash; after that it is deleted for good (`wiki.actions.purge_trash`).
KEEP_TRASHED = timedelta(days=30)
# The place among its sisters of a page that nobody has put anywhere: behind those somebody has, by title.
BY_TITLE = 2_000_000_000


class WikiPageQuerySet(PageQuerySet):
    """Wiki pages, as somebody may see them."""

    def visible_to(self, user: Any) -> WikiPageQuerySet:
        """Return live pages of communities whose contents `user` may read; trashed ones are nobody's."""
        pages: WikiPageQuerySet = self.filter(
            community_id__in=Community.objects.visible_to(user).values("pk"),
            live=True,
            trashed_at__isnull=True,
        )
        return pages

    def trashed_for(self, user: Any) -> WikiPageQuerySet:
        """Return the trashed pages that `user` could read before and that can still be brought back."""
        pages: WikiPageQuerySet = self.filter(
            community_id__in=Community.objects.visible_to(user).values("pk"),
            trashed_at__gte=timezone.now() - KEEP_TRASHED,
        )
        return pages


WikiPageManager = PageManager.from_queryset(WikiPageQuerySet)


class WikiSection(Page):
    """The root of a community's pages; lies directly below the site's root page."""

    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="wiki_section")

    # Our own search and our own links do what Wagtail's indexes would do at 30 queries a save.
    search_auto_update = False
    wagtail_reference_index_ignore = True
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["wiki.WikiPage"]
    content_panels = Page.content_panels

    class Meta:
        verbose_name = _("wiki section")


class TaggedPage(ItemBase):
    """A page carries a tag of the house's one vocabulary."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_pages")
    content_object = ParentalKey("WikiPage", on_delete=models.CASCADE, related_name="tag_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="page_tag_once")]


class WikiPage(Page, Cared):  # type: ignore[django-manager-missing]
    """A page somebody wrote in Markdown, with everything a reader needs stored beside the text.

    `address` is the page's whole path below /wiki/ (community slug first) and the one key reading looks up. `html`,
    `contents`, `crumbs` and `contributors` are made when something changes, never when somebody reads.
    """

    class Language(models.TextChoices):
        FI = "fi", _("Finnish")
        SV = "sv", _("Swedish")
        EN = "en", _("English")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="wiki_pages")
    # What the tree's path says as a column: children by an index, one title once among them.
    parent_page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="wiki_children", editable=False
    )
    title_key = models.CharField(max_length=255, editable=False, db_index=True)  # `titles.title_key` of the title
    position = models.PositiveIntegerField(default=BY_TITLE, editable=False)  # among its sisters; equal ones by title
    address = models.CharField(max_length=1000, unique=True, editable=False)
    body = models.TextField(_("text"), blank=True)
    language = models.CharField(_("language of the text"), max_length=2, choices=Language, default=Language.FI)

    html = models.TextField(editable=False, default="")
    renderer_version = models.PositiveIntegerField(default=0, editable=False)
    plain = models.TextField(editable=False, default="")
    contents = models.JSONField(editable=False, default=list)  # [{"level": 2, "id": "...", "title": "..."}]
    crumbs = models.JSONField(editable=False, default=list)  # [{"title": "...", "address": "..."}] from the top
    contributors = models.JSONField(editable=False, default=list)  # [user id, ...], who wrote most recently first
    # [{"name": "...", "slug": "...", "inline": true}]: `inline` ones stand in the text as #tag, the others in the field.
    tag_names = models.JSONField(editable=False, default=list)
    version = models.PositiveIntegerField(editable=False, default=0)  # number of the version that is shown
    word_count = models.PositiveIntegerField(editable=False, default=0)
    # Where the text came from when it was imported: makes a second import find it again.
    source = models.CharField(max_length=500, blank=True, editable=False, db_index=True)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    # The newest version that is no minor change: what a translation is behind of.
    major_version = models.PositiveIntegerField(editable=False, default=0)
    # The page this one is a translation of, and which version of it this text says.
    original = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="translations", editable=False
    )
    translated_version = models.PositiveIntegerField(default=0, editable=False)

    # Who wrote the text where it was imported from, as far as they are nobody here.
    imported_authors = models.JSONField(editable=False, default=list)
    # {"helped": 3, ...}: how many, by kind of reaction.
    reaction_counts = models.JSONField(editable=False, default=dict)

    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    trashed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    # The page whose trashing took this one along; empty for that page itself.
    trashed_under = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", editable=False)

    tags = ClusterTaggableManager(through=TaggedPage, blank=True, verbose_name=_("tags"))
    untagged: tuple[int, ...] = ()  # the tags this save took away (`wiki.writing.store_tags`)
    objects: ClassVar[Any] = WikiPageManager()

    search_auto_update = False
    wagtail_reference_index_ignore = True
    parent_page_types: ClassVar[list[str]] = ["wiki.WikiSection", "wiki.WikiPage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []  # the preview is in the page's own editor
    subpage_types: ClassVar[list[str]] = ["wiki.WikiPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("language"),
        FieldPanel("tags"),
    ]

    class Meta:
        verbose_name = _("wiki page")
        indexes = [
            models.Index("community", F("edited_at").desc(), name="pages_recently_edited"),
            models.Index("parent_page", "position", "title_key", name="children_in_order"),
            models.Index("community", "title_key", name="pages_by_title"),
            models.Index(
                F("trashed_at").desc(),
                name="pages_in_trash",
                condition=models.Q(trashed_at__isnull=False, trashed_under__isnull=True),
            ),
            *CARE_INDEXES,
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["parent_page", "title_key"],
                condition=models.Q(trashed_at__isnull=True),
                name="title_once_in_a_place",
            )
        ]

    # Made from the text or kept by the tree: no part of a version, and never taken back from one.
    DERIVED: ClassVar[tuple[str, ...]] = (
        "address", "parent_page", "title_key", "position", "html", "renderer_version", "plain", "contents", "crumbs", "contributors",
        "tag_names", "version", "word_count", "source", "source_digest", "edited_at", "edited_by", "trashed_at",
        "trashed_by", "trashed_under", "original", "translated_version", "major_version", "imported_authors", "reaction_counts", *CARE_FIELDS,
    )  # fmt: skip

    exclude_fields_in_copy = DERIVED

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Let Wagtail's admin save: fill in what its forms do not know. Everybody else calls `wiki.actions`."""
        from wiki.border import prepare

        prepare(self)
        return super().save(*args, **kwargs)

    def serializable_data(self) -> dict[str, Any]:
        """Return what a version keeps."""
        data: dict[str, Any] = super().serializable_data()
        for name in self.DERIVED:
            data.pop(name, None)
        return data

    def with_content_json(self, content: Any) -> WikiPage:
        """Return the page as a version has it, with what belongs to the page as a whole as it is today."""
        page: WikiPage = super().with_content_json(content)
        page.community_id = self.community_id
        for name in self.DERIVED:
            attname = self._meta.get_field(name).attname  # type: ignore[union-attr]
            setattr(page, attname, getattr(self, attname))
        return page

    def clean(self) -> None:
        """Refuse, in Wagtail's admin, a title that a sister page has."""
        super().clean()
        from wiki.border import check_title

        check_title(self)

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:
        """Tell Wagtail where the page is read."""
        parts = super().get_url_parts(request)
        return (parts[0], parts[1] or "", self.get_absolute_url()) if parts else None

    def get_absolute_url(self) -> str:
        """Return the address people read the page at."""
        from django.urls import reverse

        return reverse("wiki:page", args=[self.address])


class VersionNote(models.Model):
    """What Wagtail's revision does not know: summary, minor change, size, and where the text came from.

    A version that an administrator deleted keeps this row and no revision: who wrote it when, who deleted it and why.
    """

    revision = models.OneToOneField(Revision, null=True, on_delete=models.SET_NULL, related_name="version_note")
    page = models.ForeignKey(WikiPage, on_delete=models.CASCADE, related_name="version_notes")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # [user id, ...] who wrote it together with the author, who is the one that saved.
    together = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    summary = models.CharField(_("summary of the change"), max_length=200, blank=True)
    is_minor = models.BooleanField(_("minor change"), default=False)
    added = models.PositiveIntegerField(default=0)  # words
    removed = models.PositiveIntegerField(default=0)
    restored_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whose change was merged in without asking, when the save met a newer version.
    merged_with = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    deleted_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.page_id} version {self.number}"


class PageLink(models.Model):
    """A page links to a page, which may not exist yet (a red link: `target` empty, `title` wanted)."""

    source = models.ForeignKey(WikiPage, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(
        WikiPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="links_in",
    )
    # What stands between the brackets or in the address: enough to bind the link when the page comes to be.
    title = models.CharField(max_length=500)
    # The title without regard to capitals (`titles.title_key`), or "/wiki/..." for an address.
    key = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="link_once")]
        indexes = [models.Index(fields=["key"], name="links_by_key")]

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.target_id or self.title}"


class TextLink(models.Model):
    """What `PageLink` is for pages, for a text that is none: the post or step it stands in is `source`."""

    target = models.ForeignKey(WikiPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=500)
    key = models.CharField(max_length=500)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} -> {self.target_id}"


class PostLink(TextLink):
    """A post links to a page, which may not exist yet."""

    source = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="page_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="post_link_once")]
        indexes = [models.Index(fields=["key"], name="post_links_by_key")]


class PageTemplate(models.Model):
    """A page is offered as what new pages of its section begin with: its text, its tags, and this for a title."""

    page = models.OneToOneField(WikiPage, on_delete=models.CASCADE, related_name="template_row")
    title_pattern = models.CharField(_("title of new pages"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"template {self.page_id}"


class Draft(models.Model):
    """What somebody has typed and not saved, private to its author."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="wiki_drafts")
    # Of an existing page, or of a new one below `parent`.
    page = models.ForeignKey(WikiPage, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    parent = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    base_revision_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "page"], name="one_draft_a_page")]
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return f"draft of {self.author_id}: {self.title}"


class Editing(models.Model):
    """Somebody has a page open for writing, in one tab; told to its readers while the browser says so now and then."""

    page = models.ForeignKey(WikiPage, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tab = models.CharField(max_length=32)
    # Seconds since 1970: a number that prepared queries can compare with.
    seen_until = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "user", "tab"], name="editing_once_a_tab")]

    def __str__(self) -> str:
        return f"{self.user_id} edits {self.page_id}"
