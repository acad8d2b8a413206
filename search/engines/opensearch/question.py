"""A request as the body of a search: who may see it, which words, how many of each kind, and which are worth a look."""

from typing import Any

from search.engines.base import MOST_VALUES, Clause, Phrase, SearchRequest, Word, milliseconds
from search.engines.lexemes import EXACT, MOST_CANDIDATES, Frequency, are_many, chosen, phrases_of, worthwhile
from search.engines.opensearch.layout import WEIGHED

# The server leafs no further (index.max_result_window).
DEEPEST = 10_000
# How long the server may take over a question.
_LONGEST = "3s"
# More than any document's `worthwhile` words together: having more of the words comes first.
_HAS_CLAUSE = 128
_MOST_KINDS = 50
_NOTHING: dict[str, Any] = {"match_none": {}}
_BY_NUMBER = [{"_count": "desc"}, {"_key": "asc"}]
_NEWEST: list[Any] = [{"updated": "desc"}, {"uid": "asc"}]
# The fields that facets count, and the value that means none.
_FACETS = {"community": ("community", "0"), "author": ("author", "0"), "tag": ("tags", "")}

Query = dict[str, Any]


class Question:
    """The body for one request. `frequency` says how many documents of the index have a lexeme."""

    def __init__(self, request: SearchRequest, frequency: Frequency, *, need_all: bool) -> None:
        self.request, self.frequency, self.need_all = request, frequency, need_all
        self.is_weighed = bool(request.must) and not request.newest_first

    def body(self) -> dict[str, Any]:
        """Return what is sent: `kinds` and facets as aggregations, the wanted kinds as a filter of the hits alone."""
        request, wanted = self.request, kinds_of(self.request)
        body: dict[str, Any] = {
            "timeout": _LONGEST,
            "track_total_hits": False,
            "_source": False,
            "query": {"bool": self._found()},
            "aggs": {"kinds": {"terms": {"field": "kind", "size": _MOST_KINDS}}},
        }
        if request.facets:
            facets = {name: _counted(name) for name in request.facets if name in _FACETS}
            among = {"terms": {"kind": wanted}} if wanted else {"match_all": {}}
            body["aggs"]["shown"] = {"filter": among, "aggs": facets}
        if wanted:
            body["post_filter"] = {"terms": {"kind": wanted}}
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
        conditions, likely = permitted(request), list[Query]()
        clauses = [self._clause(clause) for clause in request.must]
        if self.need_all:
            conditions += clauses
        else:
            conditions.append(_any(clauses))
        if self.is_weighed and are_many(request, self.frequency, need_all=self.need_all):
            if not self.need_all:
                plain = [self._clause(clause, is_named=False) for clause in request.must]
                likely += [_worth(clause, _HAS_CLAUSE) for clause in plain]
            likely += [_worth({"terms": {"words": words}}, worth) for words, worth in worthwhile(request)]
        unwanted = [self._part(part, is_named=False) for part in request.must_not]
        found = {"filter": conditions, "should": likely, "must_not": unwanted}
        return {name: queries for name, queries in found.items() if queries}

    def _clause(self, clause: Clause, *, is_named: bool = True) -> Query:
        return _any([self._part(part, is_named=is_named) for part in clause])

    def _part(self, part: Word | Phrase, *, is_named: bool) -> Query:
        if isinstance(part, Word):
            words = chosen(part, self.frequency)
            return {"terms": {"words": words}} if words else _NOTHING
        name = {"_name": name_of(part)} if is_named else {}
        if len(part.words) == 1:
            return {"term": {"words": {"value": EXACT + part.words[0], **name}}}
        return {"match_phrase": {"spoken": {"query": " ".join(part.words), **name}}}


def kinds_of(request: SearchRequest) -> list[str]:
    """Return the kinds that are wanted, none for all."""
    return sorted(({request.kind} if request.kind else set()) or request.kinds)


def name_of(phrase: Phrase) -> str:
    """Return the name under which a hit tells that it has a phrase."""
    return " ".join(phrase.words)


def names_of(request: SearchRequest) -> list[str]:
    """Return the names of the wanted phrases, in the order in which they are weighed."""
    return [name_of(phrase) for phrase in phrases_of(request)]


