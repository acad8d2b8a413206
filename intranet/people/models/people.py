"""A person, a team, what a person follows, a person's keys for programs."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, Tag

# Letters that are not a plain letter with an accent.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """Return a name as people search for it, without accents and capitals: "Äijälä" -> "aijala"."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in parts if not unicodedata.combining(character))


class FoldedNameField(models.CharField):  # type: ignore[type-arg]
    """Follows `name`, however the row is written (also by bulk inserts); SQLite cannot ignore accents itself."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the folded name and leave it on the instance."""
        value = fold(model_instance.name)[: self.max_length]  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value


class UserQuerySet(models.QuerySet["User"]):
    """People, as somebody may see them."""

    def active(self) -> UserQuerySet:
        """Return those who may sign in today."""
        today = timezone.localdate()
        return self.filter(Q(active_until__isnull=True) | Q(active_until__gte=today), is_active=True)

    def readers_of(self, community: Any) -> UserQuerySet:
        """Return those who may read the community's contents today: `Community.visible_to` asked the other way."""
        from intranet.people.models.communities import Membership

        inside = Q(pk__in=Membership.objects.filter(community_id=community.pk).values("user_id"))
        return self.active().filter(inside | Q(is_guest=False) if community.kind == "open" else inside)

    def matching(self, text: str) -> UserQuerySet:
        """Return those in whose name every word of `text` occurs, whatever its accents and capitals."""
        found = self
        for word in fold(text.replace("\x00", ""))[:100].split()[:5]:
            found = found.filter(folded_name__contains=word)
        return found

    def visible_to(self, user: Any) -> UserQuerySet:
        """Return the people `user` may know of.

        An employee sees every employee, and the guests of communities she can read; a guest sees nobody but those
        who share a community with the guest. Everybody sees themselves.
        """
        from intranet.people.models.communities import Community, Membership

        if not is_current(user):
            return self.none()
        if user.is_guest:
            mine = Membership.objects.filter(user_id=user.pk).values("community_id")
            return self.filter(
                Q(pk__in=Membership.objects.filter(community_id__in=mine).values("user_id")) | Q(pk=user.pk)
            )
        readable = Community.objects.visible_to(user).values("pk")
        guests = Membership.objects.filter(user__is_guest=True, community_id__in=readable).values("user_id")
        return self.filter(Q(is_guest=False) | Q(pk__in=guests))


class UserManager(BaseUserManager["User"]):
    """Makes people; asks like a queryset."""

    def get_queryset(self) -> UserQuerySet:
        """Return all people."""
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        """See `UserQuerySet.active`."""
        return self.get_queryset().active()

    def readers_of(self, community: Any) -> UserQuerySet:
        """See `UserQuerySet.readers_of`."""
        return self.get_queryset().readers_of(community)

    def visible_to(self, user: Any) -> UserQuerySet:
        """See `UserQuerySet.visible_to`."""
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by mail address, whatever its capitals."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person; for set-up code: `actions.add_person` is the verb."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams."""

    def visible_to(self, user: Any) -> TeamQuerySet:
        """Return all teams for employees, none for guests."""
        return self.none() if not is_current(user) or user.is_guest else self


class Team(models.Model):
    """A unit of the organisation."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    lead = models.ForeignKey("User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[Any] = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserSkill(ItemBase):
    """A tag a person has as a skill; the vocabulary is that of pages and posts."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="people_skills")
    content_object = models.ForeignKey("User", on_delete=models.CASCADE, related_name="skill_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="skill_once")]


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person with name and face. Signs in by mail address."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("mail address"), max_length=254, unique=True)
    # What follows the @ in a mention: lower case ascii, first.last by default.
    handle = models.CharField(_("handle"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    folded_name = FoldedNameField(max_length=120, editable=False, default="")
    # Name of a re-encoded square in the file storage, "" without a photo.
    photo = models.CharField(max_length=120, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=120, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    # Whose public holidays are hers, and on which weekdays she works ("1234": Monday to Thursday); empty is as the house.
    office = models.ForeignKey("people.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    working_days = models.CharField(_("working days"), max_length=7, blank=True, default="", db_default="")
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    about = models.TextField(_("about me"), max_length=2000, blank=True)
    languages = models.JSONField(_("languages spoken"), default=list, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Helsinki")
    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_guest = models.BooleanField(_("guest"), default=False)
    active_until = models.DateField(_("active until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    # The house's own voice: may write announcements wherever she is a member.
    may_announce = models.BooleanField(_("communications"), default=False, db_default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    # Counts up when something that decides what this person sees has changed: part of every cache key about rights.
    rights_version = models.PositiveIntegerField(default=0, editable=False)
    # Part of what a session is checked against: counting up ends every session, wherever it is kept.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    skills = TaggableManager(through=UserSkill, blank=True, verbose_name=_("skills"))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle", "name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]
        indexes = [
            models.Index(fields=["manager"], name="user_of_manager"),
            models.Index(fields=["folded_name", "id"], name="people_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name; Wagtail's admin asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the first name."""
        return self.name.split(" ")[0]

    @property
    def first_name(self) -> str:
        """Return the first name; Wagtail's admin greets with it."""
        return self.get_short_name()

    @property
    def last_name(self) -> str:
        """Return what follows the first name."""
        return self.name.partition(" ")[2]

    def get_absolute_url(self) -> str:
        """Return the profile's address."""
        from django.urls import reverse

        return reverse("people:profile", args=[self.handle])

    @property
    def photo_url(self) -> str:
        """Return the address of the photo, "" without one; it changes with the photo, so it may be cached long."""
        from django.urls import reverse

        return reverse("people:photo", args=[self.handle, self.photo]) if self.photo else ""

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Bind sessions to password and epoch: a change of either ends them."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("people.session", value, secret=secret, algorithm="sha256").hexdigest()


def is_current(user: Any, today: date | None = None) -> bool:
    """Is this a signed-in person whose account is open today?"""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return user.active_until is None or user.active_until >= (today or timezone.localdate())


class OwnQuerySet(models.QuerySet[Any]):
    """Rows that belong to one person and are nobody else's business."""

    def visible_to(self, user: Any) -> Self:
        """Return the person's own rows."""
        owner = "follower_id" if self.model is Follow else "user_id"
        return self.filter(**{owner: user.pk}) if is_current(user) else self.none()


class Follow(models.Model):
    """A person follows a person or a tag; exactly one of the two."""

    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="followers")
    tag = models.ForeignKey(Tag, null=True, blank=True, on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "person"], name="follow_person_once"),
            models.UniqueConstraint(fields=["follower", "tag"], name="follow_tag_once"),
            models.CheckConstraint(
                name="follow_one_thing",
                condition=Q(person__isnull=True, tag__isnull=False) | Q(person__isnull=False, tag__isnull=True),
            ),
            models.CheckConstraint(
                name="follow_not_self",
                condition=Q(person__isnull=True) | ~Q(person=F("follower")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.person_id or self.tag_id}"


class AccessToken(models.Model):
    """A personal key for programs: shown once, kept as a digest, revocable."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.READ)
    # SHA-256 of 32 random bytes needs no salt: there is nothing to guess.
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.scope}) of {self.user_id}"
