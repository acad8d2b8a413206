"""Who may do what at the addresses of questions, praise, polls and announcements: see `url_table`."""

from types import SimpleNamespace
from typing import Any

from tests.house.url_rows import AUTHOR_AINO_OR_MODERATOR, MODERATE_AS_MEMBER, READ, SIGNED_IN, WRITE, Entry
from tests.house.world import World


def asked(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.question.pk}


def polled(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.poll.pk}


def announced(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.announcement.pk}


def words(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"community": p.community.slug, "body": "Words"}


def to_programs(letters: dict[str, str]) -> dict[str, str]:
    """Programs without a key hear 401 instead of being led to a form."""
    return {place: row[:-1] + "u" for place, row in letters.items()}


SEEN, WRITTEN, LED = to_programs(READ), to_programs(WRITE), to_programs(AUTHOR_AINO_OR_MODERATOR)
MIKA = to_programs(MODERATE_AS_MEMBER)

KINDS = [
    # Aino asked and started the poll, Mika announced; what is of another kind is not there.
    Entry("feed:answer", post=AUTHOR_AINO_OR_MODERATOR, kwargs=lambda w, p: {"pk": p.answer.pk}),
    Entry("feed:vote", post=WRITE, kwargs=polled, data=lambda w, p: {"choice": "0"}),
    Entry("feed:votes", get=READ, kwargs=polled),
    Entry("feed:poll_close", post=AUTHOR_AINO_OR_MODERATOR, kwargs=polled),
    Entry("feed:acknowledge", post=WRITE, kwargs=announced, data=lambda w, p: {"version": "1"}),
    Entry("feed:receipts", get=MODERATE_AS_MEMBER, kwargs=announced),
    Entry("feed:remind", post=MODERATE_AS_MEMBER, kwargs=announced),
    Entry("feed:announcement_end", post=MODERATE_AS_MEMBER, kwargs=announced),
    Entry("feed:crisis", get=SIGNED_IN),
    Entry("api:list_questions", get=SEEN, query=lambda w, p: f"?community={p.community.slug}&state=open"),
    Entry("api:ask_question", post=WRITTEN, data=words),
    Entry("api:mark_answer", put=LED, kwargs=asked, data=lambda w, p: {"reply": p.answer.pk}),
    Entry("api:unmark_answer", delete=LED, kwargs=asked),
    Entry("api:list_praise", get=SEEN, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:give_praise", post=WRITTEN, data=lambda w, p: words(w, p) | {"people": ["mika.example"]}),
    Entry("api:list_polls", get=SEEN, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:start_poll", post=WRITTEN, data=lambda w, p: words(w, p) | {"options": ["a", "b"]}),
    Entry("api:read_poll", get=SEEN, kwargs=polled),
    Entry("api:vote", put=WRITTEN, kwargs=polled, data=lambda w, p: {"choices": [1]}),
    Entry("api:list_votes", get=SEEN, kwargs=polled),
    Entry("api:close_poll", post=LED, kwargs=polled),
    Entry("api:list_announcements", get=SEEN, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:list_waiting_announcements", get="oooooou"),
    Entry("api:announce", post=MIKA, data=words),
    Entry("api:change_announcement", patch=MIKA, kwargs=announced,
          data=lambda w, p: {"body": "Other words", "expires_on": p.announcement.facts["expires"]}),
    Entry("api:acknowledge", put=WRITTEN, kwargs=announced, data=lambda w, p: {"version": 1}),
    Entry("api:list_receipts", get=MIKA, kwargs=announced),
    Entry("api:remind", post=MIKA, kwargs=announced),
    Entry("api:end_announcement", post=MIKA, kwargs=announced),
]  # fmt: skip
