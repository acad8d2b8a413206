"""Where somebody was lately. The browser keeps the numbers of the places, the server says what they are today.

Nothing is written for it on the server: a visit costs no query, and nobody else can read it there. The browser keeps
no names either (a machine may be shared), forgets everything at sign-out, and what somebody may no longer see is left
out here without a word.
"""

import re

from intranet.people.models import User
from search.engines.base import Hit
from search.results import Result, Row, load, result_of, suggestion_of
from search.snippets import Marker

# So many are shown, and looked through while somebody types.
MOST = 8
_UID = re.compile(r"(?:page|post|person|community):[1-9][0-9]{0,15}")


def understood(text: str) -> list[str]:
    """Return the uids the browser sent, newest first, without doubles; what is no uid is nothing."""
    named = (uid for uid in text[:400].split(",") if _UID.fullmatch(uid))
    return list(dict.fromkeys(named))[:MOST]


def results(user: User, uids: list[str], rows: dict[str, Row]) -> list[Result]:
    """Return the places behind uids, in their order. `rows`: what `load` gave for them, threads left out."""
    threads = load(user, [Hit(uid, 0.0) for uid in uids if uid.startswith("post:")])
    found = []
    for uid in uids:
        kind = uid.partition(":")[0]
        if kind == "post" and uid in threads:
            found.append(result_of(kind, threads[uid], Marker(())))
        elif uid in rows:
            found.append(suggestion_of(kind, rows[uid]))
    return found
