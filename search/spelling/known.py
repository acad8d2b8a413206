"""The words of the index in use, made when they are first needed and made again beside the old ones when it has changed.

They are words of closed places too, so they decide nothing: see `search.spelling.proposing`.
"""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from django.db import connections

from search.engines import engine as own_engine
from search.engines.base import Engine, SearchAwayError
from search.spelling.dictionary import Dictionary
from search.terms import is_word

log = logging.getLogger(__name__)

# A word of texts is worth proposing when so many documents have it; what something is called, from the first on.
LEAST = 2
# The commonest words of an index that are kept, of titles and names and of texts, and how long, in seconds, they are
# taken for those of the index.
MOST_WORDS, _FRESH_FOR, _WAITED = 50_000, 600.0, 60.0


@dataclass(slots=True)
class _Kept:
    """The dictionary of an index, as its words were at a time."""

    version: str
    generation: str
    until: float
    words: Dictionary


_kept: dict[int, _Kept] = {}
_making, _renewing = threading.Lock(), threading.Lock()


def _make(engine: Engine, generation: str, version: str) -> _Kept:
    began = time.process_time()
    names = engine.vocabulary(1, MOST_WORDS, in_names=True)
    found = list(dict.fromkeys(filter(is_word, (*engine.vocabulary(LEAST, MOST_WORDS), *names))))
    made = _Kept(version, generation, time.monotonic() + _FRESH_FOR, Dictionary(found))
    log.info("search: %s words to be meant, in %.1f s", len(found), time.process_time() - began)
    return made


def _make_or_wait(engine: Engine, generation: str, version: str) -> _Kept:
    """Make a dictionary; where the index will not tell its words, none for a minute: no question waits for it again."""
    try:
        return _make(engine, generation, version)
    except SearchAwayError as error:
        log.warning("search: the words to be meant cannot be read: %s", error)
        return _Kept("", generation, time.monotonic() + _WAITED, Dictionary([]))


def dictionary(engine: Engine) -> Dictionary:
    """Return the words of an index: of this generation; those older than ten minutes are read again beside the questions."""
    generation, version = engine.vocabulary_version()
    kept = _kept.get(id(engine))
    if kept is None or kept.generation != generation:
        with _making:
            again = _kept.get(id(engine))
            if again is None or again.generation != generation:
                again = _kept[id(engine)] = _make_or_wait(engine, generation, version)
        return again.words
    if kept.version != version and time.monotonic() >= kept.until and _renewing.acquire(blocking=False):
        threading.Thread(target=_renew, args=(engine, generation, version), name="words", daemon=True).start()
    return kept.words


def forget() -> None:
    """Read the words anew with the next question; for tests."""
    _kept.clear()


def warm_up() -> None:
    """Read the words before the first question that needs them (`settings.WARM_UP`)."""
    with suppress(SearchAwayError):
        dictionary(own_engine())


def _renew(engine: Engine, generation: str, version: str) -> None:
    """Read the words again: seconds, in a large house, that no question should wait for."""
    try:
        _kept[id(engine)] = _make(engine, generation, version)
    except SearchAwayError:
        log.info("search: the words to be meant stay as they are without an index")
    finally:
        connections.close_all()
        _renewing.release()
