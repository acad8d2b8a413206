"""The OpenSearch engine: an index on a server of its own, asked and written over HTTP by every process.

Officially for OpenSearch 2 and 3. Elasticsearch 8 is spoken to with the same requests, none of which is OpenSearch's
alone; nothing was ever tried on it.
"""

import logging
import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from sys import intern
from typing import Any, TypeVar

from intranet.locks import only_one
from search.analysis import analyzer_version, surface
from search.completing import readings
from search.engines.base import (
    SETTLED,
    CatchUp,
    Document,
    Engine,
    Entry,
    Facets,
    Health,
    Hit,
    SearchAwayError,
    SearchRequest,
    SearchResponse,
    commonest,
    state_of,
    words_first,
)
from search.engines.figures import Figures, KeptFigures
from search.engines.lexemes import TEXT, TITLE, Frequency, lexemes_of
from search.engines.opensearch import generations
from search.engines.opensearch.completion import completed, completing
from search.engines.opensearch.filters import facet, kinds_of
from search.engines.opensearch.generations import State
from search.engines.opensearch.question import (
    Question,
    completing_tags,
    figures,
    names_of,
    readable_counts,
    vocabulary,
)
from search.engines.opensearch.server import WRITING, GoneError, Server
from search.engines.opensearch.writing import actions, now, write
from search.engines.scoring import Candidate, Scorer, best_of

logger = logging.getLogger(__name__)

# How long a process takes a generation for the one in use; one that is deleted meanwhile is noticed at once.
_KEPT_FOR = 5.0
# Words to be proposed are asked for every ten minutes.
_WORDS_KEPT_FOR = 600.0
# What is read at a time where everything is.
_PAGE, _THOROUGH_PAGE = 5_000, 500

Answer = TypeVar("Answer")


