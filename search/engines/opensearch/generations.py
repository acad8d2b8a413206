"""Generations: which index the alias names, whose it is, and how another takes its place."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from search.engines.base import SearchAwayError
from search.engines.opensearch.layout import LAYOUT, house, index_body
from search.engines.opensearch.server import ADMINISTERING, GoneError, Server

_BUILDING = ".building"


@dataclass(frozen=True, slots=True)
class State:
    """The generation in use."""

    index: str
    analyzer: str


def current(server: Server, *, is_urgent: bool = False) -> State:
    """Return the generation in use; SearchAwayError when there is none of ours. `is_urgent`: a reader waits for it."""
    marks = _marks(server, server.alias, is_urgent=is_urgent)
    _refuse_foreign(server, marks)
    if len(marks) > 1:
        raise SearchAwayError("the index has several generations")
    for name, mark in marks.items():
        if mark["layout"] != LAYOUT:
            raise SearchAwayError("the index has another layout")
        return State(name, str(mark["analyzer"]))
    raise GoneError("the index is missing")


def begin(server: Server) -> str:
    """Make the empty index of a generation that nobody uses yet, and return its name."""
    _refuse_foreign(server, _in_use(server))
    index = f"{server.alias}-{time.time_ns()}"
    server.tell("indices.create", ADMINISTERING, index=index, body=index_body(building(index)))
    return index


def building(index: str) -> str:
    """Return the alias by which a generation is filled: who writes to an index that is gone must not make one anew."""
    return index + _BUILDING


def switch(server: Server, index: str) -> None:
    """Make a generation the one in use; all at once, for those who search."""
    actions: list[dict[str, Any]] = [
        *({"remove": {"index": name, "alias": server.alias}} for name in _in_use(server)),
        {"remove": {"index": index, "alias": building(index)}},
        {"add": {"index": index, "alias": server.alias}},
    ]
    server.tell("indices.update_aliases", ADMINISTERING, body={"actions": actions})


def drop(server: Server, index: str) -> None:
    """Delete an index; one that is gone is no matter."""
    with suppress(GoneError):
        server.tell("indices.delete", ADMINISTERING, index=index)


def drop_others(server: Server, index: str) -> None:
    """Delete this house's generations that are not in use, also what a killed rebuild left."""
    # A longer name of somebody else may begin like ours.
    ours = re.compile(re.escape(server.alias) + r"-\d+")
    for name, mark in _marks(server, f"{server.alias}-*").items():
        if name != index and ours.fullmatch(name) and _is_ours(mark):
            drop(server, name)


def _in_use(server: Server) -> dict[str, dict[str, Any]]:
    try:
        return _marks(server, server.alias)
    except GoneError:
        return {}


def _marks(server: Server, index: str, *, is_urgent: bool = False) -> dict[str, dict[str, Any]]:
    """Return what the indices of a name say of themselves."""
    send = server.ask if is_urgent else server.tell
    found = send("indices.get_mapping", index=index)
    return {name: one["mappings"].get("_meta", {}).get("loikka", {}) for name, one in found.items()}


def _refuse_foreign(server: Server, marks: dict[str, dict[str, Any]]) -> None:
    """Raise SearchAwayError when the name leads to something that is not ours: it is neither read nor replaced."""
    if server.alias in marks or not all(map(_is_ours, marks.values())):
        raise SearchAwayError(f"{server.alias} is not this house's index: give SEARCH_URL another name, or delete it")


def _is_ours(mark: dict[str, Any]) -> bool:
    return mark.get("house") == house() and {"layout", "analyzer"} <= mark.keys()
