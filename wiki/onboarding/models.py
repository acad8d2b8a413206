"""A path is an ordered list of steps; an enrolment is a person on a path."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from intranet.people.models import Community, InCommunityQuerySet, User
from intranet.people.models.people import is_current
from wiki.models import TextLink, WikiPage


class Path(models.Model):
    """An ordered list of steps, read by whoever reads its community."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="paths")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    purpose = models.CharField(_("who it is for"), max_length=500, blank=True)
    language = models.CharField(max_length=2, choices=WikiPage.Language, default=WikiPage.Language.FI)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_paths")
    created_at = models.DateTimeField(default=timezone.now)

    objects = InCommunityQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One thing to do on a path."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        DO = "do", _("Do")
        MEET = "meet", _("Meet")
        POST = "post", pgettext_lazy("step", "Post")

    class Whom(models.TextChoices):
        BUDDY = "buddy", _("the buddy")
        MANAGER = "manager", _("the manager")
        PERSON = "person", _("a colleague")

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what to do"), max_length=4000, blank=True)
    html = models.TextField(editable=False, default="")
    # Days from the start date, negative before it; working days after it.
    due_days = models.SmallIntegerField(_("due, days from the start"), default=0)
    page = models.ForeignKey(
        WikiPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="onboarding_steps",
    )
    whom = models.CharField(_("whom to meet"), max_length=7, choices=Whom, blank=True)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Where a "post" step is done.
    community = models.ForeignKey(Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="step_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class StepLink(TextLink):
    """The text of a step links to a page; the page a step is about stands in the step itself."""

    source = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="page_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="step_link_once")]
        indexes = [models.Index(fields=["key"], name="step_links_by_key")]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments are nobody's business but the person's, the buddy's, the manager's and the path owner's."""

    def visible_to(self, user: Any) -> EnrolmentQuerySet:
        """Return the enrolments `user` may see the progress of, in communities `user` may still read."""
        if not is_current(user):
            return self.none()
        mine = Q(person=user) | Q(buddy=user) | Q(manager=user) | Q(path__owner=user)
        return self.filter(mine, path__community_id__in=Community.objects.visible_to(user).values("pk"))


class Enrolment(models.Model):
    """A person is on a path, with start date, buddy and manager."""

    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolments")
    start_on = models.DateField(_("start date"))
    buddy = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="buddy_of")
    manager = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="manages")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "person"], name="on_a_path_once")]
        ordering = ["-start_on", "pk"]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.path_id}"


class Completion(models.Model):
    """A step is done."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="completions")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="completions")
    completed_at = models.DateTimeField(default=timezone.now)
    completed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    # The diary row of the act that completed the step by itself: one act completes one step, however often it is read.
    activity_id = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="completed_once"),
            models.UniqueConstraint(fields=["enrolment", "activity_id"], name="one_step_an_act"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} did {self.step_id}"
