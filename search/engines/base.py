"""What every engine is given and gives back. Terms come analysed from `search.analysis`, so all engines agree."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from django.utils import timezone

KINDS = ("page", "post", "file", "person", "community", "tag", "path")
# Tags have no time: `before:` and `after:` do not find them.
DATED = frozenset(KINDS) - {"tag"}
CARES = ("", "nobody", "waiting", "confirmed")  # `Document.care` by number
QUESTIONS = ("", "open", "answered")  # `Document.question` by number
# How things stand, by number: pages as `wiki.care.schedule.status_of` has it on the day of the question, and questions.
STATES = ("", "verified", "due", "overdue", "unowned", "open", "answered")
# These can be relied on, and rise among what fits as well.
SETTLED = frozenset({"verified", "answered"})
# What can be counted beside the kinds, and how many values of each are told: the commonest.
FACETS = ("community", "author", "tag", "language", "year", "state")
MOST_VALUES = 20
# Of these a chosen value does not narrow what is told of the facet itself.
ANY_WILL_DO = ("community", "author", "language", "year", "state")
Facets = dict[str, tuple[tuple[str, int], ...]]


class SearchAwayError(Exception):
    """The index is missing, damaged, foreign or locked. The reader gets a plain look-up; the worker rebuilds."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `keys` say who may: a reader needs any one of them (`search.find.reader_keys`)."""

    uid: str  # "page:12"
    kind: str
    keys: frozenset[str]
    title: str
    body: str = ""
    headings: str = ""
    tags: tuple[str, ...] = ()  # slugs
    tag_names: str = ""
    language: str = ""
    community_id: int = 0
    author_id: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    url: str = ""
    # How a page is kept right: "" (no page), "nobody", "waiting" for its owner's first confirmation, "confirmed"; and the
    # day it is to be looked at again. How it stands follows from these and the day of the question.
    care: str = ""
    review_on: date | None = None
    question: str = ""  # of the post a question began with: "open" or "answered"
    has_file: bool = False

    @property
    def year(self) -> int:
        """Return the year of the last change as the house counts it, 0 without one."""
        moment = self.updated_at or self.created_at
        if not moment or self.kind not in DATED:
            return 0
        return moment.astimezone(timezone.get_default_timezone()).year

    @property
    def digest(self) -> int:
        """Return a mark of all that is indexed but the keys (64 bits): it tells one state of the contents from another."""
        facts = (
            self.uid, self.kind, self.title, self.body, self.headings, sorted(set(self.tags)),
            sorted(self.tag_names.split()), self.language, self.community_id, self.author_id,
            milliseconds(self.created_at), self.care, str(self.review_on or ""), self.question, self.has_file,
        )  # fmt: skip
        text = repr(facts).encode("utf-8", "backslashreplace")
        return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)

    @property
    def entry(self) -> "Entry":
        """Return what the index should say of this document."""
        return Entry(milliseconds(self.updated_at or self.created_at), " ".join(sorted(self.keys)), self.digest)


class Entry(NamedTuple):
    """What an index says of one document: its last change in milliseconds, its keys in one line, its `digest`."""

    updated: int
    keys: str
    digest: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: any of `terms` (term, weight) will do; `exact` is how it was typed."""

    terms: tuple[tuple[str, float], ...]
    exact: str
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side exactly so."""

    words: tuple[str, ...]


Clause = tuple[Word | Phrase, ...]  # any of these


@dataclass(frozen=True, slots=True)
class Some:
    """Things that meet at least one of these: of one of the kinds, in one of the communities, with one of the tags ..."""

    kinds: frozenset[str] = frozenset()
    communities: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A parsed question with the keys of the one who asks. Empty filters do not filter.

    Of the tags a thing has all; of communities, authors, languages, states and years it has any.
    """

    keys: frozenset[str]
    must: tuple[Clause, ...] = ()
    must_not: tuple[Word | Phrase, ...] = ()
    kind: str = ""
    kinds: frozenset[str] = frozenset()
    communities: frozenset[int] | None = None
    authors: frozenset[int] | None = None
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    has_file: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    # Of STATES. `today` is the day of the house, `lead` how long before its day a page is due.
    states: frozenset[str] = frozenset()
    today: date = date.min
    lead: timedelta = timedelta()
    # What a thing has to be as well, each of them; and what it must not be, any of them.
    also: tuple[Some, ...] = ()
    never: tuple[Some, ...] = ()
    # Which of FACETS to count in what was found, all filters and the kind applied; but the values of a facet of which
    # any will do (all but the tags) as if none were chosen, so that another can be.
    facets: tuple[str, ...] = ()
    newest_first: bool = False
    # What has some of the words will do at once; else only when nothing of any kind has them all.
    some_will_do: bool = False
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document and how well it fits."""

    uid: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """Hits of one page, how many there are in all, and how many of each kind (whatever kind was asked for).

    `facets`: of each that was asked for (value, documents), the commonest first; only what the reader may see counts.
    `weak`: nothing of any kind had all the words, these have some. `capped`: phrases were checked in the best candidates only.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    facets: Facets = field(default_factory=dict)
    weak: bool = False
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """State of an index for administrators, `search_check` and /readyz. `reason` is empty when it is well."""

    documents: int = 0
    version: str = ""
    reason: str = ""

    @property
    def is_well(self) -> bool:
        """Is there nothing to complain of?"""
        return not self.reason


def state_of(care: str, review: int, question: str, request: SearchRequest) -> str:
    """Return how a thing stands on the day of the request (one of STATES).

    `wiki.care.schedule.status_of` for pages, whose next look is due on day `review` (ordinal; 0: none); of questions what
    they say of themselves.
    """
    if question:
        return question
    if care in {"", "nobody"}:
        return "unowned" if care else ""
    today = request.today.toordinal()
    if 0 < review < today:
        return "overdue"
    return "due" if care == "waiting" or 0 < review < today + request.lead.days else "verified"


def words_first(request: SearchRequest, find: Callable[[bool], SearchResponse]) -> SearchResponse:
    """Answer a request as every engine does: all words first, and where nothing has them all, some.

    `find(need_all)` answers with all the words, or with any of them. Whatever kind is asked for, it is the same answer:
    where another kind has something with all the words, each kind's number is what choosing it finds.
    """
    if len(request.must) < 2 or not request.some_will_do:
        answer = find(True)
        if answer.total or answer.counts or len(request.must) < 2:
            return answer
    return find(False)


def milliseconds(moment: datetime | None) -> int:
    """Return a moment as milliseconds since 1970, 0 for none."""
    return int(moment.astimezone(UTC).timestamp() * 1000) if moment else 0


def commonest(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return the values of a facet as they are told: the commonest, those of the same number by name."""
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES])


