"""A request as SQL: which documents have the words and may be seen, how many of each kind, and which are worth a look.

The index for words (GIN) answers without a look at the documents themselves, so a word that half of them have costs
milliseconds; nothing here calls a function of text search on a row.
"""

from collections.abc import Callable

from psycopg.sql import SQL, Composable, Literal

from search.engines.base import Clause, Phrase, SearchRequest, Word
from search.engines.postgres.filters import Filters
from search.engines.postgres.rows import EXACT, STRIKING, TEXT, TITLE, VERY_STRIKING, quoted
from search.engines.postgres.tables import State
from search.engines.ranking import COMMON, MOST_PHRASE_CANDIDATES, alternatives

# So many documents are weighed exactly, which is as far as results can be leafed through.
MOST_CANDIDATES = 1_000
_NOTHING = "'\x01'"  # a lexeme that no document has
# What a lexeme is worth when only some of the found documents can be weighed.
_WORTH = {TITLE: 3, VERY_STRIKING: 2, STRIKING: 1}
Frequency = Callable[[str], int]


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
        if not self._are_many():
            return SQL("(SELECT 'hit', id::text, matched FROM shown LIMIT {})").format(limit)
        lexemes, worths = self._worthwhile()
        # Added up, not joined: PostgreSQL cannot know how many were found, and would join in the slowest way.
        return SQL(
            "(SELECT 'hit', id::text, sum(matched)::bigint FROM ("
            "SELECT id, matched, 0 AS worth, updated FROM shown UNION ALL "
            "SELECT d.id, 0, w.worth, NULL FROM unnest({}::text[]::tsquery[], {}::int[]) AS w (lexemes, worth) "
            "JOIN {} d ON d.words @@ w.lexemes WHERE (SELECT count(*) > {} FROM shown)) AS each "
            "GROUP BY id HAVING count(updated) > 0 "
            "ORDER BY sum(matched) DESC, sum(worth) DESC, max(updated) DESC, id LIMIT {})"
        ).format(lexemes, worths, self.table, limit, limit)

    def _are_many(self) -> bool:
        """Can there be more documents than are weighed? Of all words there are no more than of the rarest."""
        numbers = [sum(map(self._at_most, clause)) for clause in self.request.must]
        return (min(numbers) if self.need_all else sum(numbers)) > MOST_CANDIDATES

    def _at_most(self, part: Word | Phrase) -> int:
        if isinstance(part, Phrase):
            return min(MOST_PHRASE_CANDIDATES, *(self.frequency(EXACT + word) for word in part.words))
        fields = (TITLE,) if part.title_only else (TEXT, TITLE)
        terms = [field + term for term, _ in part.terms for field in fields]
        return sum(map(self.frequency, [*terms, EXACT + part.exact]))

    def _worthwhile(self) -> tuple[list[str], list[int]]:
        lexemes, worths = [], []
        for clause in self.request.must:
            terms = {term for part in clause if isinstance(part, Word) for term, weight in part.terms if weight >= 1.0}
            for field, worth in _WORTH.items() if terms else ():
                lexemes.append(" | ".join(quoted(field + term) for term in sorted(terms)))
                worths.append(worth)
        return lexemes, worths

    def _found(self) -> Composable:
        where, facts = self.filters.within, self.filters.columns()
        clauses = [self._clause(clause) for clause in self.request.must]
        where += self._unwanted()
        if not self.need_all:
            each = [SQL("SELECT id FROM ({}) AS one").format(self._having(*clause)) for clause in clauses]
            return SQL(
                "SELECT {}, m.matched FROM (SELECT id, count(*) AS matched FROM ({}) AS each GROUP BY id)"
                " AS m JOIN {} d USING (id) WHERE {}"
            ).format(facts, SQL(" UNION ALL ").join(each), self.table, where)
        plain = [words for words, phrases in clauses if not phrases]
        if plain:
            where += SQL(" AND d.words @@ {}::tsquery").format(" & ".join(f"({words})" for words in plain))
        for words, phrases in clauses:
            if phrases:
                where += SQL(" AND d.id IN ({})").format(self._having(words, phrases))
        return SQL("SELECT {}, {}::bigint AS matched FROM {} d WHERE {}").format(facts, len(clauses), self.table, where)

    def _clause(self, clause: Clause) -> tuple[str, list[Composable]]:
        """Return a clause as a tsquery ("" without words) and the statements of its phrases."""
        words = [self._word(part) for part in clause if isinstance(part, Word)]
        return " | ".join(words), [self._phrase(part) for part in clause if isinstance(part, Phrase)]

    def _having(self, words: str, phrases: list[Composable]) -> Composable:
        parts = list(phrases)
        if words:
            parts.append(SQL("SELECT h.id FROM {} h WHERE h.words @@ {}::tsquery").format(self.table, words))
        return SQL(" UNION ").join(parts)

    def _text_terms(self, word: Word) -> list[tuple[str, float, int]]:
        field = TITLE if word.title_only else TEXT
        return alternatives(word, lambda term: self.frequency(field + term))

    def _word(self, word: Word) -> str:
        field = TITLE if word.title_only else TEXT
        lexemes = [field + term for term, _, _ in self._text_terms(word)]
        if not word.title_only:
            lexemes += [TITLE + term for term, _, _ in alternatives(word, lambda term: self.frequency(TITLE + term))]
            if 0 < self.frequency(EXACT + word.exact) < COMMON:
                lexemes.append(EXACT + word.exact)
        return " | ".join(map(quoted, lexemes)) or _NOTHING

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
