"""The part of a text that shows why it was found, with the words marked in the form they have there.

Reading a word (`search.analysis.index_terms`) costs 0.1 to 0.3 ms the first time, and ten long pages have thousands of
different words. So a text is looked through for what may be a form of a wanted word, only that is read, and the part
that is shown is then read word by word.
"""

import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis import fold, index_terms, name_terms

WIDTH, LEAD = 220, 60
# What is looked through of a long text, and how many found words are enough to choose the best place.
_LOOKED_THROUGH, _ENOUGH = 60_000, 40
# What one page of results may spend on reading words that do not look like a wanted one (`went` for `go`), in seconds.
_PATIENCE = 0.03
# What tells a form of a wanted word: the beginning anywhere in a word, as in compounds; of short words, whose third
# letter changes (`katu`, `kadun`), two letters at the beginning of a word.
_BEGINNING, _SHORT, _SHORT_BEGINNING = 3, 5, 2
_SPACES = re.compile(r"\s+")
# A line without a full stop is a heading, a cell, an item: shown in one line they need something between them.
_OPEN_LINE = re.compile(r"(?<=[^\s.!?:;,…])[ \t]*\n\s*")
_WORD = re.compile(r"\w+(?:[-.:'’]\w+)*")
_JOINERS = "-.:'’"

Span = tuple[int, int]


def _letters() -> dict[str, str]:
    """Return for each plain letter the class of those that differ from it in their marks only."""
    found: dict[str, str] = {}
    for code in range(0xC0, 0x250):
        letter = chr(code)
        bare = fold(letter)
        if letter.islower() and len(bare) == 1 and bare.isascii() and bare.isalpha():
            found[bare] = found.get(bare, "") + letter
    return {bare: f"[{bare}{marked}]" for bare, marked in found.items()}


_LETTERS = _letters()


def _pattern(beginning: str) -> str:
    return "".join(_LETTERS.get(letter) or re.escape(letter) for letter in beginning)


