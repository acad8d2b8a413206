"""What of a conversation can be quoted, who would read it then, and where a page came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Left

from feed.models import Post
from intranet.people.models import Community, User
from wiki.harvest.models import Harvest
from wiki.models import WikiPage, WikiSection
from wiki.moving import readers_of

MOST_POSTS = 300
PREVIEWED = 400


def quotable(user: Any, thread: Post) -> QuerySet[Any, Any]:
    """Return the posts of a thread that `user` may quote, in order: what she reads there now, nothing deleted."""
    found: QuerySet[Any, Any] = Post.objects.visible_to(user).present().filter(Q(pk=thread.pk) | Q(thread=thread.pk))
    return found.select_related("author").order_by("created_at", "pk")


@dataclass(frozen=True, slots=True)
class Gains:
    """How many read the page who cannot read the conversation; `guests` of them are no employees.

    `code` names the two places: whoever agreed to this agreed to nothing else.
    """

    people: int
    guests: int
    code: str


def gains(source: Community, target: Community) -> Gains | None:
    """Return who gains when words said in `source` stand on a page of `target`, None when nobody does."""
    if source.pk == target.pk:
        return None
    gaining = readers_of(target).exclude(pk__in=readers_of(source).values("pk"))
    people = gaining.count()
    if not people:
        return None
    guests = gaining.filter(is_guest=True).count()
    return Gains(people, guests, f"{source.pk}:{source.kind}>{target.pk}:{target.kind}")


def known_to_all(target: Community, people: set[int]) -> set[int]:
    """Return which of these people every reader of `target` may know of: employees, and guests who are in it."""
    rows = User.objects.get_queryset().filter(pk__in=people)
    inside = Q(pk__in=target.memberships.values("user_id"))
    employees = Q(is_guest=False)
    if target.kind != Community.Kind.OPEN and target.memberships.filter(user__is_guest=True).exists():
        # A guest knows only those who share a community with the guest.
        employees = inside
    return set(rows.filter(employees | inside).values_list("pk", flat=True))


def harvest_of(user: Any, draft: int | None) -> Harvest | None:
    """Return what a draft of `user`'s was made of, None when it was made by hand."""
    if not draft:
        return None
    found = Harvest.objects.filter(author_id=user.pk, draft_id=draft, page__isnull=True)
    return found.select_related("thread__community").first()


def own_harvest(user: Any, pk: int) -> Harvest | None:
    """Return one of `user`'s own by its number."""
    found = Harvest.objects.filter(author_id=user.pk, pk=pk) if 0 < pk < 2**63 else Harvest.objects.none()
    return found.select_related("draft", "page").first()


def place_for(user: Any, pk: int) -> WikiPage | WikiSection | None:
    """Return the page or section of this number that `user` may read."""
    page: WikiPage | None = WikiPage.objects.visible_to(user).filter(pk=pk).first()
    readable = Community.objects.visible_to(user).values("pk")
    return page or WikiSection.objects.filter(pk=pk, community_id__in=readable).first()


def origins_of(viewer: Any, page: int) -> QuerySet[Any, Any]:
    """Build the part of `wiki.reading` that finds the conversations a page was made of (`settings.BACKLINKS`)."""
    threads = Harvest.objects.filter(page_id=page).values("thread_id")
    found: QuerySet[Any, Any] = Post.objects.visible_to(viewer).listed().filter(pk__in=threads).order_by()
    thread, at = Coalesce("thread_id", "pk"), Cast("created_at", CharField())
    # A thread goes on without its first post, whose words are gone then.
    said = Case(When(deleted_at__isnull=True, then=Left("html", PREVIEWED)), default=Value(""))
    return found.values_list(Value("origin"), "pk", said, "author__name", "community__name", thread, at)
