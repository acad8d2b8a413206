"""Every change to who looks after a page and to what its readers say about it.

A refusal is DoesNotExist (what the actor may not see), PermissionDenied or ValidationError by field, as in `wiki.actions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import Community, User
from intranet.people.permissions import can_moderate
from intranet.text import clean_text
from wiki.care.confirming import CONFIRMED, backdate, confirm, count_flags, house_day, tell, write_care
from wiki.care.models import Confirmation, Interval, PageFlag
from wiki.care.permissions import can_resolve_flag, speaks_for_owner
from wiki.care.schedule import LEAD, next_review
from wiki.models import WikiPage
from wiki.permissions import can_write_in
from wiki.writing import lock_row

MAX_REASON = 500
FURTHEST = timedelta(days=3653)  # ten years
BULK = 200
# A new owner has the rest of a week for the first confirmation. The last day of it is nearer than `LEAD`, so that lists
# find what is due by `review_on` alone; pages of nobody have none.
FIRST = LEAD - timedelta(days=1)
# A second click on the same button is the same confirmation.
SAME_CLICK = timedelta(seconds=60)

Owner = User | Community | None


@dataclass(frozen=True, slots=True)
class Keep:
    """Stands for "as it is" where None says "nobody"."""


KEEP = Keep()


def _lock_readable(actor: User, page: WikiPage | int) -> WikiPage:
    """Return a page the actor may read, locked until the transaction ends. Raises WikiPage.DoesNotExist."""
    pk = page if isinstance(page, int) else page.pk
    lock_row(pk)
    locked: WikiPage = WikiPage.objects.visible_to(actor).select_related("community").get(pk=pk)
    return locked


def possible_owner(actor: User, page: WikiPage, owner: Owner) -> Owner:
    """Return an owner the actor may name for this page. Raises ValidationError (field `owner`).

    A person is a member of the page's community: whoever keeps it right must be able to change it. A community is the
    page's own, or one whose name its readers may know.
    """
    if isinstance(owner, User):
        known = User.objects.visible_to(actor).active().filter(memberships__community=page.community_id)
        if not known.filter(pk=owner.pk).exists():
            words = _("Choose somebody who is a member of %(name)s: the owner must be able to change the page.")
            raise ValidationError({"owner": words % {"name": page.community.name}})
    elif isinstance(owner, Community) and owner.pk != page.community_id:
        listed = Community.objects.listed_for(actor).exclude(kind=Community.Kind.HIDDEN)
        if not listed.filter(pk=owner.pk).exists():
            raise ValidationError({"owner": _("Choose a community that the readers of the page may know of.")})
    return owner


def clean_interval(every: str, chosen: date | None) -> tuple[str, date | None]:
    """Return interval and chosen day as they are stored. Raises ValidationError (`review_every`, `review_date`)."""
    if every not in Interval.values:
        raise ValidationError({"review_every": _("Choose how often the page is looked at.")})
    if every != Interval.DATE:
        return every, None
    today = house_day()
    if chosen is None:
        raise ValidationError({"review_date": _("Choose the day.")})
    if not today < chosen <= today + FURTHEST:
        raise ValidationError({"review_date": _("Choose a day in the next ten years.")})
    return every, chosen


@transaction.atomic
def change_care(
    *,
    actor: User,
    page: WikiPage | int,
    owner: Owner | Keep = KEEP,
    review_every: str | None = None,
    review_date: date | None = None,
    at: datetime | None = None,
) -> WikiPage:
    """Give a page an owner (a person, a community, None) and a review interval; what is left out stays as it is.

    A new owner confirms the page first: until then it is due. Members of the page's community do this.
    """
    current = _lock_readable(actor, page)
    if not can_write_in(actor, current.community_id):
        raise PermissionDenied(_("Only members of the community change its pages."))
    if not isinstance(owner, Keep):
        possible_owner(actor, current, owner)
    chosen: tuple[str, date | None] | None = None
    if review_every is not None and (review_every, review_date) != (current.review_every, current.review_date):
        chosen = clean_interval(review_every, review_date)
    _change(current, actor, owner, chosen, at)
    return current


def _change(
    page: WikiPage,
    actor: User,
    owner: Owner | Keep,
    chosen: tuple[str, date | None] | None,
    at: datetime | None = None,
    *,
    is_one_of_many: bool = False,
) -> bool:
    """Change a locked page's care, tell the diary; False when it was all so already."""
    data: dict[str, Any] = {}
    if not isinstance(owner, Keep) and (
        page.left_owner_id or owner_key(page) != ((owner._meta.model_name, owner.pk) if owner else None)
    ):
        data["from_owner"] = page.owner_person_id
        page.owner_person = owner if isinstance(owner, User) else None
        page.owner_community = owner if isinstance(owner, Community) else None
        page.left_owner = page.confirmed_at = page.confirmed_by = None
        page.review_on = house_day(at) + FIRST if owner else None
    if chosen is not None:
        data["every"] = chosen[0]
        page.review_every, page.review_date = chosen
        if page.confirmed_at:
            page.review_on = next_review(*chosen, house_day(page.confirmed_at))
    if not data:
        return False
    if is_one_of_many:
        data["together"] = True
    write_care(
        page, "owner_person_id", "owner_community_id", "left_owner_id", "review_every", "review_date", *CONFIRMED
    )
    target = page.owner_person or page.owner_community if "from_owner" in data else None
    activity = record(
        actor=actor, verb="review.assigned", object=page, target=target, community_id=page.community_id, data=data
    )
    backdate(activity, at)
    tell(page)
    return True