@lru_cache(maxsize=500)
def _hints(marks: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds possible forms of wanted words in a text in small letters, and what begins like one of them."""
    bare = {fold(mark.lstrip("~^")) for mark in marks} - {""}
    inside = {_pattern(word[:_BEGINNING]) for word in bare if len(word) >= _BEGINNING}
    first = {_pattern(word[:_SHORT_BEGINNING]) for word in bare if len(word) <= _SHORT}
    parts = [*sorted(inside), *(rf"(?<!\w){one}" for one in sorted(first))]
    letters = sorted({_pattern(word[0]) for word in bare})
    # `(?!)` is found nowhere: what consists of marks alone has no letters.
    return re.compile("|".join(parts) or "(?!)"), re.compile("|".join(letters) or "(?!)")


class Marker:
    """Finds and marks the words of one question in the texts of one page of results."""

    def __init__(self, marks: Iterable[str]) -> None:
        self.marks = frozenset(marks)
        # By language: what is known of each word.
        self._known: dict[str, dict[str, bool]] = {}
        self._likely, self._alike = _hints(self.marks)
        self._spent = 0.0

    def matches(self, word: str, language: str, *, likely: bool = False) -> bool:
        """Is this a form of a wanted word? `likely` words are always read, others while there is patience left."""
        known = self._known.setdefault(language, {})
        answer = known.get(word)
        if answer is not None:
            return answer
        if not likely and self._spent > _PATIENCE:
            small = _small(word)
            if not self._alike.match(small) and not self._likely.search(small):
                return False
        known[word] = answer = self._reads(word, language)
        return answer

    def _reads(self, word: str, language: str) -> bool:
        terms = name_terms(word) if language == "name" else index_terms(word, language)
        for term, _ in terms:  # noqa: SIM110  # twice as fast as any(), and asked a thousand times a page
            if term in self.marks:
                return True
        return False

    def mark(self, text: str, language: str = "fi") -> SafeString:
        """Return a whole short text, escaped, with its found words marked. `language` may be "name": never inflected."""
        if not self.marks:
            return escape(text)
        began = time.thread_time()
        spans = [found.span() for found in _WORD.finditer(text) if self.matches(found[0], language)]
        self._spent += time.thread_time() - began
        return _marked(text, spans)

    def snippet(self, text: str, language: str = "fi") -> SafeString:
        """Return about two lines around the most different found words; the beginning when none is found."""
        return self.excerpt(text, language)[0]

    def excerpt(self, text: str, language: str = "fi") -> tuple[SafeString, int]:
        """Return the snippet, and where the first found word in it stands in `text`: -1 when none is found."""
        indent = len(text) - len(text.lstrip())
        text = text[indent : indent + _LOOKED_THROUGH].rstrip()
        place = self._best_place(text, language) if self.marks else -1
        start = max(0, place - LEAD)
        if start and (gap := _SPACES.search(text, start, start + LEAD)):
            start = gap.end()
        piece = _in_one_line(text[start : start + 2 * WIDTH])
        end = min(len(piece), WIDTH)
        if end < len(piece):
            end = max(piece.rfind(" ", WIDTH // 2, end), WIDTH // 2)
        head, more = ("… " if start else ""), end < len(piece) or start + 2 * WIDTH < len(text)
        shown = mark_safe(head + self.mark(piece[:end], language) + (" …" if more else ""))  # escaped piece by piece
        return shown, place + indent if place >= 0 else -1

    def _best_place(self, text: str, language: str) -> int:
        """Return where the window begins that has the most different words; -1 when there is none."""
        spans = list(self._found(text, language))
        if not spans:
            return self._unlike(text, language)

        def variety(index: int) -> int:
            start = spans[index][0]
            return len({text[a:b].lower()[:5] for a, b in spans[index : index + 8] if b <= start + WIDTH - LEAD})

        return spans[max(range(len(spans)), key=variety)][0]

    def _found(self, text: str, language: str) -> Iterator[Span]:
        """Yield the first found words that begin like a wanted one, or have a part that does."""
        small, place, found = _small(text), 0, 0
        while found < _ENOUGH and (hint := self._likely.search(small, place)):
            word = _WORD.match(text, _beginning(text, hint.start(), place))
            if word is None:
                place = hint.end()
                continue
            place = max(word.end(), hint.end())
            if self.matches(word[0], language, likely=True):
                found += 1
                yield word.span()

    def _unlike(self, text: str, language: str) -> int:
        """Return where a word stands that begins otherwise than the wanted one it is a form of; -1 without one."""
        words = dict.fromkeys(_WORD.findall(text))
        known = self._known.setdefault(language, {})
        began = time.thread_time()
        for number, word in enumerate(words):
            if number % 16 == 15:
                # Asking for the time costs as much as looking a word up.
                now = time.thread_time()
                self._spent, began = self._spent + now - began, now
            answer = known.get(word)
            if answer is None and self._spent <= _PATIENCE:
                answer = self.matches(word, language)
            if answer:
                return next(found.start() for found in _WORD.finditer(text) if found[0] == word)
        return -1


def _small(text: str) -> str:
    """Return `text` in small letters, every one where it was."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(letter.lower()[:1] for letter in text)


def _beginning(text: str, place: int, floor: int) -> int:
    """Return where the word begins that stands at `place`, not before `floor`."""
    while place > floor:
        before = text[place - 1]
        joins = before in _JOINERS and place - 1 > floor and (text[place - 2].isalnum() or text[place - 2] == "_")
        if not (before.isalnum() or before == "_" or joins):
            break
        place -= 1
    return place


def _in_one_line(text: str) -> str:
    return _SPACES.sub(" ", _OPEN_LINE.sub(" · ", text)).strip()


def mark(text: str, marks: frozenset[str], language: str = "fi", is_name: bool = False) -> SafeString:
    """Return a whole short text, escaped, with its found words marked."""
    return Marker(marks).mark(text, "name" if is_name else language)


def snippet(text: str, marks: frozenset[str], language: str = "fi") -> SafeString:
    """Return about two lines around the most different found words; the beginning when none is found."""
    return Marker(marks).snippet(text, language)


def _marked(text: str, spans: Iterable[Span]) -> SafeString:
    parts, place = [], 0
    for start, end in spans:
        # Escaped before the marks are added: a found word is somebody's text like any other.
        parts += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return mark_safe("".join([*parts, escape(text[place:])]))
