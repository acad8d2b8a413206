"""What is stored about who looks after a page: columns of the page's own row, confirmations, flags, weekly bundles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, User


class Interval(models.TextChoices):
    """How often a page is looked at again."""

    NEVER = "never", _("never")
    MONTH = "1", _("every month")
    QUARTER = "3", _("every 3 months")
    HALF_YEAR = "6", _("every 6 months")
    YEAR = "12", _("every year")
    DATE = "date", _("on a date")


class Cared(models.Model):
    """Columns of a page that say how it stands, so that lists and the page itself need no other row.

    `review_on` is made of the others when one of them changes (`schedule.next_review`), never when somebody reads.
    """

    owner_person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    owner_community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False,
        db_index=False,
    )  # fmt: skip
    # Whose page it was until they left; the community's moderators hand it over.
    left_owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    review_every = models.CharField(max_length=5, choices=Interval, default=Interval.NEVER, editable=False)
    review_date = models.DateField(null=True, blank=True, editable=False)  # the chosen day of "on a date"
    review_on = models.DateField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    open_flags = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


CARE_FIELDS = ("owner_person", "owner_community", "left_owner", "review_every", "review_date", "review_on",
               "confirmed_at", "confirmed_by", "open_flags")  # fmt: skip
CARE_INDEXES = [
    # What somebody looks after, the most urgent first; most pages are nobody's and in none of these.
    models.Index("owner_person", "review_on", name="pages_of_owner", condition=Q(owner_person__isnull=False)),
    models.Index("owner_community", "review_on", name="pages_of_owners", condition=Q(owner_community__isnull=False)),
    models.Index("community", "review_on", name="pages_to_review", condition=Q(review_on__isnull=False)),
    models.Index("community", name="pages_left_behind", condition=Q(left_owner__isnull=False)),
    models.Index("community", name="pages_flagged", condition=Q(open_flags__gt=0)),
]


class OfPageQuerySet(models.QuerySet[Any]):
    """Rows about a page; seen by whoever may read the page."""

    def visible_to(self, user: Any) -> OfPageQuerySet:
        """Return the rows of pages that `user` may read."""
        from wiki.models import WikiPage

        return self.filter(page_id__in=WikiPage.objects.visible_to(user).values("pk"))


class Confirmation(models.Model):
    """The owner said that the page is right, by a click or by saving it."""

    page = models.ForeignKey("wiki.WikiPage", on_delete=models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    is_save = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict)  # the page's columns that it changed, for taking it back

    objects: ClassVar[Any] = OfPageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index("page", models.F("created_at").desc(), name="confirmations_of_page")]

    def __str__(self) -> str:
        return f"{self.person_id} confirms {self.page_id}"


class PageFlag(models.Model):
    """A reader says that a page is outdated, and why: a task for its owner until it is resolved."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        SAVED = "saved", _("changed")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("taken back")

    page = models.ForeignKey("wiki.WikiPage", on_delete=models.CASCADE, related_name="flags")
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    confirmation = models.ForeignKey(
        Confirmation, null=True, blank=True, on_delete=models.SET_NULL, related_name="flags"
    )

    objects: ClassVar[Any] = OfPageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "person"], condition=Q(resolved_at__isnull=True), name="flagged_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} flags {self.page_id}"


class ReviewBundle(models.Model):
    """An owner was told of all pages that wait, once in this week."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    week_on = models.DateField()  # its Monday
    pages = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "week_on"], name="bundle_once_a_week")]

    def __str__(self) -> str:
        return f"{self.pages} pages for {self.person_id} in the week of {self.week_on}"
