"""What is proposed for words that none of the reader's documents has.

A word is proposed when two documents that the reader may see have it, or when one such is called so: a page, a person, a
community, a tag. What stands in closed places alone is never proposed, and changes nothing of what is.
"""

import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from search.analysis import query_terms, surface, tokens
from search.endings import bases
from search.engines.base import Engine, Hit, SearchAwayError, SearchRequest, SearchResponse, Word
from search.query import Query, parse
from search.spelling.dictionary import Dictionary, is_like_a_word
from search.spelling.known import LEAST, dictionary
from search.spelling.writing import Text, written

log = logging.getLogger(__name__)

# With so many hits nobody needs another word.
FEW = 3
# So many words of each distance are asked after.
_MOST_ASKED = 200
# Of words that nobody knows so many are changed, the longest; of what each may be so many are tried; so often it is asked
# what a changed question finds.
_MOST_CHANGED, _MOST_TRIED, _MOST_ASKINGS = 3, 3, 4
# So many of what is found are read to see how a word is written.
_MOST_READ = 5

Look = Callable[[Sequence[Hit]], Iterable[Text]]


def candidates(engine: Engine, word: str, keys: frozenset[str]) -> list[str]:
    """Return what may be meant by a word, best first: the nearest, then what most of the reader's documents have."""
    if not is_like_a_word(word):
        return []
    own = {word, *(term for term, weight in query_terms(word) if weight >= 1.0)}
    known = dictionary(engine)
    for near in (partial(known.near, word, 1), partial(_near_base, known, word), partial(known.near, word, 2)):
        those = [other for other in near() if other not in own][:_MOST_ASKED]
        numbers = _worth_proposing(engine, those, keys)
        if numbers:
            return sorted(numbers, key=lambda other: (other[0] != word[0], -numbers[other], other))
    return []


def _near_base(known: Dictionary, word: str) -> list[str]:
    """Return what is one mistake away from what the word may be a form of: `kuutmossa` is a form of `kuutmo`."""
    return list(dict.fromkeys(near for base in bases(word) if is_like_a_word(base) for near in known.near(base, 1)))


def _worth_proposing(engine: Engine, words: Sequence[str], keys: frozenset[str]) -> dict[str, int]:
    """Return those of the words that may be proposed, with how many of the reader's documents have each."""
    numbers = {word: number for word, number in engine.readable_counts(words, keys).items() if number}
    once = [word for word, number in numbers.items() if number < LEAST]
    names = engine.readable_counts(once, keys, in_names=True) if once else {}
    return {word: number for word, number in numbers.items() if number >= LEAST or names.get(word)}


def propose(
    engine: Engine, query: Query, request: SearchRequest, answer: SearchResponse, look: Look | None = None
) -> str:
    """Return the question with other words for those that nobody knows, which finds more; "" when nothing does.

    `look` tells what the reader may read of what it finds, at this moment: nothing, and it is not proposed.
    """
    total = 0 if answer.weak else answer.total
    if total >= FEW:
        return ""
    try:
        if not dictionary(engine).words:
            return ""  # an engine that tells none
        for change in _changes(engine, _unknown(engine, query, request.keys), request.keys):
            found = _found(engine, _changed(query, change), request)
            if found.total <= total or found.weak:
                continue
            texts = list(look(found.hits[:_MOST_READ])) if look else []
            if texts or not look:
                return _changed(query, {word: written(other, texts) for word, other in change.items()})
    except SearchAwayError:
        log.info("search: nothing can be proposed without an index")
    return ""


def _unknown(engine: Engine, query: Query, keys: frozenset[str]) -> list[str]:
    """Return the words of a question that none of the reader's documents has, the longest first."""
    parts = [clause[0] for clause in query.must if len(clause) == 1]
    terms = {part.exact: [t for t, weight in part.terms if weight >= 1.0] for part in parts if isinstance(part, Word)}
    numbers = engine.readable_counts(list(dict.fromkeys(itertools.chain(*terms.values()))), keys)
    unknown = [word for word, those in terms.items() if not any(numbers.get(term) for term in those)]
    return sorted(unknown, key=len, reverse=True)


def _changes(engine: Engine, unknown: Sequence[str], keys: frozenset[str]) -> list[dict[str, str]]:
    """Return what to try, likeliest first: another word for each of the unknown that has one."""
    others = {word: candidates(engine, word, keys)[:_MOST_TRIED] for word in unknown[:_MOST_CHANGED]}
    others = {word: those for word, those in others.items() if those}
    if not others:
        return []
    ranks = itertools.product(*(range(len(those)) for those in others.values()))
    likeliest = sorted(ranks, key=lambda places: (sum(places), max(places)))[:_MOST_ASKINGS]
    return [
        {word: those[place] for (word, those), place in zip(others.items(), places, strict=True)}
        for places in likeliest
    ]


def _changed(query: Query, change: dict[str, str]) -> str:
    """Return a question with other words in the place of some, wherever they are looked for; operators stay."""
    text, pieces, end = query.text, [], 0
    for first, last in query.wanted:
        for token in tokens(text[first:last]):
            if other := change.get(surface(token.text)):
                capital = other.islower() and token.text[0].isupper() and not token.text.isupper()
                pieces += [text[end : first + token.start], other[0].upper() + other[1:] if capital else other]
                end = first + token.end
    return "".join([*pieces, text[end:]])


def _found(engine: Engine, text: str, request: SearchRequest) -> SearchResponse:
    """Ask a question with everything it has, under the filters of the one that was asked."""
    must = tuple(parse(text).must)
    return engine.search(replace(request, must=must, facets=(), offset=0, limit=_MOST_READ))
