"""Text to terms, for the index and for the query. Pure: no database, no engine.

A word becomes several terms at one place: its base forms, the parts of a compound (weaker), a stem where the
dictionaries do not know it (`~stem`) and, for words with å, ä, ö, é, a bare form as a second chance (`^paiva`).
A query word becomes its base forms and weaker alternatives, never the parts of its compound: whoever searches
`perehdytysprosessi` does not want every `prosessi`. The figures behind each choice are in docs/decisions.
"""

import functools
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import Stemmer

from search.finnish import (
    UNKNOWN,
    DictionaryFinnish,
    Morphology,
    Reading,
    VoikkoFinnish,
)
from search.voikko import load_voikko

if TYPE_CHECKING:
    from simplemma.strategies import DefaultStrategy

LANGUAGES = ("fi", "sv", "en")
# Raised whenever the same text would give other terms, or a document has other words: an index made by another version
# is rebuilt.
CHAIN_VERSION = 5
LONGEST_WORD = 64
PART_WEIGHT, STEM_WEIGHT, FOLDED_WEIGHT = 0.6, 0.3, 0.3

_WORD = re.compile(r"\w+(?:[-.:'’]\w+)*")
_SEPARATOR = re.compile(r"[-.:'’_]+")
_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÅÄÖ])(?=[A-ZÅÄÖ])")
_stemming = threading.Lock()
_FOLD_MORE = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l", "ß": "ss"})
_PRINTED = {0xAD: None, 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_COMMON = {
    "fi": frozenset(
        [
            "ja",
            "on",
            "ei",
            "että",
            "se",
            "oli",
            "ovat",
            "ole",
            "joka",
            "tai",
            "kun",
            "niin",
            "mutta",
            "myös",
            "hän",
            "mitä",
            "voi",
            "jos",
            "sitä",
            "kuin",
            "tämä",
        ]
    ),
    "sv": frozenset(
        [
            "och",
            "att",
            "det",
            "som",
            "är",
            "av",
            "för",
            "på",
            "inte",
            "den",
            "med",
            "till",
            "har",
            "ett",
            "vi",
            "kan",
            "om",
            "från",
            "var",
            "när",
            "eller",
            "ska",
        ]
    ),
    "en": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "is",
            "that",
            "it",
            "for",
            "you",
            "with",
            "this",
            "are",
            "be",
            "on",
            "not",
            "we",
            "have",
            "as",
            "or",
            "can",
            "if",
            "from",
            "by",
        ]
    ),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: as written, and where it stands."""

    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text`; codes like `ABC-123` and `v2.3.1` stay whole."""
    for match in _WORD.finditer(text):
        yield Token(match.group(), match.start(), match.end())


def composed(text: str) -> str:
    """Return `text` with one sign for each letter: `a¨` is ä, the ﬁ of a printed page is fi, hidden hyphens are none.

    What people type is kept so (`intranet.text.clean`); text of files and what is typed into the box come as they are.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_PRINTED)


def words(text: str) -> list[str]:
    """Return the words of `text` as written, in order."""
    return _WORD.findall(composed(text))


def surface(word: str) -> str:
    """Return `word` as compared exactly: composed, lower case, of bounded length."""
    return unicodedata.normalize("NFC", word).lower()[:LONGEST_WORD]


def fold(word: str) -> str:
    """Return `word` without the marks of its letters: `päivä` is `paiva`."""
    bare = unicodedata.normalize("NFD", word.translate(_FOLD_MORE))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@functools.cache
def _dictionaries() -> "DefaultStrategy":
    from search.dictionaries import make_strategy  # only who indexes or searches loads it

    return make_strategy()


@functools.cache
def finnish() -> Morphology:
    """Return the best reader of Finnish this machine has (LOIKKA_VOIKKO=0 does without libvoikko)."""
    voikko = load_voikko() if os.environ.get("LOIKKA_VOIKKO", "1") != "0" else None
    return VoikkoFinnish(voikko) if voikko else DictionaryFinnish(_dictionaries())


def warm_up() -> None:
    """Read the dictionaries this machine needs (with libvoikko not the Finnish one, the largest), so that nobody waits."""
    for language in LANGUAGES:
        _read("a", language)
    query_terms("a")


@functools.cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer({"fi": "finnish", "sv": "swedish", "en": "english"}[language])


def analyzer_version() -> str:
    """Return what identifies the terms of an index: it is rebuilt when this changes."""
    return f"{CHAIN_VERSION}-{finnish().name}"


def guess_language(found: Sequence[str], declared: str = "") -> str:
    """Return fi, sv or en by the small words among the first 500; `declared` (or fi) when they do not say."""
    sample = Counter(word.lower() for word in found[:500])
    counts = {language: sum(sample[word] for word in common) for language, common in _COMMON.items()}
    best = max(LANGUAGES, key=lambda language: (counts[language], language == declared))
    if counts[best] >= 2 and counts[best] > counts.get(declared, 0):
        return best
    return declared if declared in LANGUAGES else "fi"


def _read_other(word: str, language: str) -> Reading:
    lemma = _dictionaries().get_lemma(word, language)
    return UNKNOWN if lemma is None else Reading(frozenset({lemma.lower()}))


@functools.lru_cache(maxsize=30_000)
def _read(word: str, language: str) -> Reading:
    """Return how one language reads a word; plain numbers and overlong words are nobody's."""
    if len(word) >= LONGEST_WORD or not any(letter.isalpha() for letter in word):
        return UNKNOWN
    if language == "fi":
        return finnish().read(word)
    reading = _read_other(word, language)
    if reading is UNKNOWN and not word.islower():
        reading = _read_other(word.lower(), language)
    return reading