def give_to(page: WikiPage, actor: User, to: User) -> bool:
    """Give one of many locked pages to somebody, who is told of all of them at once (`handing.actions`)."""
    return _change(page, actor, to, None, is_one_of_many=True)


def owner_key(page: WikiPage) -> tuple[str, int] | None:
    """Return what kind of owner a page has and which, None when it has none."""
    if page.owner_person_id:
        return "user", page.owner_person_id
    return ("community", page.owner_community_id) if page.owner_community_id else None


@transaction.atomic
def confirm_page(*, actor: User, page: WikiPage | int, at: datetime | None = None) -> Confirmation:
    """Say that a page is right as it is: the owner does, or a member of the community that owns it."""
    current = _lock_readable(actor, page)
    if not speaks_for_owner(actor, current):
        raise PermissionDenied(_("Only the owner of a page confirms it."))
    moment = at or timezone.now()
    last: Confirmation | None = current.confirmations.filter(undone_at__isnull=True).first()
    is_mine = last is not None and last.person_id == actor.pk and last.created_at == current.confirmed_at
    if last and is_mine and not current.open_flags and timedelta(0) <= moment - last.created_at < SAME_CLICK:
        return last
    return confirm(current, actor, moment, is_save=False)


@transaction.atomic
def undo_confirmation(*, actor: User, confirmation: int) -> WikiPage:
    """Take the actor's own confirmation back; flags that it resolved are open again.

    Raises DoesNotExist for anybody else's, ValidationError when the page has changed hands or was confirmed since.
    """
    row = Confirmation.objects.visible_to(actor).get(pk=confirmation, person=actor)
    page = _lock_readable(actor, row.page_id)
    row.refresh_from_db()
    if row.undone_at or page.confirmed_at != row.created_at:
        raise ValidationError(_("This confirmation cannot be taken back any more."))
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    before = row.before
    page.confirmed_at = parse_datetime(before["confirmed_at"]) if before.get("confirmed_at") else None
    page.confirmed_by_id = before.get("confirmed_by_id")
    page.review_on = parse_date(before["review_on"]) if before.get("review_on") else None
    write_care(page, *CONFIRMED)
    _reopen_flags(page, row)
    record(actor=actor, verb="review.undone", object=page, community_id=page.community_id)
    tell(page)
    return page


