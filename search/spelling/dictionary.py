"""A dictionary of deletions: a word and a mistyped one meet where a letter of each is left out. Pure.

It is kept as sorted numbers (check sums of the deletions) beside the words: a hundred bytes a word.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from zlib import crc32

from search.terms import is_word

# What is shorter is like everything.
_SHORTEST = 4


def is_like_a_word(typed: str) -> bool:
    """Is this long enough to be taken for another word?"""
    return len(typed) >= _SHORTEST and is_word(typed)


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

    def near(self, word: str, most: int) -> list[str]:
        """Return the words that are one mistake away (`most` 1), or some that are two (2), in the order of the dictionary."""
        forms = deletions(word)
        if most > 1:
            forms = {further for form in forms for further in deletions(form)}
        return [candidate for candidate in self._with(forms) if distance(word, candidate) == most]

    def _with(self, forms: set[str]) -> Iterator[str]:
        numbers: set[int] = set()
        for mark in map(_mark, forms):
            place = bisect_left(self._marks, mark)
            while place < len(self._marks) and self._marks[place] >> 32 == mark >> 32:
                numbers.add(self._marks[place] & 0xFFFFFFFF)
                place += 1
        return (self.words[number] for number in sorted(numbers))


def _mark(form: str) -> int:
    return crc32(form.encode()) << 32
