"""A deterministic company of any size, by bulk insert: to measure with, not to look at."""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils.html import escape
from taggit.models import Tag

from feed.models import Post
from intranet.demo.sentences import passage
from intranet.people.models import Community, Follow, Membership, Team, User
from intranet.text import RENDERER_VERSION

PASSWORD = "loikka-demo-2026"  # noqa: S105  # of accounts that hold nothing
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SPAN = timedelta(days=730)
BATCH = 2000
COMMUNITIES_EACH, PEOPLE_FOLLOWED, TAGS_FOLLOWED, TAGS = 30, 50, 20, 200
REPLIES_IN_THREE = 2  # of three posts, two are replies

Say = Callable[[str], None]


def in_batches(rows: Iterator[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Cut an iterator into lists."""
    while batch := list(islice(rows, size)):
        yield batch


def load_people(count: int, say: Say) -> list[int]:
    """Make `count` people with mail addresses p0@company.example, p1@… and one password; return their keys."""
    secret = make_password(PASSWORD)
    chance = random.Random(1)  # noqa: S311  # everything here must come out the same every time
    first = ["Aino", "Eero", "Helmi", "Onni", "Sylvi", "Väinö", "Astrid", "Nils", "Grace", "Omar"]
    last = ["Korhonen", "Mäkelä", "Nieminen", "Sjöberg", "Lindqvist", "Hämäläinen", "Smith", "Okafor", "Öhman", "Laine"]
    teams = [Team.objects.get_or_create(name=f"Team {number}")[0].pk for number in range(max(1, count // 50))]
    people = (
        User(
            email=f"p{number}@company.example",
            handle=f"person.n{number}",
            name=f"{chance.choice(first)} {chance.choice(last)} {number}",
            password=secret,
            team_id=chance.choice(teams),
            language="en",
            date_joined=NOW - SPAN,
        )
        for number in range(count)
    )
    for batch in in_batches(people):
        User.objects.bulk_create(batch)
    say(f"{count} people")
    return list(User.objects.filter(email__endswith="@company.example").order_by("pk").values_list("pk", flat=True))


def load_communities(count: int, people: list[int], say: Say) -> tuple[list[int], dict[int, list[int]]]:
    """Make communities (eight of ten open, one closed, one hidden) with members; return keys and members by key."""
    chance = random.Random(2)  # noqa: S311
    kinds = ["open"] * 8 + ["closed", "hidden"]
    everyone = Community.objects.filter(is_everyone=True).first() or Community.objects.create(
        name="Everyone in the company", slug="company-everyone", is_everyone=True, created_at=NOW - SPAN
    )
    Community.objects.bulk_create(
        [
            Community(
                name=f"Company group {number}",
                slug=f"company-group-{number}",
                kind=kinds[number % 10],
                hue=number % 24,
                created_at=NOW - SPAN,
            )
            for number in range(count - 1)
        ]
    )
    slugs = [f"company-group-{number}" for number in range(count - 1)]
    keys = dict(Community.objects.filter(slug__startswith="company-group-").values_list("slug", "pk"))
    groups = [keys[slug] for slug in slugs]
    members: dict[int, list[int]] = {everyone.pk: list(people), **{group: [] for group in groups}}
    for person in people:
        for group in chance.sample(groups, min(COMMUNITIES_EACH - 1, len(groups))):
            members[group].append(person)
    rows = (
        Membership(
            user_id=person,
            community_id=group,
            role="moderator" if place == 0 else "member",
            origin="added",
            read_until=NOW - timedelta(days=2),
            created_at=NOW - SPAN,
        )
        for group, people_in in members.items()
        for place, person in enumerate(people_in)
    )
    for batch in in_batches(rows):
        Membership.objects.bulk_create(batch)
    say(f"{count} communities, {sum(map(len, members.values()))} memberships")
    return [everyone.pk, *groups], {key: value for key, value in members.items() if value}


def load_follows(people: list[int], say: Say) -> None:
    """Let everybody follow some people and some tags."""
    chance = random.Random(3)  # noqa: S311
    names = [f"aihe{number}" for number in range(TAGS)]
    Tag.objects.bulk_create([Tag(name=name, slug=name) for name in names], ignore_conflicts=True)
    tags = list(Tag.objects.filter(slug__in=names).values_list("pk", flat=True))

    def rows() -> Iterator[Follow]:
        for person in people:
            for other in chance.sample(people, min(PEOPLE_FOLLOWED, len(people))):
                if other != person:
                    yield Follow(follower_id=person, person_id=other, created_at=NOW - SPAN)
            for tag in chance.sample(tags, TAGS_FOLLOWED):
                yield Follow(follower_id=person, tag_id=tag, created_at=NOW - SPAN)

    for batch in in_batches(rows()):
        Follow.objects.bulk_create(batch)
    say("follows")


def load_posts(count: int, members: dict[int, list[int]], say: Say) -> None:
    """Make `count` posts, a third of them threads, with replies by members, and counters that agree."""
    chance = random.Random(4)  # noqa: S311
    groups = list(members)
    first = (Post.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
    bodies = [passage(chance, chance.choice((12, 25, 40, 80))) for _ in range(min(2000, max(50, count)))]
    tags = list(Tag.objects.filter(slug__startswith="aihe").values_list("pk", flat=True))
    threads: dict[int, tuple[int, datetime, int, int]] = {}  # key -> group, last activity, last reply, replies
    recent: list[int] = []
    newest: dict[int, datetime] = {}
    step = SPAN / max(count, 1)

    def rows() -> Iterator[Post]:
        for number in range(count):
            key, at = first + number, NOW - SPAN + step * number
            is_reply = bool(recent) and number % 3 < REPLIES_IN_THREE
            root = recent[int(chance.random() ** 0.5 * len(recent))] if is_reply else None
            group = threads[root][0] if root else groups[int(chance.random() ** 2 * len(groups))]
            author = chance.choice(members[group])
            body = bodies[chance.randrange(len(bodies))]
            if root:
                threads[root] = (group, at, key, threads[root][3] + 1)
            else:
                threads[key] = (group, at, 0, 0)
                recent.append(key)
                del recent[:-200]
            newest[group] = at
            yield Post(
                pk=key,
                community_id=group,
                author_id=author,
                thread_id=root,
                body=body,
                html=f"<p>{escape(body)}</p>",
                renderer_version=RENDERER_VERSION,
                created_at=at,
                last_activity_at=at,
                key=uuid.UUID(int=(1 << 80) + key),
            )

    done = 0
    for batch in in_batches(rows(), 5000):
        Post.objects.bulk_create(batch)
        done += len(batch)
        if done % 100_000 < len(batch):
            say(f"{done} of {count} posts")
    _settle_threads(threads)
    _tag_posts(first, count, tags, chance)
    for group, at in newest.items():
        Community.objects.filter(pk=group).update(last_activity_at=at)
    reset_sequences(Post)
    say(f"{count} posts in {len(threads)} threads")


def _settle_threads(threads: dict[int, tuple[int, datetime, int, int]]) -> None:
    """Write last activity and reply counts of the threads that got replies."""
    replied = ((key, row) for key, row in threads.items() if row[3])
    for batch in in_batches(replied, 500):
        Post.objects.bulk_update(
            [
                Post(pk=key, last_activity_at=at, last_reply_id=last, reply_count=replies)
                for key, (_, at, last, replies) in batch
            ],
            ["last_activity_at", "last_reply", "reply_count"],
        )


def _tag_posts(first: int, count: int, tags: list[int], chance: random.Random) -> None:
    """Put one tag on every tenth post."""
    if not tags:
        return
    links = Post.tags.through
    rows = (links(tag_id=chance.choice(tags), content_object_id=key) for key in range(first, first + count, 10))
    for batch in in_batches(rows):
        links.objects.bulk_create(batch)


def reset_sequences(*kinds: type[models.Model]) -> None:
    """Let PostgreSQL count on from the highest key after rows were inserted with keys."""
    if connection.vendor != "postgresql":
        return
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(kinds)):
            cursor.execute(statement)
