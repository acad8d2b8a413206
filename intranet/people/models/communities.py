"""A community, who is in it, and the one rule of who sees what."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models.people import User, fold, is_current


class CommunityQuerySet(models.QuerySet["Community"]):
    """Communities, as somebody may see them."""

    def visible_to(self, user: Any) -> CommunityQuerySet:
        """Return the communities whose contents `user` may read: for everything readable this is the rule.

        Open ones for employees, and those the person is a member of. Nobody, administrators included, reads more.
        """
        if not is_current(user):
            return self.none()
        mine = Q(pk__in=Membership.objects.filter(user_id=user.pk).values("community_id"))
        return self.filter(mine if user.is_guest else mine | Q(kind=Community.Kind.OPEN))

    def listed_for(self, user: Any) -> CommunityQuerySet:
        """Return the communities whose name and purpose `user` may know: closed ones are listed for employees."""
        if not is_current(user):
            return self.none()
        mine = Q(pk__in=Membership.objects.filter(user_id=user.pk).values("community_id"))
        return self.filter(mine if user.is_guest else mine | ~Q(kind=Community.Kind.HIDDEN))

    def named(self, words: str) -> list[int]:
        """Return the primary keys of those in whose name every one of `words` occurs, whatever accents and capitals."""
        wanted = fold(words).split()[:5]
        return [pk for pk, name in self.values_list("pk", "name") if all(word in fold(name) for word in wanted)]

    def of_member(self, user: Any) -> CommunityQuerySet:
        """Return the communities `user` is a member of."""
        return self.visible_to(user).filter(memberships__user_id=user.pk)

    def with_mine(self, user: Any) -> CommunityQuerySet:
        """Add what `user` has to do with each: `my_role` ("" when none), `asked`, `readable`, `member_count`.

        A community that may not be read says nothing about its size.
        """
        mine = Membership.objects.filter(community_id=models.OuterRef("pk"), user_id=user.pk).values("role")
        asked = JoinRequest.objects.filter(community_id=models.OuterRef("pk"), user_id=user.pk, decided_at__isnull=True)
        members = (
            Membership.objects.filter(community_id=models.OuterRef("pk"))
            .order_by()
            .values("community_id")
            .annotate(number=models.Count("pk"))
            .values("number")
        )
        return self.annotate(
            my_role=Coalesce(models.Subquery(mine[:1]), models.Value("")),
            asked=models.Exists(asked),
            readable=models.Case(
                models.When(~Q(my_role=""), then=True),
                models.When(kind=Community.Kind.OPEN, then=not user.is_guest),
                default=False,
            ),
            member_count=models.Case(
                models.When(readable=True, then=Coalesce(models.Subquery(members), 0)), default=None
            ),
        )


class InCommunityQuerySet(models.QuerySet[Any]):
    """Rows with a `community` column of their own: the base of every queryset of something readable."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows of communities whose contents `user` may read."""
        return self.filter(community_id__in=Community.objects.visible_to(user).values("pk"))


class Community(models.Model):  # type: ignore[django-manager-missing]
    """Members, a feed and a wiki section under one visibility."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        HIDDEN = "hidden", _("hidden")

    # Not unique: "this name is taken" would tell that a hidden community of that name exists.
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("who may read"), max_length=6, choices=Kind, default=Kind.OPEN)
    hue = models.PositiveSmallIntegerField(_("colour"), default=0)  # 0 to 23, steps of 15 degrees
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    # The community of all employees; there is exactly one and it cannot be left.
    is_everyone = models.BooleanField(default=False, editable=False)
    by_request = models.BooleanField(_("joining is asked for"), default=False)
    # The part before the @ of the address that starts a thread by mail.
    mail_name = models.SlugField(_("mail name"), max_length=60, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # When the newest post came; lets the menu say "something new" without looking at posts.
    last_activity_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "communities"
        constraints = [
            models.UniqueConstraint(
                fields=["is_everyone"],
                condition=Q(is_everyone=True),
                name="one_everyone",
            ),
            models.CheckConstraint(name="community_hue", condition=Q(hue__lt=24)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the community's page."""
        from django.urls import reverse

        return reverse("feed:community", args=[self.slug])


class MembershipQuerySet(InCommunityQuerySet):
    """Who is where; visible like the community."""

    def in_order(self) -> MembershipQuerySet:
        """Return members with their people, moderators first, then by name: fit for keyset pages."""
        rows: MembershipQuerySet = self.select_related("user", "user__team").order_by(*MEMBER_ORDER)
        return rows


# "moderator" sorts behind "member".
MEMBER_ORDER = ("-role", "user__folded_name", "pk")


class Membership(models.Model):
    """A person is in a community."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        MODERATOR = "moderator", _("moderator")

    class Origin(models.TextChoices):
        SELF = "self", _("joined")
        ADDED = "added", _("added")
        DIRECTORY = "directory", _("from the directory")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role, default=Role.MEMBER)
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.SELF)
    created_at = models.DateTimeField(default=timezone.now)
    # Threads whose last activity is not after this count as read, whatever their own position says.
    read_until = models.DateTimeField(default=timezone.now)
    muted = models.BooleanField(default=False)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "community"], name="member_once")]
        indexes = [
            # Moderators first, then whoever came first: the start of the list stands beside every community's page.
            models.Index("community", models.F("role").desc(), "created_at", "id", name="members_by_role")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.community_id}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Requests to join."""

    def visible_to(self, user: Any) -> JoinRequestQuerySet:
        """Return the requests `user` made or may decide: those of communities the person moderates."""
        if not is_current(user):
            return self.none()
        moderated = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR).values("community_id")
        decides = Q(community_id__in=moderated)
        if user.is_staff and not user.is_guest:
            decides |= Q(community__kind=Community.Kind.OPEN)
        return self.filter(Q(user_id=user.pk) | decides)

    def waiting(self) -> JoinRequestQuerySet:
        """Return those nobody has decided, oldest first."""
        return self.filter(decided_at__isnull=True).order_by("created_at", "pk")

    def decided(self) -> JoinRequestQuerySet:
        """Return those somebody has decided."""
        return self.filter(decided_at__isnull=False)


class JoinRequest(models.Model):
    """Somebody asks to join a closed community, or an open one where joining is asked for."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="join_requests")
    note = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted = models.BooleanField(default=False)
    # The word that went with the decision; nullable, so that a large table need not be written anew for it.
    answer = models.CharField(_("a word to go with it"), max_length=300, null=True, blank=True)

    objects: ClassVar[Any] = JoinRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "community"],
                condition=Q(decided_at__isnull=True),
                name="one_open_request",
            )
        ]
        indexes = [
            models.Index("community", models.F("decided_at").desc(), models.F("id").desc(), name="requests_decided")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} asks to join {self.community_id}"
