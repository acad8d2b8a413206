"""Vain searches are noted in the memory of a web process and written every few seconds: looking writes nothing.

A process that is killed loses what it noted in its last seconds, and nothing else. Who asked is in that memory alone.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Mapping

from django.db import close_old_connections, connections

from intranet.locks import turn_to_write
from intranet.people.models import Community, User
from search.engines import SearchAwayError, engine
from search.engines.base import Word
from search.find import Found, reader_keys
from search.gaps.actions import Noted, add_vain
from search.gaps.models import LONGEST_WORDS
from search.gaps.words import key_of
from search.query import Query, parse
from wiki.care.facts import today

WRITTEN_EVERY = 10.0  # seconds
MOST_WAITING, MOST_OF_ONE = 2_000, 20
MOST_WORDS = 6
# Telephone numbers, identity codes, accounts, cards: six digits, whatever stands between them.
_NUMBERS = re.compile(r"\d(?:[\s().+/–-]*\d){5}")

log = logging.getLogger(__name__)
_lock = threading.Lock()
_waiting: dict[str, Noted] = {}


def countable(query: Query, found: Found) -> bool:
    """May this question be counted? Plain words only, nothing that points at a person, and an index that answered."""
    if found.is_plain or not (found.weak or not found.results):
        return False
    if query != Query(text=query.text, must=query.must) or not 0 < len(query.must) <= MOST_WORDS:
        return False
    if any(len(clause) != 1 or not isinstance(clause[0], Word) or clause[0].title_only for clause in query.must):
        return False
    if "@" in query.text or _NUMBERS.search(query.text) or len(query.text) > LONGEST_WORDS:
        return False
    # Some of the words are somebody's name: the question may be about that person.
    return not found.counts.get("person")


def note_vain(user_id: int, query: Query, found: Found) -> None:
    """Remember for a moment that somebody looked for this in vain. Asks and writes nothing."""
    if not countable(query, found):
        return
    key = key_of(query)
    with _lock:
        noted = _waiting.get(key)
        mine = sum(user_id in one.people for one in _waiting.values())
        if (noted is None and len(_waiting) >= MOST_WAITING) or mine >= MOST_OF_ONE:
            return
        noted = _waiting.setdefault(key, Noted(query.text.lower()))
        noted.people[user_id] = bool(found.results)


def write_noted() -> None:
    """Write what was noted; what cannot be written is forgotten: a count is not worth a second try."""
    with _lock:
        noted = dict(_waiting)
        _waiting.clear()
    if counted := without_closed_words(noted):
        with turn_to_write():
            add_vain(noted=counted, on=today())


def without_closed_words(noted: Mapping[str, Noted]) -> dict[str, Noted]:
    """Leave out who found a word of hers in closed places alone: the list is read by people who are not in them.

    Asked of what she may read, so that who does not know the word is counted, and a word that is missing from the list
    tells nobody that it is somewhere.
    """
    found = {}
    open_places = Community.objects.filter(kind=Community.Kind.OPEN).values_list("pk", flat=True)
    everywhere = frozenset({"people", "listed", *(f"c:{pk}" for pk in open_places)}) if noted else frozenset[str]()
    for key, one in noted.items():
        terms = sorted(parse(one.words).marks)
        people = dict(one.people)
        for user in User.objects.filter(pk__in=[pk for pk, has_some in people.items() if has_some]):
            try:
                mine, known = (engine().readable_counts(terms, keys) for keys in (reader_keys(user), everywhere))
            except SearchAwayError:
                mine, known = dict.fromkeys(terms, 1), {}
            if any(mine.get(term) and not known.get(term) for term in terms):
                del people[user.pk]
        if people:
            found[key] = Noted(one.words, people)
    return found


def forget() -> None:
    """Begin with nothing noted, for tests."""
    with _lock:
        _waiting.clear()


def keep_noted() -> None:
    """Write what this web process has noted now and then, as long as it lives (`settings.WARM_UP`)."""
    while True:
        time.sleep(WRITTEN_EVERY)
        try:
            close_old_connections()
            write_noted()
        except Exception:
            log.exception("vain searches could not be written and are forgotten")
            connections.close_all()
