"""A query of modelsearch put to the index: which records have the words, and how well they fit. No database.

The texts are titles and names, so lists and dictionaries do, with numpy or without: a word of every record costs some
milliseconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from modelsearch.query import And, Boost, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from search.analysis import query_terms, surface, words
from search.engines.base import Word
from search.engines.ranking import PHRASE_BOOST, alternatives, length_norm, rarity, saturation
from search.engines.whoosh.records import FEW_LETTERS, STARTS, in_field, pk_of

# A word that is written so is worth more than one that begins so, or is another form of it.
_WRITTEN, _BEGUN = 1.5, 1.0
# Of one query so many words are looked up.
_MOST_WORDS = 16
_EVERY_TERM = 1_000_000
# Numbers of records with their scores.
Found = dict[int, float]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of which model, in which of its fields (with their boosts; none is all), whole words or begun."""

    query: SearchQuery
    model: str
    fields: tuple[tuple[str, float], ...] = ()
    is_begun: bool = False


def find(snapshot: Any, question: Question) -> list[tuple[str, float]]:
    """Return the primary keys of what was found with their scores, the best first."""
    found = _Asking(snapshot, question).found(question.query)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(pk_of(snapshot, number), score) for number, score in ranked]


class _Asking:
    def __init__(self, snapshot: Any, question: Question) -> None:
        self.snapshot, self.question = snapshot, question
        self.mask: Any = snapshot.readable(frozenset({question.model}))
        self.lengths: Any = snapshot.numbers("length")
        total = self.lengths.sum() if hasattr(self.lengths, "sum") else sum(self.lengths)
        self.mean = int(total) / max(1, snapshot.count)

    def found(self, query: SearchQuery) -> Found:
        """Return which records a query finds, and their scores."""
        if isinstance(query, PlainText):
            return self._plain(query)
        if isinstance(query, Phrase):
            return self._phrase(query)
        if isinstance(query, And | Or):
            return reduce(_both if isinstance(query, And) else _either, map(self.found, query.subqueries))
        if isinstance(query, Boost):
            return {number: score * query.boost for number, score in self.found(query.subquery).items()}
        if isinstance(query, Not):
            unwanted = self.found(query.subquery)
            return {number: 0.0 for number in self._everything() if number not in unwanted}
        if isinstance(query, MatchAll):
            return dict.fromkeys(self._everything(), 0.0)
        raise NotImplementedError(f"{type(query).__name__} is not searched for.")

    def _everything(self) -> Iterator[int]:
        return (number for number, is_one in enumerate(bytes(self.mask)) if is_one)

    def _postings(self, field: str, term: str) -> Iterable[tuple[int, float]]:
        """Return the records of the model that have a term, with its weight in each."""
        found = self.snapshot.postings(field, term)
        if found is None:
            return ()
        pairs = zip(found[0].tolist(), found[1].tolist(), strict=True) if isinstance(found, tuple) else found
        return ((number, weight) for number, weight in pairs if self.mask[number])

    def _plain(self, query: PlainText) -> Found:
        score = self._begun if self.question.is_begun else self._word
        found = [score(word) for word in words(query.query_string)[:_MOST_WORDS]]
        joined = reduce(_both if query.operator == "and" else _either, found) if found else {}
        return {number: score * query.boost for number, score in joined.items()}

    def _word(self, word: str, field: str = "text") -> Found:
        """Score a word in all its forms, in the fields that were asked for."""
        scores: Found = {}
        for name, boost in self.question.fields or (("", 1.0),):
            self._add(scores, field, word, name, boost)
        return scores

    def _add(self, scores: Found, field: str, word: str, name: str, boost: float) -> None:
        snapshot = self.snapshot
        terms = tuple((in_field(name, term) if name else term, weight) for term, weight in query_terms(word))
        for term, weight, common in alternatives(Word(terms, word), lambda term: snapshot.frequency(field, term)):
            share = weight * boost * rarity(snapshot.count, common)
            for number, frequency in self._postings(field, term):
                norm = length_norm(int(self.lengths[number]), self.mean)
                worth = share * saturation(frequency * boost, norm)
                scores[number] = max(worth, scores.get(number, 0.0))

    def _begun(self, word: str) -> Found:
        """Score what begins like a word, or has it in another form: `lom` and `loma` find `Lomien varaaminen`."""
        scores, plain = self._word(word, "completed"), surface(word)
        for name, _boost in self.question.fields or (("", 1.0),):
            start = in_field(name, plain) if name else plain
            for term, frequency in self._beginning(start, in_field(name, STARTS + plain) if name else STARTS + plain):
                worth = (_WRITTEN if term == start else _BEGUN) * rarity(self.snapshot.count, frequency)
                for number, _ in self._postings("beginning", term):
                    scores[number] = max(worth, scores.get(number, 0.0))
        return scores

    def _beginning(self, start: str, short: str) -> Iterable[tuple[str, int]]:
        """Return the terms that begin so and how many records have each: all, for one left out could be what is meant.

        What one or two letters begin is a term of its own, `short`.
        """
        if len(short.partition(STARTS)[2]) <= FEW_LETTERS:
            return [(term, self.snapshot.frequency("beginning", term)) for term in (start, short)]
        key, found = start.encode("utf-8", "replace"), dict[bytes, int]()
        for segment in self.snapshot.segments:
            for term, number in segment.terms("beginning", key, _EVERY_TERM):
                found[term] = found.get(term, 0) + number
        return [(term.decode("utf-8", "replace"), number) for term, number in found.items()]

    def _phrase(self, query: Phrase) -> Found:
        """Return where the words stand side by side, exactly so."""
        wanted, scores = words(query.query_string)[:_MOST_WORDS], Found()
        for name, boost in (self.question.fields or (("", 1.0),)) if wanted else ():
            side_by_side = tuple(in_field(name, surface(word)) if name else surface(word) for word in wanted)
            lists = [dict(self._postings("exact", term)) for term in side_by_side]
            worth = PHRASE_BOOST * boost * sum(rarity(self.snapshot.count, len(found)) for found in lists)
            together: Found = reduce(_both, lists)
            numbers = sorted(together)
            for number in self.snapshot.with_phrase(side_by_side, self._as_wanted(numbers)):
                scores[int(number)] = max(worth, scores.get(int(number), 0.0))
        return scores

    def _as_wanted(self, numbers: list[int]) -> Any:
        """Return numbers as the snapshot takes them: an array where it reads by arrays."""
        if isinstance(self.mask, bytearray):
            return numbers
        import numpy as np

        return np.array(numbers, np.int64)


def _both(one: Found, other: Found) -> Found:
    return {number: score + other[number] for number, score in one.items() if number in other}


def _either(one: Found, other: Found) -> Found:
    return {number: one.get(number, 0.0) + other.get(number, 0.0) for number in one.keys() | other.keys()}
