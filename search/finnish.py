"""Finnish words: base forms and the parts of compounds, by libvoikko or by simplemma's dictionary."""

import functools
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from search.voikko import Voikko

if TYPE_CHECKING:
    from simplemma.strategies import DefaultStrategy

_VERB_OF_PARTICIPLE = re.compile(r"\+[^(+]*\(([^)+]+)\)\+?")

# Of more, only the whole word is kept: a compound of seven is somebody's joke.
_MOST_SEGMENTS = 6
# Words of three letters end too many others by chance; these are worth it.
_SHORT_HEADS = frozenset(("työ", "tie", "maa", "puu", "pää", "jää", "kuu"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word may be: base forms, and the base forms of what it is compounded of. Empty lemmas: not known."""

    lemmas: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


UNKNOWN = Reading()


def _whole(modifier: str) -> str:
    """Return what ends in -nen and begins compounds in -s: `ihmis-` is ihminen, `perehdyttämis-` perehdyttäminen."""
    return f"{modifier[:-1]}nen" if modifier.endswith("s") else modifier


class Morphology(Protocol):
    """Something that reads words of one language; `name` is part of the version of the index."""

    name: str

    def read(self, word: str) -> Reading:
        """Return what a word may be; `UNKNOWN` for a word of no dictionary."""
        ...


class VoikkoFinnish:
    """libvoikko: all readings, compound parts, and the verb a participle comes from (recall 0.956 measured)."""

    name = "voikko"

    def __init__(self, voikko: Voikko) -> None:
        self._voikko = voikko
        self._lemmas = functools.lru_cache(maxsize=20_000)(self._lemmas_of)

    def read(self, word: str) -> Reading:
        """Return base forms and compound parts of `word`; a name typed in lower case is found as a name."""
        found = self._voikko.analyse(word)
        if not found and word[:1].islower():
            found = self._voikko.analyse(word.capitalize())
        lemmas, parts = set(), set()
        for reading in found:
            base = reading.get("BASEFORM", word).lower()
            lemmas.add(base)
            segments = [segment for segment in reading.get("STRUCTURE", "").split("=") if segment]
            parts |= self._parts(word.lower(), base, segments)
            verb = _VERB_OF_PARTICIPLE.match(reading.get("WORDBASES", "")) if reading.get("PARTICIPLE") else None
            if verb and len(segments) < 2:
                lemmas.add(verb.group(1).lower())
        return Reading(frozenset(lemmas), frozenset(parts - lemmas - {""}))

    def _parts(self, word: str, base: str, segments: list[str]) -> set[str]:
        """Return the base forms of the segments `työ=hyvin=vointi=kyselyn` and of neighbours that make a word."""
        if not 2 <= len(segments) <= _MOST_SEGMENTS:
            return set()
        starts = list(itertools.accumulate((len(segment) for segment in segments), initial=0))
        parts = set()
        for first, last in itertools.combinations(range(len(segments) + 1), 2):
            if (first, last) == (0, len(segments)):
                continue
            piece = word[starts[first] : starts[last]].strip("-")
            if last == len(segments):
                # Only the last segment is inflected: its base form is the end of the whole word's.
                head = base[starts[first] :] if len(base) > starts[first] else piece
                parts |= {head.strip("-")} if last - first == 1 or self._lemmas(head) else set()
            elif piece:
                known = self._lemmas(piece) or self._lemmas(_whole(piece))
                parts |= known or ({piece} if last - first == 1 else set())
        return parts

    def _lemmas_of(self, word: str) -> frozenset[str]:
        return frozenset(reading.get("BASEFORM", word).lower() for reading in self._voikko.analyse(word))


class DictionaryFinnish:
    """Without native code: simplemma's lemma, taken apart where dictionary words meet (recall 0.860 measured)."""

    name = "simplemma"

    def __init__(self, strategy: "DefaultStrategy") -> None:
        self._strategy = strategy
        self._take_apart = functools.lru_cache(maxsize=20_000)(self._parts_of)

    def read(self, word: str) -> Reading:
        """Return base form and compound parts of `word`, nothing when the dictionary cannot say."""
        lemma = self._strategy.get_lemma(word, "fi")
        if lemma is None:
            return UNKNOWN
        lemma = lemma.lower()
        return Reading(frozenset({lemma}), self._take_apart(lemma) - {lemma})

    def _modifier(self, word: str) -> str:
        """Return the base form of what a compound begins with, "" when the dictionary does not have it."""
        base = (self._strategy.get_lemma(word, "fi") or "").lower()
        return next((one for one in (base, _whole(word)) if self._is_lemma(one)), "")

    def _is_lemma(self, word: str) -> bool:
        return len(word) > 2 and self._strategy.is_dictionary_member(word, "fi")

    def _is_head(self, word: str) -> bool:
        return len(word) > 3 and self._is_lemma(word) and (self._strategy.get_lemma(word, "fi") or "").lower() == word

    def _parts_of(self, lemma: str) -> frozenset[str]:
        for cut in range(3, len(lemma) - 2):
            head = lemma[cut:]
            if head not in _SHORT_HEADS and not self._is_head(head):
                continue
            modifier = lemma[:cut].rstrip("-")
            base = self._modifier(modifier)
            if base and len(base) < len(lemma):
                return frozenset({base, head}) | self._take_apart(base) | self._take_apart(head)
        return frozenset()