def _reopen_flags(page: WikiPage, confirmation: Confirmation) -> None:
    # Whoever flagged the page again meanwhile has one open flag already.
    again = PageFlag.objects.filter(page=page, resolved_at__isnull=True).values("person_id")
    flags = PageFlag.objects.filter(confirmation=confirmation).exclude(
        person_id__in=list(again.values_list("person_id", flat=True))
    )
    count_flags(page, flags.update(resolved_at=None, resolved_by=None, outcome="", answer="", confirmation=None))


@transaction.atomic
def flag_page(*, actor: User, page: WikiPage | int, reason: str) -> PageFlag:
    """Say that a page is outdated, and why; saying it again while it is open changes the reason."""
    current = _lock_readable(actor, page)
    reason = _words(reason, "reason", _("Say in a few words what is outdated."))
    flag = PageFlag.objects.filter(page=current, person=actor, resolved_at__isnull=True).first()
    if flag is not None and flag.reason == reason:
        return flag
    if flag is None:
        flag = PageFlag(page=current, person=actor)
        count_flags(current, 1)
    flag.reason = reason
    flag.save()
    record(
        actor=actor, verb="review.flagged", object=current, community_id=current.community_id, data={"flag": flag.pk}
    )
    tell(current)
    return flag


def _words(raw: str, field: str, missing: str) -> str:
    text = clean_text(raw).strip()
    if not any(character.isalnum() for character in text):
        raise ValidationError({field: missing})
    if len(text) > MAX_REASON:
        words = _("At most %(limit)d characters; these are %(length)d.")
        raise ValidationError({field: words % {"limit": MAX_REASON, "length": len(text)}})
    return text


@transaction.atomic
def resolve_flag(*, actor: User, flag: int, answer: str = "") -> PageFlag:
    """Close a flag with an answer; who raised it may take it back without one.

    Raises PageFlag.DoesNotExist for flags of pages the actor may not read, ValidationError (field `answer`).
    """
    row: PageFlag = PageFlag.objects.visible_to(actor).get(pk=flag)
    page = _lock_readable(actor, row.page_id)
    row.refresh_from_db()
    if not can_resolve_flag(actor, page, row):
        raise PermissionDenied(_("Only members of the community answer this."))
    if row.resolved_at:
        return row
    if row.person_id == actor.pk and not answer.strip():
        row.outcome = PageFlag.Outcome.WITHDRAWN
    else:
        row.answer = _words(answer, "answer", _("Say in a few words what became of it."))
        row.outcome = PageFlag.Outcome.ANSWERED
    row.resolved_at, row.resolved_by = timezone.now(), actor
    row.save()
    count_flags(page, -1)
    record(
        actor=actor, verb="review.answered", object=page, target=row.person, community_id=page.community_id,
        data={"flag": row.pk, "outcome": row.outcome},
    )  # fmt: skip
    return row


@transaction.atomic
def change_many(
    *,
    actor: User,
    community: Community,
    pages: Iterable[int],
    owner: Owner | Keep = KEEP,
    review_every: str | None = None,
    review_date: date | None = None,
) -> int:
    """Change owner or interval of several pages of a community, which its moderators do; return how many changed.

    Pages of other communities and such that are gone are passed over.
    """
    Community.objects.visible_to(actor).get(pk=community.pk)
    if not can_moderate(actor, community):
        raise PermissionDenied(_("Only moderators change several pages at once."))
    chosen = clean_interval(review_every, review_date) if review_every is not None else None
    numbers = sorted(set(pages))[:BULK]
    for pk in numbers:
        lock_row(pk)
    found = WikiPage.objects.visible_to(actor).select_related("community").filter(community=community, pk__in=numbers)
    rows = list(found.order_by("pk"))
    if rows and not isinstance(owner, Keep):
        possible_owner(actor, rows[0], owner)
    return sum(_change(page, actor, owner, chosen) for page in rows)