class OpenSearchEngine(Engine):
    """An index on a server. Safe for threads."""

    caveat = (
        "This engine was tried on a program that imitates OpenSearch 3.8 and by a recorded contract, "
        "never on a server of OpenSearch or Elasticsearch."
    )

    def __init__(self, url: str) -> None:
        self.server = Server(url)
        self._kept = KeptFigures()
        self._state: tuple[float, State] | None = None

    # --- reading ---

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request; SearchAwayError whatever is wrong."""
        return self._read(lambda state: self._answer(state, request))

    def suggest(self, prefix: str, keys: frozenset[str], limit: int = 8, each: int = 0) -> list[Hit]:
        """Return what fits what was typed so far, best first: see `search.completing`."""
        asked = readings(prefix)

        def ask(state: State) -> list[Hit]:
            answers = (self._ask(state, completing(one, keys, limit, each)) for one in asked)
            return next((hits for answer in answers if (hits := completed(answer, limit))), [])

        return self._read(ask) if asked and limit > 0 else []

    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int = 5) -> list[tuple[str, int]]:
        """Return tags that begin so, with how many things that may be read carry them."""

        def ask(state: State) -> list[tuple[str, int]]:
            answer = self._ask(state, completing_tags(surface(prefix), keys, limit))
            told = [(one["key"], one["doc_count"]) for one in answer["aggregations"]["tags"]["buckets"]]
            return [pair for pair in told if pair[0].startswith(surface(prefix))][:limit]

        return self._read(ask)

    def vocabulary_version(self) -> tuple[str, str]:
        """Return the generation in use; its words are asked for again when they are old."""
        return self._read(lambda state: (state.index, str(int(time.time() // _WORDS_KEPT_FOR))))

    def vocabulary(self, least: int, most: int, *, in_names: bool = False) -> list[str]:
        """Return the commonest words; the server counts them, over all documents."""
        body = vocabulary("names" if in_names else "meant", least, most)

        def ask(state: State) -> list[str]:
            return [one["key"] for one in self._ask(state, body, WRITING)["aggregations"]["words"]["buckets"]]

        return self._read(ask)

    def readable_counts(self, terms: Sequence[str], keys: frozenset[str], *, in_names: bool = False) -> dict[str, int]:
        """Return how many documents that may be seen have each term: one question for all."""
        if not terms:
            return {}
        body = readable_counts([(TITLE if in_names else TEXT) + term for term in terms], keys, in_names=in_names)

        def ask(state: State) -> dict[str, int]:
            told = self._ask(state, body)["aggregations"]["words"]["buckets"]
            return {term: one["doc_count"] for term, one in zip(terms, told, strict=True)}

        return self._read(ask)

    def uids(self) -> dict[str, int]:
        """Return every uid with the time of its last change."""
        body = {"_source": False, "docvalue_fields": ["updated"], "size": _PAGE}
        return self._read(
            lambda state: {hit["_id"]: int(hit["fields"]["updated"][0]) for hit in self._everything(state, body)}
        )

    def entries(self) -> dict[str, Entry]:
        """Return every uid with what the index says of it; of the text that is the digest it was written with."""
        body = {"_source": ["keys"], "docvalue_fields": ["updated", "digest"], "size": _PAGE}

        def entry(hit: dict[str, Any]) -> Entry:
            updated, digest = (int(hit["fields"][name][0]) for name in ("updated", "digest"))
            return Entry(updated, intern(" ".join(sorted(hit["_source"]["keys"]))), digest)

        return self._read(lambda state: {hit["_id"]: entry(hit) for hit in self._everything(state, body)})

    def health(self, thorough: bool = False) -> Health:
        """Say whether the index is there, of this version and all there; `thorough` reads every document."""
        try:
            state = generations.current(self.server)
            color = self.server.tell("cluster.health", index=state.index)["status"]
            if color == "red":
                raise SearchAwayError("a part of the index is missing (red)")
            documents = int(self.server.tell("count", index=state.index)["count"])
            if thorough:
                self._read_every_byte(state, documents)
        except SearchAwayError as error:
            return Health(reason=str(error))
        except Exception as error:
            logger.exception("search: the health of the index could not be understood")
            return Health(reason=f"the server could not be understood ({type(error).__name__})")
        if state.analyzer != analyzer_version():
            return Health(documents, state.analyzer, "the index was made by another version of the analysis")
        return Health(documents, state.analyzer)

    def _read_every_byte(self, state: State, documents: int) -> None:
        body = {"_source": ["uid", "weights"], "size": _THOROUGH_PAGE}
        count = 0
        for hit in self._everything(state, body):
            if hit["_source"]["uid"] != hit["_id"] or len(b64decode(hit["_source"]["weights"], validate=True)) % 6:
                raise SearchAwayError(f"{hit['_id']} is damaged in the index")
            count += 1
        if count < documents and count < int(self.server.tell("count", index=state.index)["count"]):
            raise SearchAwayError("documents of the index cannot be read")

    def _read(self, question: Callable[[State], Answer]) -> Answer:
        """Ask the generation in use; whatever goes wrong is SearchAwayError."""
        while True:
            kept = self._state
            try:
                return question(self._newest())
            except GoneError:
                # The generation that was in use some seconds ago may be gone by now.
                self._state = None
                if kept is None:
                    raise
            except SearchAwayError:
                raise
            except Exception as error:
                # An answer of another shape than ours, or a fault of ours: the reader gets the plain look-up.
                logger.exception("search: a question could not be answered")
                raise SearchAwayError("the index could not answer") from error

    def _newest(self) -> State:
        kept = self._state
        if kept and kept[0] > time.monotonic():
            return kept[1]
        state = generations.current(self.server, is_urgent=True)
        self._state = (time.monotonic() + _KEPT_FOR, state)
        return state

    def _ask(self, state: State, body: dict[str, Any], patience: float | None = None) -> dict[str, Any]:
        """Search; half an answer is none."""
        answer: dict[str, Any] = self.server.ask(
            "search", patience, index=state.index, body=body, params={"allow_partial_search_results": "false"}
        )
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise SearchAwayError("the server did not answer in time")
        return answer

    def _everything(self, state: State, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield every document by its uid, page by page."""
        after: dict[str, Any] = {}
        while True:
            page = {**body, **after, "query": {"match_all": {}}, "sort": [{"uid": "asc"}], "track_total_hits": False}
            hits = self._ask(state, page, WRITING)["hits"]["hits"]
            yield from hits
            if len(hits) < body["size"]:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _answer(self, state: State, request: SearchRequest) -> SearchResponse:
        known = self._kept.counted(state.index, lexemes_of(request), lambda missing: self._count(state, missing)[1])

        def frequency(lexeme: str) -> int:
            return known.get(lexeme, 0)

        return words_first(request, lambda need_all: self._find(state, request, frequency, need_all=need_all))

    def _count(self, state: State, lexemes: list[str]) -> tuple[Figures, list[int]]:
        """Ask for the index in numbers and for how many documents have each lexeme."""
        answer = self._ask(state, figures(lexemes))
        told = answer["aggregations"]
        lengths = [float(told[name]["value"] or 1) for name in ("length", "title_length")]
        counts = [one["doc_count"] for one in told["words"]["buckets"]] if lexemes else []
        return Figures(answer["hits"]["total"]["value"], *lengths), counts

    def _find(self, state: State, request: SearchRequest, frequency: Frequency, *, need_all: bool) -> SearchResponse:
        question = Question(request, frequency, need_all=need_all)
        answer = self._ask(state, question.body())
        told, hits = answer["aggregations"], answer["hits"]["hits"]
        counts = dict(facet("kind", told["kinds"]))
        if request.kinds:
            counts = {kind: number for kind, number in counts.items() if kind in request.kinds}
        wanted = kinds_of(request) or counts.keys()
        total = sum(number for kind, number in counts.items() if kind in wanted)
        facets: Facets = {name: commonest(facet(name, told.get(name))) for name in request.facets}
        if question.is_weighed:
            found = self._weighed(state, request, hits, frequency, need_all=need_all)
        else:
            found = tuple(Hit(hit["_id"], float(hit["sort"][0])) for hit in hits)
        return SearchResponse(total, found, counts, facets, weak=not need_all and bool(total))

    def _weighed(
        self, state: State, request: SearchRequest, hits: list[Any], frequency: Frequency, *, need_all: bool
    ) -> tuple[Hit, ...]:
        """Return the wanted slice of the candidates, best first."""
        if not hits:
            return ()
        names = names_of(request)
        found = [_candidate(hit, names, request) for hit in sorted(hits, key=lambda hit: str(hit["_id"]))]
        measured = self._kept.measured(state.index, lambda: self._count(state, [])[0])
        return best_of(request, found, Scorer(request, found, measured, frequency).ranks(need_all=need_all))

    # --- writing ---

    def upsert(self, documents: Iterable[Document], removed: Sequence[str] = ()) -> None:
        """Write a batch, seen when all of it is there. What is refused in the middle is written again by the caller."""
        latest = {document.uid: document for document in documents}
        if not latest and not removed:
            return
        try:
            generations.current(self.server)
            write(self.server, self.server.alias, actions(latest.values(), removed, now()))
        except SearchAwayError:
            raise
        except Exception as error:
            raise SearchAwayError("the index could not be written") from error

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp | None = None) -> int:
        """Make a new generation from all documents, add what changed meanwhile, and change over."""
        with only_one(f"search-rebuild-{self.server.alias}") as mine:
            if not mine:
                raise SearchAwayError("another process makes the index anew just now")
            index = generations.begin(self.server)
            try:
                count = self._build(index, documents, catch_up)
            except BaseException:
                self._give_up(index)
                raise
            # What others wrote into the old one between the catching up and the change-over stands in the diary too.
            self._catch_up(self.server.alias, catch_up)
            generations.drop_others(self.server, index)
            return count

    def _build(self, index: str, documents: Iterable[Document], catch_up: CatchUp | None) -> int:
        filling, began = generations.building(index), now()
        count = write(self.server, filling, actions(documents, (), began))
        self._catch_up(filling, catch_up)
        generations.switch(self.server, index)
        self._state = None
        return count

    def _catch_up(self, alias: str, catch_up: CatchUp | None) -> None:
        """Write what changed; with the moment before it was read, so that who read later wins."""
        if catch_up:
            moment = now()
            changed, gone = catch_up.changes()
            write(self.server, alias, actions(changed, gone, moment))

    def _give_up(self, index: str) -> None:
        """Delete a generation that did not come to be, if the server still answers."""
        try:
            generations.drop(self.server, index)
        except SearchAwayError as error:
            logger.warning("search: an unfinished generation is left until the next rebuild: %s", error)


def _candidate(hit: dict[str, Any], names: list[str], request: SearchRequest) -> Candidate:
    one, had = hit["_source"], hit.get("matched_queries", ())
    phrases = [name in had for name in names]
    weights = b64decode(one["weights"])
    is_settled = state_of(one["care"], one["review"], one["question"], request) in SETTLED
    return Candidate(
        hit["_id"], one["kind"], one["updated"], one["length"], one["title_length"], weights, is_settled, phrases
    )