def _stem(word: str, language: str) -> str:
    with _stemming:  # a stemmer has one buffer
        return f"~{_stemmer(language).stemWord(word)}"


def _pieces(word: str) -> list[str]:
    """Return what a joined word consists of: `ABC-123` is abc and 123, `PerehdytysPolku` is perehdytys and polku."""
    joined = [piece for piece in _SEPARATOR.split(word) if piece]
    pieces = [part for piece in joined for part in _CAMEL.split(piece)]
    return [piece for piece in pieces if len(piece) > 1 or piece.isdigit()] if len(pieces) > 1 else []


def _joined(word: str) -> str:
    """Return a hyphened word as others write it: `near-miss` is nearmiss, `e-mail` email. Codes stay as they are."""
    joined = word.replace("-", "")
    return joined if joined != word and joined.isalpha() else ""


@functools.lru_cache(maxsize=50_000)
def index_terms(word: str, language: str) -> tuple[tuple[str, float], ...]:
    """Return the terms under which `word` of a text in `language` is found, with weights from 0 to 1."""
    word = unicodedata.normalize("NFC", word)[:LONGEST_WORD]
    plain = word.lower()
    terms: dict[str, float] = {}

    def add(term: str, weight: float) -> None:
        terms[term] = max(weight, terms.get(term, 0.0))

    reading = _read(word, language)
    readings = [reading] if reading.lemmas else [_read(word, other) for other in LANGUAGES if other != language]
    if not reading.lemmas:
        add(plain, 1.0)
    for found in readings:
        for lemma in found.lemmas:
            add(lemma, 1.0)
        for part in found.parts:
            add(part, PART_WEIGHT)
    for piece in _pieces(word):
        for term, weight in index_terms(piece, language):
            if term[0] not in "~^":
                add(term, weight * PART_WEIGHT)
    if joined := _joined(plain):
        add(joined, PART_WEIGHT)
    for term in [*terms, plain]:
        if (bare := fold(term)) != term:
            add("^" + bare, terms.get(term, 1.0))
    if plain.isalpha() and (language != "fi" or not reading.lemmas):
        add(_stem(plain, language), 1.0)
    return tuple(terms.items())


def name_terms(word: str) -> tuple[tuple[str, float], ...]:
    """Return the terms of a word of somebody's name: as written and bare, never inflected."""
    plain = surface(word)
    terms = {plain: 1.0, **{surface(piece): PART_WEIGHT for piece in _pieces(word)}}
    return (
        *terms.items(),
        *(("^" + fold(term), weight) for term, weight in terms.items() if fold(term) != term),
    )


@functools.lru_cache(maxsize=5_000)
def query_terms(word: str) -> tuple[tuple[str, float], ...]:
    """Return the alternatives for one word of a query in any enabled language, best first, with weights."""
    word = unicodedata.normalize("NFC", word)[:LONGEST_WORD]
    plain = word.lower()
    terms = {plain: 1.0}
    if joined := _joined(plain):
        terms[joined] = PART_WEIGHT
    for language in LANGUAGES:
        reading = _read(word, language)
        terms.update(dict.fromkeys(reading.lemmas, 1.0))
        if plain.isalpha() and (language != "fi" or not reading.lemmas):
            terms.setdefault(_stem(plain, language), STEM_WEIGHT)
    if plain.isascii():
        terms["^" + plain] = FOLDED_WEIGHT
    return tuple(sorted(terms.items(), key=lambda item: (-item[1], item[0])))
