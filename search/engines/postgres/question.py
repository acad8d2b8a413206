"""A request as SQL: which documents have the words and may be seen, how many of each kind, and which are worth a look.

The index for words (GIN) answers without a look at the documents themselves, so a word that half of them have costs
milliseconds; nothing here calls a function of text search on a row.
"""

from collections.abc import Callable

from psycopg.sql import SQL, Composable, Literal

from search.engines.base import MOST_VALUES, Clause, Phrase, SearchRequest, Word, milliseconds
from search.engines.postgres.rows import EXACT, STRIKING, TAG, TEXT, TITLE, VERY_STRIKING, quoted
from search.engines.postgres.tables import State
from search.engines.ranking import COMMON, MOST_PHRASE_CANDIDATES, alternatives

# So many documents are weighed exactly, which is as far as results can be leafed through.
MOST_CANDIDATES = 1_000
_NOTHING = "'\x01'"  # a lexeme that no document has
# What a lexeme is worth when only some of the found documents can be weighed.
_WORTH = {TITLE: 3, VERY_STRIKING: 2, STRIKING: 1}
_FACETS = {
    "community": "(SELECT 'community', community::text, count(*) FROM shown WHERE community <> 0 GROUP BY community",
    "author": "(SELECT 'author', author::text, count(*) FROM shown WHERE author <> 0 GROUP BY author",
    "tag": "(SELECT 'tag', tag, count(*) FROM shown, unnest(tags) AS tag GROUP BY tag",
}
# `wiki.care.schedule.status_of`, in SQL.
_STANDING = {
    "unowned": "d.care = 'nobody'",
    "overdue": "d.care IN ('waiting', 'confirmed') AND d.review < {today}",
    "due": "d.care IN ('waiting', 'confirmed') AND (d.review IS NULL OR d.review >= {today})"
    " AND (d.care = 'waiting' OR d.review < {soon})",
    "verified": "d.care = 'confirmed' AND (d.review IS NULL OR d.review >= {soon})",
}
_FACTS = SQL("d.id, d.kind, d.community, d.author, d.tags, d.updated")
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
        self._readable = self._filters()

    def statement(self) -> Composable:
        """Return SQL whose rows are (what, value, number): counts, facets and candidates."""
        request = self.request
        found = self._found()
        shown: Composable = SQL("SELECT * FROM found")
        if wanted := ({request.kind} if request.kind else set()) or request.kinds:
            shown += SQL(" WHERE kind = ANY({})").format(sorted(wanted))
        parts: list[Composable] = [
            SQL("SELECT 'kind' AS what, kind AS value, count(*) AS number FROM found GROUP BY kind")
        ]
        for name in request.facets:
            parts.append(SQL(_FACETS[name] + " ORDER BY 3 DESC, 2 LIMIT {})").format(MOST_VALUES))
        parts.append(self._candidates())
        tables = [SQL("phrase{} AS MATERIALIZED ({})").format(Literal(n), one) for n, one in enumerate(self._phrases)]
        for number in range(len(self._phrases)):
            parts.append(SQL("SELECT 'phrase', '', count(*) FROM phrase{}").format(Literal(number)))
        tables += [SQL("found AS MATERIALIZED ({})").format(found), SQL("shown AS ({})").format(shown)]
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
        where = self._readable
        clauses = [self._clause(clause) for clause in self.request.must]
        where += self._unwanted()
        if not self.need_all:
            each = [SQL("SELECT id FROM ({}) AS one").format(self._having(*clause)) for clause in clauses]
            return SQL(
                "SELECT {}, m.matched FROM (SELECT id, count(*) AS matched FROM ({}) AS each GROUP BY id)"
                " AS m JOIN {} d USING (id) WHERE {}"
            ).format(_FACTS, SQL(" UNION ALL ").join(each), self.table, where)
        plain = [words for words, phrases in clauses if not phrases]
        if plain:
            where += SQL(" AND d.words @@ {}::tsquery").format(" & ".join(f"({words})" for words in plain))
        for words, phrases in clauses:
            if phrases:
                where += SQL(" AND d.id IN ({})").format(self._having(words, phrases))
        return SQL("SELECT {}, {}::bigint AS matched FROM {} d WHERE {}").format(
            _FACTS, len(clauses), self.table, where
        )

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
        number = Literal(len(self._phrases))
        self._phrases.append(
            SQL(
                "SELECT d.id, d.spoken FROM {} d WHERE d.words @@ {}::tsquery AND {} ORDER BY d.length, d.id LIMIT {}"
            ).format(self.table, all_words, self._readable, MOST_PHRASE_CANDIDATES)
        )
        return SQL("SELECT id FROM phrase{} WHERE strpos(spoken, {}) > 0").format(number, spoken(phrase))

    def _unwanted(self) -> Composable:
        """Return the condition that leaves out what has an unwanted word or phrase."""
        if not self.request.must_not:
            return SQL("")
        return SQL(" AND d.id NOT IN ({})").format(self._having(*self._clause(self.request.must_not)))

    def _filters(self) -> Composable:
        """Return the condition of permission and filters, whatever the kind."""
        request, keys = self.request, sorted(self.request.keys)
        # Most documents have one key; looking one up among many is quicker than comparing lists.
        conditions: list[Composable] = [
            SQL(
                "CASE WHEN cardinality(d.keys) = 1 THEN d.keys[1] = ANY({0}::text[]) ELSE d.keys && {0}::text[] END"
            ).format(keys)
        ]
        if request.communities is not None:
            conditions.append(SQL("d.community = ANY({}::bigint[])").format(sorted(request.communities)))
        if request.authors is not None:
            conditions.append(SQL("d.author = ANY({}::bigint[])").format(sorted(request.authors)))
        if request.after:
            conditions.append(SQL("d.updated >= {}").format(milliseconds(request.after)))
        if request.before:
            conditions.append(SQL("d.updated < {}").format(milliseconds(request.before)))
        if request.tags:
            tags = " & ".join(quoted(TAG + tag) for tag in sorted(request.tags))
            conditions.append(SQL("d.marks @@ {}::tsquery").format(tags))
        if request.standing:
            conditions.append(self._standing())
        return SQL("(") + SQL(" AND ").join(conditions) + SQL(")")

    def _standing(self) -> Composable:
        """Return the condition for pages that stand as wanted on the day of the question."""
        today, soon = Literal(self.request.today), Literal(self.request.today + self.request.lead)
        wanted = [_STANDING[name] for name in sorted(self.request.standing & _STANDING.keys())]
        either = SQL(") OR (").join(SQL(one).format(today=today, soon=soon) for one in wanted)
        return SQL("((") + either + SQL("))") if wanted else SQL("false")
