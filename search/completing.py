"""Completion: in which forms a title can be begun, and how a typed word is compared with them. Pure, for every engine.

A document has forms (`forms_of`): the words of its title as written and bare, and two kinds with a mark that no word
has: what analysis makes of them (`-opas` in `Perehdytysopas`) and its initials (`!av` of Aino Virtanen). A typed text
becomes one or two readings (`readings`), each a row of words, each word a row of steps. An engine gives a document, for
every word, the weight of the first step that one of its forms fits, and ranks by their sum over the square root of
the length of the title; a word that fits nothing leaves the document out. The second reading, with bare letters, is
asked when the first finds nothing that the reader may see.
"""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import FOLDED_WEIGHT, composed, fold, index_terms, name_terms, query_terms, surface, tokens, words
from search.endings import bases

ANALYSED, INITIALS = "-", "!"
MOST_TYPED_WORDS = 8
_WHOLE, _BEGUN, _AT_ONCE, _PART, _INFLECTED, _INFLECTED_PART, _PART_BEGUN, _INITIALS_BEGUN = (
    1.5, 1.0, 0.95, 0.8, 0.75, 0.65, 0.55, 0.5,
)  # fmt: skip
# Left out of initials: "Työsuhdeasiat ja käytännöt" is tk as well as tjk.
SMALL = frozenset(
    (
        *("ja", "sekä", "tai", "eli", "on", "och", "eller", "samt", "av", "i", "på", "för", "till", "med"),
        *("the", "and", "or", "of", "to", "in", "for", "a", "an", "at", "by"),
    )
)
_LONGEST_INITIALS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One way a typed word may fit: any of `forms`, whole or as a beginning."""

    weight: float
    forms: tuple[str, ...]
    is_whole: bool


# The steps of each typed word, the best first.
Reading = tuple[tuple[Step, ...], ...]


def forms_of(title: str, language: str, *, is_name: bool = False) -> set[str]:
    """Return the forms of a title; the words of somebody's name are taken as they are."""
    written = words(title)
    plain = {form for word in written for form in written_forms(word)}
    found = set(plain)
    if not is_name:
        for word in written:
            for term, _ in index_terms(word, language):
                if term[0] not in "~^" and term not in plain:
                    found |= {ANALYSED + term, ANALYSED + fold(term)}
    return found | {INITIALS + form for each in _initials(written) for form in (each, fold(each))}


def written_forms(word: str) -> set[str]:
    """Return a word and its pieces, with and without the marks of their letters."""
    pieces = {surface(word), *(term for term, _ in name_terms(word) if term[0] != "^")}
    return pieces | {fold(piece) for piece in pieces}


def _initials(written: list[str]) -> Iterator[str]:
    """Yield the first letters of several words: of all, and of all but the small ones."""
    pieces = [piece for word in written for piece in surface(word).split("-") if piece]
    for chosen in (pieces, [piece for piece in pieces if piece not in SMALL]):
        if len(chosen) > 1:
            yield "".join(piece[0] for piece in chosen)[:_LONGEST_INITIALS]


@lru_cache(maxsize=2_000)
def readings(typed: str, *, is_short_list: bool = False) -> tuple[Reading, ...]:
    """Return what was typed as questions to an index: as written, then with bare letters where that is another.

    A letter alone is a question only to a list that is short.
    """
    written = [surface(token.text) for token in tokens(composed(typed))][:MOST_TYPED_WORDS]
    if not written:
        return ()
    first = tuple(
        _steps(word, is_alone=len(written) == 1, begins=is_short_list or len(written) > 1) for word in written
    )
    bare = tuple(tuple(Step(step.weight, _bare(step.forms), step.is_whole) for step in steps) for steps in first)
    return (first,) if bare == first else (first, bare)


def _bare(forms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, forms)))


def _steps(word: str, *, is_alone: bool, begins: bool) -> tuple[Step, ...]:
    if len(word) < 2:
        # A letter alone begins half the house: only what is called so.
        return (Step(_WHOLE, (word,), True), *((Step(_BEGUN, (word,), False),) if begins else ()))
    others = dict.fromkeys(term for term, weight in query_terms(word) if weight > FOLDED_WEIGHT and term != word)
    inflected = tuple(others | dict.fromkeys(bases(word)))
    are_initials = is_alone and word.isalpha() and len(word) <= _LONGEST_INITIALS
    steps = [
        Step(_WHOLE, (word,), True),
        Step(_BEGUN, (word,), False),
        Step(_AT_ONCE, (INITIALS + word,) if are_initials else (), True),
        Step(_PART, (ANALYSED + word,), True),
        Step(_INFLECTED, inflected, True),
        Step(_INFLECTED_PART, tuple(ANALYSED + form for form in inflected), True),
        Step(_PART_BEGUN, (ANALYSED + word,), False),
        Step(_INITIALS_BEGUN, (INITIALS + word,) if are_initials else (), False),
    ]
    return tuple(step for step in steps if step.forms)


def is_initials(typed: str, forms: Collection[str]) -> bool:
    """Are these letters just the initials of what has these forms, as a person's name?"""
    letters = surface(typed.strip())
    return len(letters) > 1 and (INITIALS + letters in forms or INITIALS + fold(letters) in forms)


def fit(reading: Reading, forms: Collection[str], length: int) -> float:
    """Return how well something with these forms and so many words fits, 0 when it does not: what engines compute."""
    total = 0.0
    for steps in reading:
        weight = next((step.weight for step in steps if _fits(step, forms)), 0.0)
        if not weight:
            return 0.0
        total += weight
    return total / math.sqrt(max(1, length))


def _fits(step: Step, forms: Iterable[str]) -> bool:
    if step.is_whole:
        return any(form in forms for form in step.forms)
    return any(form.startswith(step.forms) for form in forms)
