"""A request as the body of a search: who may see it, which words, how many of each kind, and which are worth a look."""

from typing import Any

from search.engines.base import Clause, Phrase, SearchRequest, Word
from search.engines.lexemes import EXACT, MOST_CANDIDATES, Frequency, are_many, chosen, phrases_of, worthwhile
from search.engines.opensearch.filters import BY_NUMBER, NOTHING, Filters, Query, any_of, readable
from search.engines.opensearch.layout import WEIGHED

# The server leafs no further (index.max_result_window).
DEEPEST = 10_000
# How long the server may take over a question, and over all words of the house.
LONGEST, LONGEST_LISTING = "3s", "25s"
# The server counts no more values for one question, whatever is asked (search.max_buckets).
_MOST_VALUES = 65_000
# More than any document's `worthwhile` words together: having more of the words comes first.
_HAS_CLAUSE = 128
_NEWEST: list[Any] = [{"updated": "desc"}, {"uid": "asc"}]


class Question:
    """The body for one request. `frequency` says how many documents of the index have a lexeme."""

    def __init__(self, request: SearchRequest, frequency: Frequency, *, need_all: bool) -> None:
        self.request, self.frequency, self.need_all = request, frequency, need_all
        self.filters = Filters(request)
        self.is_weighed = bool(request.must) and not request.newest_first

    def body(self) -> dict[str, Any]:
        """Return what is sent: counts and facets as aggregations, what they must not be narrowed by beside the query."""
        request = self.request
        body: dict[str, Any] = {
            "timeout": LONGEST,
            "track_total_hits": False,
            "_source": False,
            "query": {"bool": self._found()},
            "aggs": self.filters.counts(),
        }
        if shown := self.filters.shown():
            body["post_filter"] = shown
        if self.is_weighed:
            body["_source"] = list(WEIGHED)
            body["size"] = MOST_CANDIDATES if request.limit > 0 else 0
            many = are_many(request, self.frequency, need_all=self.need_all)
            body["sort"] = ["_score", *_NEWEST] if many else ["_doc"]
        else:
            body["from"] = min(request.offset, DEEPEST)
            body["size"] = max(0, min(request.limit, DEEPEST - request.offset))
            body["sort"] = _NEWEST
        return body

    def _found(self) -> Query:
        """Return the condition for what is found, whatever its kind, and what makes it likely to be good."""
        request = self.request
        conditions, likely = list(self.filters.within), list[Query]()
        clauses = [self._clause(clause) for clause in request.must]
        if self.need_all:
            conditions += clauses
        else:
            conditions.append(any_of(clauses))
        if self.is_weighed and are_many(request, self.frequency, need_all=self.need_all):
            if not self.need_all:
                plain = [self._clause(clause, is_named=False) for clause in request.must]
                likely += [_worth(clause, _HAS_CLAUSE) for clause in plain]
            likely += [_worth({"terms": {"words": words}}, worth) for words, worth in worthwhile(request)]
        unwanted = [self._part(part, is_named=False) for part in request.must_not]
        found = {"filter": conditions, "should": likely, "must_not": unwanted}
        return {name: queries for name, queries in found.items() if queries}

    def _clause(self, clause: Clause, *, is_named: bool = True) -> Query:
        return any_of([self._part(part, is_named=is_named) for part in clause])

    def _part(self, part: Word | Phrase, *, is_named: bool) -> Query:
        if isinstance(part, Word):
            words = chosen(part, self.frequency)
            return {"terms": {"words": words}} if words else NOTHING
        name = {"_name": name_of(part)} if is_named else {}
        if len(part.words) == 1:
            return {"term": {"words": {"value": EXACT + part.words[0], **name}}}
        return {"match_phrase": {"spoken": {"query": " ".join(part.words), **name}}}


def name_of(phrase: Phrase) -> str:
    """Return the name under which a hit tells that it has a phrase."""
    return " ".join(phrase.words)


def names_of(request: SearchRequest) -> list[str]:
    """Return the names of the wanted phrases, in the order in which they are weighed."""
    return [name_of(phrase) for phrase in phrases_of(request)]


def completing_tags(prefix: str, keys: frozenset[str], limit: int) -> dict[str, Any]:
    """Return the body that asks which tags begin so, and may tell of more: no letter means anything but itself."""
    begins = "".join(letter if letter.isalnum() or letter in "-_" else "." for letter in prefix) + ".*"
    return {
        "timeout": LONGEST,
        "track_total_hits": False,
        "size": 0,
        "query": {"bool": {"filter": [readable(keys), {"prefix": {"tags": prefix}}]}},
        "aggs": {
            "tags": {"terms": {"field": "tags", "include": begins, "size": max(1, limit) * 2 + 20, "order": BY_NUMBER}}
        },
    }


def figures(lexemes: list[str]) -> dict[str, Any]:
    """Return the body that asks for the index in numbers, and for how many documents have each lexeme."""
    body: dict[str, Any] = {
        "timeout": LONGEST,
        "track_total_hits": True,
        "size": 0,
        "aggs": {"length": {"avg": {"field": "length"}}, "title_length": {"avg": {"field": "title_length"}}},
    }
    if lexemes:
        terms = [{"term": {"words": lexeme}} for lexeme in lexemes]
        body["aggs"]["words"] = {"filters": {"filters": terms}}
    return body


def vocabulary(field: str, least: int, most: int) -> dict[str, Any]:
    """Return the body that asks for the commonest words of a field, whoever may see them."""
    values = {"field": field, "size": min(most, _MOST_VALUES), "min_doc_count": least, "order": BY_NUMBER}
    return {"timeout": LONGEST_LISTING, "track_total_hits": False, "size": 0, "aggs": {"words": {"terms": values}}}


def readable_counts(lexemes: list[str], keys: frozenset[str], *, in_names: bool) -> dict[str, Any]:
    """Return the body that asks how many documents that may be seen have each lexeme; `in_names`: files aside."""
    seen: Query = {"filter": [readable(keys)]}
    if in_names:
        seen["must_not"] = [{"term": {"kind": "file"}}]
    words = [{"term": {"words": lexeme}} for lexeme in lexemes]
    return {
        "timeout": LONGEST,
        "track_total_hits": False,
        "size": 0,
        "query": {"bool": seen},
        "aggs": {"words": {"filters": {"filters": words}}},
    }


def _worth(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}