def permitted(request: SearchRequest) -> list[Query]:
    """Return the conditions of permission and filters, whatever the kind."""
    conditions: list[Query] = [readable(request.keys)]
    for field, wanted in (("community", request.communities), ("author", request.authors)):
        if wanted is not None:
            conditions.append({"terms": {field: [str(number) for number in sorted(wanted)]}})
    if request.after:
        conditions.append({"range": {"updated": {"gte": milliseconds(request.after)}}})
    if request.before:
        conditions.append({"range": {"updated": {"lt": milliseconds(request.before)}}})
    conditions += [{"term": {"tags": tag}} for tag in sorted(request.tags)]
    if request.standing:
        conditions.append(_standing(request))
    return conditions


def readable(keys: frozenset[str]) -> Query:
    """Return the condition for what a reader with these keys may see."""
    return {"terms": {"keys": sorted(keys)}}


def completing(words: list[str], keys: frozenset[str], limit: int) -> dict[str, Any]:
    """Return the body that asks what begins like each word: whole words and short titles first."""
    begins = [{"prefix": {"beginnings": word}} for word in words]
    whole = [_worth({"term": {"beginnings": word}}, 0.5) for word in words]
    return {
        "timeout": _LONGEST,
        "track_total_hits": False,
        "_source": ["title_length"],
        "size": max(0, limit),
        "query": {
            "function_score": {
                # Each word that is begun is worth one, and a half more when it is whole.
                "query": {
                    "bool": {
                        "filter": [readable(keys), *begins],
                        "must": {"match_all": {"boost": len(words)}},
                        "should": whole,
                    }
                },
                "functions": [{"field_value_factor": {"field": "shortness"}}],
                "boost_mode": "multiply",
            }
        },
        "sort": ["_score", {"uid": "asc"}],
    }


def completing_tags(prefix: str, keys: frozenset[str], limit: int) -> dict[str, Any]:
    """Return the body that asks which tags begin so, and may tell of more: no letter means anything but itself."""
    begins = "".join(letter if letter.isalnum() or letter in "-_" else "." for letter in prefix) + ".*"
    return {
        "timeout": _LONGEST,
        "track_total_hits": False,
        "size": 0,
        "query": {"bool": {"filter": [readable(keys), {"prefix": {"tags": prefix}}]}},
        "aggs": {
            "tags": {"terms": {"field": "tags", "include": begins, "size": max(1, limit) * 2 + 20, "order": _BY_NUMBER}}
        },
    }


def figures(lexemes: list[str]) -> dict[str, Any]:
    """Return the body that asks for the index in numbers, and for how many documents have each lexeme."""
    body: dict[str, Any] = {
        "timeout": _LONGEST,
        "track_total_hits": True,
        "size": 0,
        "aggs": {"length": {"avg": {"field": "length"}}, "title_length": {"avg": {"field": "title_length"}}},
    }
    if lexemes:
        terms = [{"term": {"words": lexeme}} for lexeme in lexemes]
        body["aggs"]["words"] = {"filters": {"filters": terms}}
    return body


def _counted(name: str) -> Query:
    field, none = _FACETS[name]
    # One more, for the value that means none is not told.
    return {"terms": {"field": field, "size": MOST_VALUES + bool(none), "order": _BY_NUMBER}}


def facet(name: str, buckets: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return a facet as it was counted."""
    return [(one["key"], one["doc_count"]) for one in buckets if one["key"] != _FACETS[name][1]]


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _worth(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def _standing(request: SearchRequest) -> Query:
    """Return the condition for pages that stand as wanted on the day of the question: `wiki.care.schedule.status_of`."""
    today = request.today.toordinal()
    soon = today + request.lead.days
    owned, waiting, confirmed = (
        {"terms": {"care": cares}} for cares in (["waiting", "confirmed"], ["waiting"], ["confirmed"])
    )
    overdue = {"range": {"review": {"gt": 0, "lt": today}}}
    near = {"range": {"review": {"gt": 0, "lt": soon}}}
    states: dict[str, Query] = {
        "unowned": {"filter": [{"term": {"care": "nobody"}}]},
        "overdue": {"filter": [owned, overdue]},
        "due": {"filter": [owned, _any([waiting, near])], "must_not": [overdue]},
        "verified": {"filter": [confirmed], "must_not": [near]},
    }
    wanted = [{"bool": states[name]} for name in sorted(request.standing & states.keys())]
    return _any(wanted) if wanted else _NOTHING
