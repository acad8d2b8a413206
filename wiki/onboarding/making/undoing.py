"""Where a step stood, as a query string: the undo of a step that was taken off a path carries it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict

from wiki.onboarding.actions import Place
from wiki.onboarding.versions import STEPS_AT_MOST
from wiki.views.shared import number_from

# Days before the start are written as a number with this letter: a query has no negative ones.
BEFORE = "b"


def place_query(place: Place) -> str:
    """Return a place as a query string without spaces, which would end the address of an undo."""
    days = f"{BEFORE}{-place.due_days}" if place.due_days < 0 else str(place.due_days)
    keys = {"after": place.waits_for, "then": place.waited_by}
    lists = {name: ".".join(map(str, numbers)) for name, numbers in keys.items() if numbers}
    return urlencode({"at": place.at, "days": days, **lists})


def place_from(query: QueryDict) -> Place | None:
    """Return the place a query string names; what somebody made up is as near to it as a path allows.

    None where it names none: the end of the path.
    """
    if "at" not in query:
        return None
    raw = query.get("days", "")
    days = min(number_from(raw.removeprefix(BEFORE)) or 0, 520)
    waits, waited = ([key for part in query.get(name, "").split(".")[:STEPS_AT_MOST] if (key := number_from(part))]
                     for name in ("after", "then"))  # fmt: skip
    return Place(
        min(number_from(query.get("at")) or 0, STEPS_AT_MOST), -min(days, 180) if raw.startswith(BEFORE) else days,
        waits, waited,
    )  # fmt: skip
