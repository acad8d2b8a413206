"""Did you mean: another word for one that finds next to nothing, out of what this reader may see.

The words of an index lie in a dictionary of deletions: a word and a mistyped one meet where a letter of each is left
out. It is kept as sorted numbers (check sums of the deletions) beside the words, a few megabytes for the 50,000
commonest, made when it is first needed and made again beside the old one when the index is another or has changed.

The dictionary holds words of closed places too, so it decides nothing: a word is proposed when two documents that the
reader may see have it, and ranks by how many such have it. What stands in closed places alone is never proposed.
"""

import logging
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from zlib import crc32

from django.db import connections

from search.analysis import query_terms, tokens
from search.engines import engine as own_engine
from search.engines.base import Engine, SearchAwayError, SearchRequest, SearchResponse, Word
from search.query import Query, parse

log = logging.getLogger(__name__)

# With so many hits nobody needs another word.
FEW = 3
# A word is proposed when so many documents of the reader have it.
LEAST = 2
# What is too short is like everything; what is longer is nobody's word.
_SHORTEST, _LONGEST = 4, 30
# The commonest words of an index that are kept, and how long, in seconds, they are taken for those of the index.
MOST_WORDS, _FRESH_FOR = 50_000, 600.0
# So many of each distance are asked after, and so many of what is known are tried.
_MOST_ASKED, _MOST_TRIED = 200, 3
# Of more words that nobody knows, these are looked at: the longest.
_MOST_CHANGED = 3


def deletions(word: str) -> set[str]:
    """Return the word and everything that it is without one of its letters."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, left out, exchanged or swapped with their neighbour to make one the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        older, before, row = before, row, [place]
        for at, there in enumerate(other, 1):
            best = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != there))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == there:
                best = min(best, older[at - 2] + 1)
            row.append(best)
    return row[-1]


class Dictionary:
    """The words of an index by what they are without a letter."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        # The check sum of a deletion and the number of its word, in one number.
        self._marks = array(
            "Q", sorted(_mark(form) | number for number, word in enumerate(words) for form in deletions(word))
        )

    def near(self, word: str) -> Iterator[tuple[int, str]]:
        """Yield (distance, word) of the words one mistake away, without the word itself; then of some that are two away."""
        seen = {word}
        once = deletions(word)
        for most, forms in ((1, once), (2, {further for form in once for further in deletions(form)})):
            for candidate in self._with(forms):
                if candidate not in seen and (away := distance(word, candidate)) <= most:
                    seen.add(candidate)
                    yield away, candidate

    def _with(self, forms: set[str]) -> list[str]:
        numbers: set[int] = set()
        for mark in map(_mark, forms):
            place = bisect_left(self._marks, mark)
            while place < len(self._marks) and self._marks[place] >> 32 == mark >> 32:
                numbers.add(self._marks[place] & 0xFFFFFFFF)
                place += 1
        return [self.words[number] for number in sorted(numbers)]


def _mark(form: str) -> int:
    return crc32(form.encode()) << 32


def is_word(term: str) -> bool:
    """Is this a term of an index that somebody can be asked about: a word, neither a stem nor a bare form nor a code?"""
    return _SHORTEST - 1 <= len(term) <= _LONGEST and term.isalpha()


@dataclass(slots=True)
class _Kept:
    """The dictionary of an index, as its words were at a time."""

    version: str
    generation: str
    until: float
    words: Dictionary


_kept: dict[int, _Kept] = {}
_making, _renewing = threading.Lock(), threading.Lock()


def _make(engine: Engine, generation: str, version: str) -> _Kept:
    began = time.process_time()
    found = [word for word in engine.vocabulary(LEAST, MOST_WORDS) if is_word(word)]
    made = _Kept(version, generation, time.monotonic() + _FRESH_FOR, Dictionary(found))
    log.info("search: %s words to be meant, in %.1f s", len(found), time.process_time() - began)
    return made


def dictionary(engine: Engine) -> Dictionary:
    """Return the words of an index: of this generation; those older than ten minutes are read again beside the questions."""
    generation, version = engine.vocabulary_version()
    kept = _kept.get(id(engine))
    if kept is None or kept.generation != generation:
        with _making:
            again = _kept.get(id(engine))
            if again is None or again.generation != generation:
                again = _kept[id(engine)] = _make(engine, generation, version)
        return again.words
    if kept.version != version and time.monotonic() >= kept.until and _renewing.acquire(blocking=False):
        threading.Thread(target=_renew, args=(engine, generation, version), name="words", daemon=True).start()
    return kept.words


def warm_up() -> None:
    """Read the words before the first question that needs them (`settings.WARM_UP`)."""
    with suppress(SearchAwayError):
        dictionary(own_engine())


def _renew(engine: Engine, generation: str, version: str) -> None:
    """Read the words again: seconds, in a large house, that no question should wait for."""
    try:
        _kept[id(engine)] = _make(engine, generation, version)
    except SearchAwayError:
        log.info("search: the words to be meant stay as they are without an index")
    finally:
        connections.close_all()
        _renewing.release()


def candidates(engine: Engine, word: str, keys: frozenset[str]) -> list[str]:
    """Return what may be meant by a word, best first: the nearest, then what most of the reader's documents have."""
    if not (_SHORTEST <= len(word) <= _LONGEST and word.isalpha()):
        return []
    own = {term for term, weight in query_terms(word) if weight >= 1.0}
    near = [(away, other) for away, other in dictionary(engine).near(word) if other not in own]
    for most in (1, 2):
        those = [other for away, other in near if away == most][:_MOST_ASKED]
        counts = engine.readable_counts(those, keys)
        known = [(other[0] != word[0], -counts[other], other) for other in those if counts.get(other, 0) >= LEAST]
        if known:
            return [other for *_rank, other in sorted(known)]
    return []


def propose(engine: Engine, query: Query, request: SearchRequest, answer: SearchResponse) -> str:
    """Return the question with one word changed, which finds more for this reader; "" when nothing does.

    The word to be changed is one that none of the reader's documents has, the longest first.
    """
    total = 0 if answer.weak else answer.total
    if total >= FEW:
        return ""
    try:
        if not dictionary(engine).words:
            return ""  # an engine that tells none
        words = [part for clause in query.must for part in clause[:1] if isinstance(part, Word) and len(clause) == 1]
        frequency = {word.exact: _frequency(engine, word, request.keys) for word in words}
        unknown = sorted((word for word, number in frequency.items() if not number), key=len, reverse=True)
        for word in unknown[:_MOST_CHANGED]:
            for other in candidates(engine, word, request.keys)[:_MOST_TRIED]:
                text = _changed(query.text, word, other)
                if text and _finds(engine, text, request) > total:
                    return text
    except SearchAwayError:
        log.info("search: nothing can be proposed without an index")
    return ""


def _frequency(engine: Engine, word: Word, keys: frozenset[str]) -> int:
    terms = [term for term, weight in word.terms if weight >= 1.0]
    return max(engine.readable_counts(terms, keys).values(), default=0)


def _changed(text: str, word: str, other: str) -> str:
    for token in tokens(text):
        if token.text.lower() == word:
            return text[: token.start] + other + text[token.end :]
    return ""


def _finds(engine: Engine, text: str, request: SearchRequest) -> int:
    """Return how much a question finds with everything it has, under the filters of the one that was asked."""
    must = tuple(parse(text).must)
    found = engine.search(replace(request, must=must, facets=(), offset=0, limit=1))
    return 0 if found.weak else found.total
