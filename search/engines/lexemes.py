"""Lexemes: a letter for the field, then the term. What engines store that find documents and leave the weighing to us.

A document is a set of lexemes and, packed beside it, what each of them weighs. A request is looked up by the lexemes
that `chosen` names; how well a found document fits is `scoring`'s business.
"""

from collections.abc import Callable, Iterator
from zlib import crc32

import numpy as np

from search.engines.base import Phrase, SearchRequest, Word
from search.engines.ranking import COMMON, K1, MOST_PHRASE_CANDIDATES, alternatives
from search.engines.vectors import length_norm, saturation
from search.terms import Terms

TEXT, TITLE, EXACT, STRIKING, VERY_STRIKING, BEGINNING, TAG = "xtedDbg"
# So many documents are weighed exactly, which is as far as results can be leafed through.
MOST_CANDIDATES = 1_000
# What a lexeme is worth when only some of the found documents can be weighed.
WORTH = {TITLE: 3, VERY_STRIKING: 2, STRIKING: 1}
# What marks a word that a document is likely to be about: the share of what the word could weigh at most.
_STRIKING, _VERY_STRIKING, _MEAN_LENGTH = 0.7, 0.85, 200.0
Frequency = Callable[[str], int]

# --- of a document ---


def lexemes(terms: Terms) -> Iterator[str]:
    """Yield the lexemes of a document, the weightiest first."""
    yield from (TITLE + term for term in terms.title)
    yield from (TEXT + term for term in sorted(terms.text, key=lambda term: -terms.text[term]))
    yield from (EXACT + word for word in terms.places)
    norm = length_norm(np.array([terms.length]), _MEAN_LENGTH)
    shares = saturation(np.array(list(terms.text.values()), np.float32), norm) / (K1 + 1)
    for term, share in zip(terms.text, shares.tolist(), strict=True):
        if share >= _STRIKING:
            yield STRIKING + term
        if share >= _VERY_STRIKING:
            yield VERY_STRIKING + term


def spoken_lines(terms: Terms) -> list[str]:
    """Return the words as written, one space between them: a line for the title and one for the body."""
    placed = sorted((place, word) for word, places in terms.places.items() for place in places)
    lines: list[list[str]] = []
    before = -2
    for place, word in placed:
        if place != before + 1:
            lines.append([])
        lines[-1].append(word)
        before = place
    return [" ".join(line) for line in lines]


def pack(terms: Terms) -> bytes:
    """Return the weights of a document's lexemes: 32-bit hashes, then as many 16-bit floats.

    Which documents have a word is asked of the index; a hash that two words of a question share only moves a hit.
    """
    found = {TEXT + term: weight for term, weight in terms.text.items()}
    found |= {TITLE + term: weight for term, weight in terms.title.items()}
    found |= dict.fromkeys((EXACT + word for word in terms.places), 1.0)
    hashes = np.fromiter(map(hashed, found), "<u4", len(found))
    weights = np.minimum(np.fromiter(found.values(), np.float64, len(found)), 60_000).astype("<f2")
    return hashes.tobytes() + weights.tobytes()


def hashed(lexeme: str) -> int:
    """Return the hash under which the weight of a lexeme is kept."""
    return crc32(lexeme.encode())


# --- of a request ---


def words_of(request: SearchRequest) -> list[Word]:
    """Return every word of a request, wanted or not."""
    return [part for clause in (*request.must, request.must_not) for part in clause if isinstance(part, Word)]


def phrases_of(request: SearchRequest) -> list[Phrase]:
    """Return the wanted phrases of a request."""
    return [part for clause in request.must for part in clause if isinstance(part, Phrase)]


def lexemes_of(request: SearchRequest) -> set[str]:
    """Return the lexemes whose frequency decides what is looked for and what a hit is worth."""
    found = set()
    for word in words_of(request):
        fields = (TITLE,) if word.title_only else (TEXT, TITLE)
        found |= {field + term for term, _ in word.terms for field in fields}
        found |= set() if word.title_only else {EXACT + word.exact}
    return found | {EXACT + word for phrase in phrases_of(request) for word in phrase.words}


def chosen(word: Word, frequency: Frequency) -> list[str]:
    """Return the lexemes of which a document needs any to have a word; none when no document has it."""
    field = TITLE if word.title_only else TEXT
    found = [field + term for term, _, _ in alternatives(word, lambda term: frequency(field + term))]
    if not word.title_only:
        found += [TITLE + term for term, _, _ in alternatives(word, lambda term: frequency(TITLE + term))]
        if 0 < frequency(EXACT + word.exact) < COMMON:
            found.append(EXACT + word.exact)
    return found


def are_many(request: SearchRequest, frequency: Frequency, *, need_all: bool) -> bool:
    """Can there be more documents than are weighed? Of all words there are no more than of the rarest."""
    numbers = [sum(_at_most(part, frequency) for part in clause) for clause in request.must]
    return (min(numbers) if need_all else sum(numbers)) > MOST_CANDIDATES


def _at_most(part: Word | Phrase, frequency: Frequency) -> int:
    if isinstance(part, Phrase):
        return min(MOST_PHRASE_CANDIDATES, *(frequency(EXACT + word) for word in part.words))
    fields = (TITLE,) if part.title_only else (TEXT, TITLE)
    terms = [field + term for term, _ in part.terms for field in fields]
    return sum(map(frequency, [*terms, EXACT + part.exact]))


def worthwhile(request: SearchRequest) -> Iterator[tuple[list[str], int]]:
    """Yield lexemes and what having any of them is worth where only some of the found can be weighed."""
    for clause in request.must:
        terms = {term for part in clause if isinstance(part, Word) for term, weight in part.terms if weight >= 1.0}
        for field, worth in WORTH.items() if terms else ():
            yield [field + term for term in sorted(terms)], worth
