"""What a request narrows to, as queries: permission, filters, and what was chosen in facets. And the facets themselves."""

from collections.abc import Iterable
from typing import Any

from search.engines.base import ANY_WILL_DO, MOST_VALUES, STATES, SearchRequest, Some, milliseconds

Query = dict[str, Any]

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"match_all": {}}
BY_NUMBER = [{"_count": "desc"}, {"_key": "asc"}]
_MOST_KINDS = 50
# The fields that facets count, and the value that means none.
_FIELDS = {
    "community": ("community", "0"), "author": ("author", "0"), "tag": ("tags", ""),
    "language": ("language", ""), "year": ("year", "0"),
}  # fmt: skip


def any_of(queries: list[Query]) -> Query:
    """Return a query that is met by whoever meets one of these."""
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def all_of(queries: list[Query]) -> Query:
    """Return a query that is met by whoever meets all of these."""
    return (queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}) if queries else EVERYTHING


def readable(keys: frozenset[str]) -> Query:
    """Return the condition for what a reader with these keys may see."""
    return {"terms": {"keys": sorted(keys)}}


def kinds_of(request: SearchRequest) -> list[str]:
    """Return the kinds that are wanted, none for all."""
    return sorted(({request.kind} if request.kind else set()) or request.kinds)


class Filters:
    """The conditions of one request. Those of a facet that is counted stand beside the rest: see `SearchRequest.facets`."""

    def __init__(self, request: SearchRequest) -> None:
        self.request = request
        chosen = self._of_facets()
        # What narrows the hits and not the counts of its own facet.
        self.beside = {name: query for name, query in chosen.items() if name in request.facets}
        self.within = self._of_all() + [query for name, query in chosen.items() if name not in request.facets]
        self._of_kinds = [{"terms": {"kind": kinds}}] if (kinds := kinds_of(request)) else []

    def shown(self) -> Query | None:
        """Return what hits have to meet besides, None for nothing: aggregations count without it."""
        conditions = [*self.beside.values(), *self._of_kinds]
        return all_of(conditions) if conditions else None

    def counts(self) -> Query:
        """Return the aggregations: how many of each kind (`kinds`), and the facets."""
        kept = all_of(list(self.beside.values()))
        aggregations: Query = {"kinds": {"filter": kept, "aggs": {"values": _terms("kind", _MOST_KINDS)}}}
        for name in self.request.facets:
            if name in _FIELDS:
                field, none = _FIELDS[name]
                # One more, for the value that means none is not told.
                values = _terms(field, MOST_VALUES + bool(none or name == "language"))
            elif name == "state":
                values = {"filters": {"filters": {state: self._in_states([state]) for state in STATES[1:]}}}
            else:
                continue
            others = [q for other, q in self.beside.items() if other != name or name not in ANY_WILL_DO]
            aggregations[name] = {"filter": all_of([*others, *self._of_kinds]), "aggs": {"values": values}}
        return aggregations

    def _of_facets(self) -> dict[str, Query]:
        request = self.request
        found: dict[str, Query] = {}
        if request.communities is not None:
            found["community"] = _numbers("community", request.communities)
        if request.authors is not None:
            found["author"] = _numbers("author", request.authors)
        if request.years:
            found["year"] = _numbers("year", request.years)
        if request.languages:
            found["language"] = {"terms": {"language": sorted(request.languages)}}
        if request.states:
            found["state"] = self._in_states(request.states)
        return found

    def _of_all(self) -> list[Query]:
        request = self.request
        conditions: list[Query] = [readable(request.keys)]
        if request.after:
            conditions.append({"range": {"updated": {"gte": milliseconds(request.after)}}})
        if request.before:
            conditions.append({"range": {"updated": {"lt": milliseconds(request.before)}}})
        conditions += [{"term": {"tags": tag}} for tag in sorted(request.tags)]
        if request.has_file is not None:
            conditions.append({"term": {"has_file": request.has_file}})
        conditions += [self._meeting(some) for some in request.also]
        conditions += [{"bool": {"must_not": [self._meeting(some)]}} for some in request.never]
        return conditions

    def _meeting(self, some: Some) -> Query:
        """Return the condition that at least one of these is met."""
        conditions: list[Query] = [
            {"terms": {field: sorted(wanted)}}
            for field, wanted in (
                ("kind", some.kinds), ("language", some.languages), ("uid", some.uids), ("tags", some.tags),
            )
            if wanted
        ]  # fmt: skip
        for field, numbers in (("community", some.communities), ("author", some.authors)):
            if numbers:
                conditions.append(_numbers(field, numbers))
        if some.states:
            conditions.append(self._in_states(some.states))
        return any_of(conditions) if conditions else NOTHING

    def _in_states(self, wanted: Iterable[str]) -> Query:
        """Return the condition for how things stand: `wiki.care.schedule.status_of`, and what questions say themselves."""
        today = self.request.today.toordinal()
        soon = today + self.request.lead.days
        owned: Query = {"terms": {"care": ["waiting", "confirmed"]}}
        waiting: Query = {"term": {"care": "waiting"}}
        overdue: Query = {"range": {"review": {"gt": 0, "lt": today}}}
        near: Query = {"range": {"review": {"gt": 0, "lt": soon}}}
        states: dict[str, Query] = {
            "unowned": {"filter": [{"term": {"care": "nobody"}}]},
            "overdue": {"filter": [owned, overdue]},
            "due": {"filter": [owned, any_of([waiting, near])], "must_not": [overdue]},
            "verified": {"filter": [{"term": {"care": "confirmed"}}], "must_not": [near]},
        } | {
            state: {"filter": [{"term": {"question": state}}], "must_not": [owned, {"term": {"care": "nobody"}}]}
            for state in ("open", "answered")
        }
        conditions = [{"bool": states[state]} for state in sorted(set(wanted) & states.keys())]
        return any_of(conditions) if conditions else NOTHING


def facet(name: str, told: Query | None) -> list[tuple[str, int]]:
    """Return a facet as it was counted; one that this engine does not count is empty."""
    buckets = told["values"]["buckets"] if told else []
    if isinstance(buckets, dict):
        return [(value, one["doc_count"]) for value, one in buckets.items() if one["doc_count"]]
    none = _FIELDS[name][1] if name in _FIELDS else ""
    return [(one["key"], one["doc_count"]) for one in buckets if one["key"] != none]


def _numbers(field: str, numbers: Iterable[int]) -> Query:
    return {"terms": {field: [str(number) for number in sorted(numbers)]}}


def _terms(field: str, size: int) -> Query:
    return {"terms": {"field": field, "size": size, "order": BY_NUMBER}}
