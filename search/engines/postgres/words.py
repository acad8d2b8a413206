"""The words of an index, in a table beside it, so that `search.spelling` need not read every document to have them.

A word is counted until two documents have it, no further: who changes a common document writes nothing here. One that
is written twice counts twice, and words of what is gone stay until the next rebuild; whether a word may be proposed is
asked of the documents themselves (`readable_counts`).
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from psycopg.sql import SQL

from search.engines.lexemes import TEXT, TITLE
from search.engines.postgres.rows import COLUMNS
from search.engines.postgres.tables import State, run
from search.terms import is_word

_WORDS = COLUMNS.index("words")
_ENOUGH = 2
# So many words are written by one statement.
_BATCH = 20_000


class Words:
    """How many of some documents have a word in the text, and in the title."""

    def __init__(self) -> None:
        self.texts: Counter[str] = Counter()
        self.names: Counter[str] = Counter()

    def add(self, rows: Iterable[list[Any]]) -> None:
        """Count the words of documents, given as rows of the table."""
        for row in rows:
            self.texts.update(lexeme[1:] for lexeme in row[_WORDS] if lexeme[0] == TEXT and is_word(lexeme[1:]))
            self.names.update(lexeme[1:] for lexeme in row[_WORDS] if lexeme[0] == TITLE and is_word(lexeme[1:]))

    def write(self, state: State) -> None:
        """Add what was counted to the table; in the order of words, so that two who write wait for each other, never both."""
        statement = SQL(
            "INSERT INTO {words} AS old (word, documents, names)"
            " SELECT word, documents, names FROM unnest({found}::text[], {texts}::int[], {names}::int[])"
            " AS new (word, documents, names) WHERE NOT EXISTS (SELECT FROM {words} AS known WHERE known.word = new.word"
            " AND known.documents >= {enough} AND known.names >= least(new.names, 1)) ORDER BY word"
            " ON CONFLICT (word) DO UPDATE SET documents = old.documents + excluded.documents,"
            " names = old.names + excluded.names"
        )
        every = sorted(self.texts | self.names)
        for start in range(0, len(every), _BATCH):
            found = every[start : start + _BATCH]
            texts, names = ([counted[word] for word in found] for counted in (self.texts, self.names))
            run(statement.format(words=state.words, found=found, texts=texts, names=names, enough=_ENOUGH))


def note(state: State, rows: Iterable[list[Any]]) -> None:
    """Add the words of documents that were written."""
    found = Words()
    found.add(rows)
    found.write(state)


def commonest(state: State, least: int, most: int, *, in_names: bool) -> list[str]:
    """Return the commonest words that so many documents have, two at most; `in_names`: in their titles."""
    statement = SQL("SELECT word FROM {} WHERE {} >= {} ORDER BY documents DESC, word LIMIT {}")
    column = SQL("names" if in_names else "documents")
    return [word for (word,) in run(statement.format(state.words, column, least, most))]
