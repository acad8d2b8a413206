"""Who writes together: asked when somebody comes, and of everybody again and again. Runs beside the event loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import close_old_connections

from intranet.activity.live import rights
from intranet.people.models import Membership, User
from intranet.people.models.people import is_current
from wiki.models import WikiPage


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody in a room, as the house knows them: nothing of this is believed of a browser."""

    user_id: int
    name: str
    session_key: str
    session_hash: str


def writer_of(session_key: str) -> tuple[Writer, User] | None:
    """Return who a session cookie belongs to, None for nobody."""
    known = rights.sign_in(session_key)
    user = User.objects.filter(pk=known.user_id).first() if known else None
    if known is None or user is None:
        return None
    return Writer(user.pk, user.name, session_key, known.session_hash), user


def still_allowed(people: Sequence[tuple[Writer, int]]) -> list[bool]:
    """Return for each (writer, page) whether they may still change the page: two questions, and one for each person."""
    close_old_connections()
    try:
        questions = [
            rights.Question(who.user_id, who.session_key, who.session_hash, -1, False) for who, _page in people
        ]
        signed_in = [answer is not None for answer in rights.look_again(questions)]
        pages: dict[int, set[int]] = defaultdict(set)
        for who, page in people:
            pages[who.user_id].add(page)
        users = User.objects.in_bulk(pages)
        allowed = {pk: _writable(users.get(pk), wanted) for pk, wanted in pages.items()}
        return [here and page in allowed[who.user_id] for here, (who, page) in zip(signed_in, people, strict=True)]
    finally:
        close_old_connections()


def _writable(user: User | None, pages: set[int]) -> set[int]:
    if user is None or not is_current(user):
        return set()
    mine = Membership.objects.filter(user_id=user.pk).values("community_id")
    found = WikiPage.objects.visible_to(user).filter(pk__in=pages, community_id__in=mine)
    return set(found.values_list("pk", flat=True))