class Engine(ABC):
    """One index. Reading raises SearchAwayError and nothing else; writing is safe to repeat."""

    # What administrators should know of the engine before they trust it; `search_check` says it.
    caveat = ""

    @abstractmethod
    def upsert(self, documents: Iterable[Document], removed: Sequence[str] = ()) -> None:
        """Write documents over what has the same uid, take out `removed` uids, all visible at once."""

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""

    @abstractmethod
    def suggest(self, prefix: str, keys: frozenset[str], limit: int = 8, each: int = 0) -> list[Hit]:
        """Return what fits what was typed so far, best first, of each kind at most `each` (0: however many).

        An engine keeps the forms of a title (`search.terms.Terms.beginnings`) as they are, with the letters that mark
        some of them, and can tell which documents have a form, and which have one that begins so. What was typed
        becomes questions by `search.completing.readings`, whose module says how a document is weighed
        (`search.completing.fit` is that in Python); the second reading is asked when the first finds nothing for
        these keys. Among equals the order is free but the same every time.
        """

    @abstractmethod
    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int = 5) -> list[tuple[str, int]]:
        """Return slugs of tags that begin so, with how many documents that may be read carry them."""

    # What `search.spelling` needs: the words, to find what looks like another; what a reader may see of them is asked by
    # `readable_counts`. An engine that tells no words proposes none.

    def vocabulary_version(self) -> tuple[str, str]:
        """Return which index this is and which state of it: the words are asked for again when they change."""
        return "", ""

    def vocabulary(self, least: int, most: int, *, in_names: bool = False) -> list[str]:
        """Return up to `most` terms, the commonest, that `least` documents have, whoever may see them.

        Of the whole text; `in_names`: of titles and names. Asked once in a while and never shown: it may have words that
        are gone, and be a few minutes old.
        """
        return []

    def readable_counts(self, terms: Sequence[str], keys: frozenset[str], *, in_names: bool = False) -> dict[str, int]:
        """Return how many documents somebody with these keys may see that have each term, now.

        `in_names`: that are called so; files are not, nobody looks a file's name through.
        """
        kinds = frozenset(KINDS) - {"file"} if in_names else frozenset()
        words = [Word(((term, 1.0),), term, title_only=in_names) for term in terms]
        return {word.exact: self.search(SearchRequest(keys, ((word,),), kinds=kinds, limit=0)).total for word in words}

    @abstractmethod
    def rebuild(self, documents: Iterable[Document], catch_up: "CatchUp | None" = None) -> int:
        """Make a new index beside the one in use and change over; return how many documents it holds."""

    @abstractmethod
    def uids(self) -> dict[str, int]:
        """Return every uid with the time of its last change in milliseconds, for a quick check."""

    @abstractmethod
    def entries(self) -> dict[str, Entry]:
        """Return every uid with what the index says of it, for `search_check`.

        The keys are those by which the engine decides who may find it; an engine that can tell that what it looks up
        is not what was written says so by another digest.
        """

    def warm_up(self) -> None:
        """Read what the process keeps in memory for its questions, so that none waits for it. Nothing, as a rule."""
        return

    @abstractmethod
    def health(self, thorough: bool = False) -> Health:
        """Say whether the index can be used; `thorough` reads every byte."""


class CatchUp(ABC):
    """Given to `rebuild`: what changed while the documents were being read."""

    @abstractmethod
    def changes(self) -> tuple[list[Document], list[str]]:
        """Return documents to write and uids to remove, everything since the rebuild began."""
