"""A path, its versions, and the steps they are made of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from intranet.people.models import Community, InCommunityQuerySet, User
from wiki.models import TextLink, WikiPage


class Path(models.Model):
    """What leads somebody through the first weeks, or the last ones, read by whoever reads its community."""

    class Kind(models.TextChoices):
        """What its start date is: the first day somewhere, or the last."""

        JOINING = "joining", _("for somebody who begins")
        LEAVING = "leaving", _("for somebody who leaves")

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="paths")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    purpose = models.CharField(_("who it is for"), max_length=500, blank=True)
    language = models.CharField(max_length=2, choices=WikiPage.Language, default=WikiPage.Language.FI)
    kind = models.CharField(
        _("kind"), max_length=7, choices=Kind, default=Kind.JOINING, db_default="joining", blank=True
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_paths")
    created_at = models.DateTimeField(default=timezone.now)
    # The newest version: what the next person gets.
    present = models.ForeignKey("PathVersion", null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    # Nobody new goes on it; whoever is on it walks it to its end.
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InCommunityQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_leaving(self) -> bool:
        """Is the start date the person's last day?"""
        return self.kind == self.Kind.LEAVING


class Role(models.Model):
    """Somebody a path needs besides buddy and manager, such as IT or HR: held by one person for all, or for one."""

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("role"), max_length=60)
    holder = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whoever holds it sees how people get on; otherwise only her own tasks.
    sees_progress = models.BooleanField(_("sees progress"), default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["path", "name"], name="role_of_path_once")]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One thing to do: what it says and how it is done. Its text is the same for everybody, whatever their version."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        DO = "do", _("Do")
        MEET = "meet", _("Meet")
        POST = "post", pgettext_lazy("step", "Post")
        IMPROVE = "improve", _("Improve a page")
        LINK = "link", _("Watch or open")
        TASK = "task", _("A colleague’s task")
        CHECK_IN = "check_in", _("Check-in")

    class Whom(models.TextChoices):
        BUDDY = "buddy", _("the buddy")
        MANAGER = "manager", _("the manager")
        PERSON = "person", _("a colleague")
        ROLE = "role", _("a role")

    class Proof(models.TextChoices):
        """How a step is completed."""

        TICK = "tick", _("a tick")
        NOTE = "note", _("a note")
        FILE = "file", _("a file")
        PAGE = "page", _("at the end of the page")
        QUIZ = "quiz", _("a check question")
        ANSWER = "answer", _("an answer")
        ACT = "act", _("the act itself")

    class Act(models.TextChoices):
        """What somebody does to complete a step; "" of a "post" step is any post or reply."""

        INTRODUCE = "introduce", _("introduce oneself")
        ASK = "ask", _("ask a question")
        ANSWER = "answer", _("answer a question")
        THANK = "thank", _("thank somebody")
        # Of a "do" step on the path of somebody who leaves.
        HAND_OVER = "hand_over", _("hand over one’s pages")

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="steps")
    # Of a step for one person alone: where it stands and when it is due. Others have both in their version.
    position = models.PositiveIntegerField(default=0)
    due_days = models.SmallIntegerField(_("due, days from the start"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what to do"), max_length=4000, blank=True)
    html = models.TextField(editable=False, default="")
    page = models.ForeignKey(
        WikiPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="onboarding_steps",
    )
    # Whom to meet; of a colleague's task, who does it.
    whom = models.CharField(_("whom to meet"), max_length=7, choices=Whom, blank=True)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Where a "post" step is done; empty is anywhere.
    community = models.ForeignKey(Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proof = models.CharField(_("completed by"), max_length=6, choices=Proof, default=Proof.TICK, db_default="tick")
    act = models.CharField(_("act"), max_length=9, choices=Act, blank=True, default="", db_default="")
    url = models.URLField(_("address"), max_length=500, blank=True, default="", db_default="")
    question = models.CharField(_("question"), max_length=500, blank=True, default="", db_default="")
    # Of a check question what may be chosen, and which of it is right, from 0 on.
    choices = models.JSONField(_("choices"), default=list, blank=True)
    right = models.SmallIntegerField(_("right choice"), null=True, blank=True)
    # Who reads the answer to a check-in, of READERS; said before anybody answers.
    readers = models.JSONField(_("who reads the answer"), default=list, blank=True)
    # May be read by signed link before the first day: its words and its page, nothing else.
    is_early = models.BooleanField(_("may be read before the first day"), default=False, db_default=False)
    # Which of the house's page templates (wiki.patterns) the page it still needs may begin with.
    template = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)
    # What is the same step in several paths: the page to read, or the step it was copied from.
    key = models.CharField(max_length=40, editable=False, default="", db_default="", db_index=True)
    only_for = models.ForeignKey(
        "Enrolment", null=True, blank=True, on_delete=models.CASCADE, related_name="own_steps", editable=False
    )
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)

    READERS = ("buddy", "manager", "owner", "roles")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="step_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class PathVersion(models.Model):
    """How a path is built: which steps in which order, when, and what waits for what. Never changed while walked."""

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(_("what changed"), max_length=300, blank=True)
    # Somebody decided: whoever is on an older version stays there.
    is_for_new_only = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["path", "number"], name="version_of_path_once")]

    def __str__(self) -> str:
        return f"{self.path_id} version {self.number}"


class VersionStep(models.Model):
    """A step in its place in a version."""

    version = models.ForeignKey(PathVersion, on_delete=models.CASCADE, related_name="lines")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    # Days from the start date: calendar days before it, working days after it.
    due_days = models.SmallIntegerField(_("due, days from the start"), default=0)
    # Numbers of the steps that are to be done first.
    waits_for = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "step"], name="step_of_version_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.step_id}"


class StepLink(TextLink):
    """The text of a step links to a page; the page a step is about stands in the step itself."""

    source = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="page_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="step_link_once")]
        indexes = [models.Index(fields=["key"], name="step_links_by_key")]
