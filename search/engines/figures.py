"""Numbers of an index: how many documents it has, and how many have a word. Those of a large one are kept for a minute."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Numbers of a large index, and of words that many documents have, hardly change in a minute.
LARGE, KEPT_FOR, _MOST_KEPT = 5_000, 60.0, 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """The index in numbers: documents, and how long they and their titles are on average."""

    documents: int = 0
    length: float = 1.0
    title_length: float = 1.0


class KeptFigures:
    """What one process remembers of the numbers of an index. Safe for threads: what is lost is asked again."""

    def __init__(self) -> None:
        self._figures: dict[str, tuple[float, Figures]] = {}
        self._frequencies: dict[tuple[str, str], tuple[float, int]] = {}

    def measured(self, index: str, measure: Callable[[], Figures]) -> Figures:
        """Return the index in numbers."""
        kept, now = self._figures.get(index), time.monotonic()
        if kept and kept[0] > now:
            return kept[1]
        figures = measure()
        if figures.documents >= LARGE:
            self._figures = {index: (now + KEPT_FOR, figures)}
        return figures

    def counted(
        self, index: str, lexemes: Iterable[str], count: Callable[[list[str]], Sequence[int]]
    ) -> dict[str, int]:
        """Return how many documents have each lexeme, whoever may see them."""
        now, counted = time.monotonic(), {}
        for lexeme in (wanted := set(lexemes)):
            if (kept := self._frequencies.get((index, lexeme))) and kept[0] > now:
                counted[lexeme] = kept[1]
        if not (missing := sorted(wanted - counted.keys())):
            return counted
        if len(self._frequencies) > _MOST_KEPT:
            self._frequencies = {}
        for lexeme, number in zip(missing, count(missing), strict=True):
            counted[lexeme] = number
            if number >= LARGE // 10:
                self._frequencies[index, lexeme] = (now + KEPT_FOR, number)
        return counted
