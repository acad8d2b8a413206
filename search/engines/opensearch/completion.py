"""Completion as a query: each typed word is worth the best step that a document fits, all of it over the title's length."""

from typing import Any

from search.completing import Reading, Step
from search.engines.base import Hit
from search.engines.opensearch.filters import Query, any_of, readable
from search.engines.opensearch.question import LONGEST

_BEST: list[Any] = ["_score", {"uid": "asc"}]
_SEEN = ["title_length"]
_MOST_KINDS = 50


def completing(reading: Reading, keys: frozenset[str], limit: int, each: int) -> dict[str, Any]:
    """Return the body that asks what fits a reading, of every kind at most `each` (0: however many)."""
    words = [{"dis_max": {"queries": [_worth(step) for step in steps]}} for steps in reading]
    body: dict[str, Any] = {
        "timeout": LONGEST,
        "track_total_hits": False,
        "_source": _SEEN,
        "size": limit,
        "query": {
            "function_score": {
                "query": {"bool": {"filter": [readable(keys)], "must": words}},
                "functions": [{"field_value_factor": {"field": "shortness"}}],
                "boost_mode": "multiply",
            }
        },
        "sort": _BEST,
    }
    if each:
        best = {"top_hits": {"size": min(each, limit), "sort": _BEST, "_source": _SEEN, "track_scores": True}}
        body["size"] = 0
        body["aggs"] = {"kinds": {"terms": {"field": "kind", "size": _MOST_KINDS}, "aggs": {"best": best}}}
    return body


def completed(answer: dict[str, Any], limit: int) -> list[Hit]:
    """Return the hits of an answer, best first."""
    found = list(answer["hits"]["hits"])
    for kind in answer.get("aggregations", {}).get("kinds", {}).get("buckets", ()):
        found += kind["best"]["hits"]["hits"]
    hits = [Hit(hit["_id"], _rank(hit)) for hit in found]
    return sorted(hits, key=lambda hit: (-hit.score, hit.uid))[:limit]


def _rank(hit: dict[str, Any]) -> float:
    """Return what a hit is worth. The server's numbers are short ones; sums of weights are full hundredths."""
    root = float(max(1, hit["_source"]["title_length"]) ** 0.5)
    return round(float(hit["_score"]) * root, 2) / root


def _worth(step: Step) -> Query:
    if step.is_whole:
        fitting: Query = {"terms": {"beginnings": list(step.forms)}}
    else:
        fitting = any_of([{"prefix": {"beginnings": form}} for form in step.forms])
    return {"constant_score": {"filter": fitting, "boost": step.weight}}
