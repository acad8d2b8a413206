"""A request as SQL: which documents have the words and may be seen, how many of each kind, and which are worth a look.

The index for words (GIN) answers without a look at the documents themselves, so a word that half of them have costs
milliseconds; nothing here calls a function of text search on a row.
"""

from psycopg.sql import SQL, Composable, Literal

from search.engines.base import Clause, Phrase, SearchRequest, Word
from search.engines.lexemes import EXACT, MOST_CANDIDATES, Frequency, are_many, chosen, worthwhile
from search.engines.postgres.filters import Filters
from search.engines.postgres.rows import quoted
from search.engines.postgres.tables import State
from search.engines.ranking import MOST_PHRASE_CANDIDATES

_NOTHING = "'\x01'"  # a lexeme that no document has


def spoken(phrase: Phrase) -> str:
    """Return a phrase as it stands in the column `spoken`."""
    return f" {' '.join(phrase.words)} "


class Question:
    """The statement for one request. `frequency` says how many documents of the index have a lexeme."""

    def __init__(self, state: State, request: SearchRequest, frequency: Frequency, *, need_all: bool) -> None:
        self.table, self.request, self.frequency = state.name, request, frequency
        self.need_all = need_all
        self._phrases: list[Composable] = []
        self.filters = Filters(request)

    def statement(self) -> Composable:
        """Return SQL whose rows are (what, value, number): counts, facets and candidates."""
        request = self.request
        found = self._found()
        wanted = ({request.kind} if request.kind else set()) or request.kinds
        parts: list[Composable] = [
            SQL("SELECT 'kind' AS what, kind AS value, count(*) AS number FROM kept GROUP BY kind"),
        ]
        parts += self.filters.facets()
        parts.append(self._candidates())
        tables: list[Composable] = [
            SQL("phrase{} AS MATERIALIZED ({})").format(Literal(n), one) for n, one in enumerate(self._phrases)
        ]
        for number in range(len(self._phrases)):
            parts.append(SQL("SELECT 'phrase', '', count(*) FROM phrase{} WHERE is_kept").format(Literal(number)))
        tables += [SQL("found AS MATERIALIZED ({})").format(found), *self.filters.tables(wanted)]
        return SQL("WITH {} {}").format(SQL(", ").join(tables), SQL(" UNION ALL ").join(parts))

    def _candidates(self) -> Composable:
        """Return the statement for the hits: the newest, or those that are worth to be weighed."""
        request = self.request
        if request.newest_first or not request.must:
            return SQL(
                "(SELECT 'hit', id::text, updated FROM shown ORDER BY updated DESC, id OFFSET {} LIMIT {})"
            ).format(request.offset, max(0, request.limit))
        limit = MOST_CANDIDATES if request.limit > 0 else 0
        if not are_many(request, self.frequency, need_all=self.need_all):
            return SQL("(SELECT 'hit', id::text, matched FROM shown LIMIT {})").format(limit)
        lexemes, worths = self._worthwhile()
        # Added up, not joined: PostgreSQL cannot know how many were found, and would join in the slowest way.
        return SQL(
            "(SELECT 'hit', id::text, max(matched) FROM ("
            "SELECT id, matched, 0 AS worth, updated FROM shown UNION ALL "
            "SELECT d.id, NULL, w.worth, NULL FROM unnest({}::text[]::tsquery[], {}::int[]) AS w (lexemes, worth) "
            "JOIN {} d ON d.words @@ w.lexemes WHERE (SELECT count(*) > {} FROM shown)) AS each "
            "GROUP BY id HAVING max(matched) > 0 "
            "ORDER BY max(matched) DESC, sum(worth) DESC, max(updated) DESC, each.id LIMIT {})"
        ).format(lexemes, worths, self.table, limit, limit)

    def _worthwhile(self) -> tuple[list[str], list[int]]:
        found = list(worthwhile(self.request))
        return [" | ".join(map(quoted, lexemes)) for lexemes, _ in found], [worth for _, worth in found]

    def _found(self) -> Composable:
        clauses = [self._clause(clause) for clause in self.request.must]
        if not self.need_all:
            # What is said of a row comes along and is grouped by: a second look at each row costs more than finding it.
            names = SQL(", ").join(map(SQL, self.filters.names))
            each = [self._rows(self._meeting(*clause)) for clause in clauses]
            return SQL(
                "SELECT {0}, matched FROM (SELECT {0}, count(*) AS matched FROM ({1}) AS each GROUP BY {0}) AS d"
                " WHERE true{2}"
            ).format(names, SQL(" UNION ALL ").join(each), self._unwanted())
        plain = [f"({words})" for words, phrases in clauses if not phrases]
        conditions = [self._meeting(" & ".join(plain), [])] if plain else []
        conditions += [self._meeting(words, phrases) for words, phrases in clauses if phrases]
        return SQL("SELECT d.*, {}::bigint AS matched FROM ({}) AS d WHERE true{}").format(
            len(clauses), self._rows(*conditions), self._unwanted()
        )

    def _rows(self, *conditions: Composable) -> Composable:
        """Return the statement for what is said of the rows that may be seen and meet all conditions."""
        where = SQL(" AND ").join([self.filters.within, *conditions])
        return SQL("SELECT {} FROM {} d WHERE {}").format(self.filters.columns(), self.table, where)

    def _meeting(self, words: str, phrases: list[Composable]) -> Composable:
        """Return the condition that a row `d` has these words, or any of the phrases."""
        if not phrases:
            return SQL("d.words @@ {}::tsquery").format(words)
        return SQL("d.id IN ({})").format(self._having(words, phrases))

    def _clause(self, clause: Clause) -> tuple[str, list[Composable]]:
        """Return a clause as a tsquery ("" without words) and the statements of its phrases."""
        words = [self._word(part) for part in clause if isinstance(part, Word)]
        return " | ".join(words), [self._phrase(part) for part in clause if isinstance(part, Phrase)]

    def _having(self, words: str, phrases: list[Composable]) -> Composable:
        parts = list(phrases)
        if words:
            parts.append(SQL("SELECT h.id FROM {} h WHERE h.words @@ {}::tsquery").format(self.table, words))
        return SQL(" UNION ").join(parts)

    def _word(self, word: Word) -> str:
        return " | ".join(map(quoted, chosen(word, self.frequency))) or _NOTHING

    def _phrase(self, phrase: Phrase) -> Composable:
        """Return the statement for the documents with a phrase: the shortest of those with its words are read."""
        all_words = " & ".join(quoted(EXACT + word) for word in dict.fromkeys(phrase.words))
        if len(phrase.words) == 1:
            return SQL("SELECT p.id FROM {} p WHERE p.words @@ {}::tsquery").format(self.table, all_words)
        # What meets every choice before what is only counted in a facet.
        number, beside = Literal(len(self._phrases)), self.filters.all_beside()
        self._phrases.append(
            SQL(
                "SELECT d.id, d.spoken, ({0}) AS is_kept FROM {1} d WHERE d.words @@ {2}::tsquery AND {3}"
                " ORDER BY is_kept DESC, d.length, d.id LIMIT {4}"
            ).format(beside, self.table, all_words, self.filters.within, MOST_PHRASE_CANDIDATES)
        )
        return SQL("SELECT id FROM phrase{} WHERE strpos(spoken, {}) > 0").format(number, spoken(phrase))

    def _unwanted(self) -> Composable:
        """Return the condition that leaves out what has an unwanted word or phrase."""
        if not self.request.must_not:
            return SQL("")
        return SQL(" AND d.id NOT IN ({})").format(self._having(*self._clause(self.request.must_not)))
