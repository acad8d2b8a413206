"""When an address outside counts as dead, and when it is asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from intranet.outbound import Answer

Verdict = Literal["alive", "gone", "failing", "unknown"]

# What is gone counts as dead when it was gone twice; what fails in another way may come back, and gets days.
GONE_TIMES = 2
FAIL_TIMES = 3
FAIL_FOR = timedelta(days=2)

AGAIN: dict[Verdict, timedelta] = {
    "alive": timedelta(days=14), "gone": timedelta(hours=6), "failing": timedelta(days=1), "unknown": timedelta(days=30)
}  # fmt: skip
AGAIN_DEAD = timedelta(days=7)
# No answer at all: it may be our own way out that is closed.
SILENT = frozenset({"name", "time", "connection"})


@dataclass(frozen=True, slots=True)
class State:
    """What is known of an address."""

    failures: int = 0
    first_failed_at: datetime | None = None
    is_dead: bool = False
    due_at: datetime | None = None


def verdict(answer: Answer) -> Verdict:
    """Return what an answer says. Who is there and lets us not in is alive: 401, 403, 429 and the like."""
    if answer.problem in ("inside", "off"):
        return "unknown"
    if answer.problem:
        return "failing"
    if answer.status in (404, 410):
        return "gone"
    return "failing" if answer.status >= 500 else "alive"


def after(state: State, answer: Answer, now: datetime) -> State:
    """Return what is known of an address after it was asked."""
    said = verdict(answer)
    if said in ("alive", "unknown"):
        return State(due_at=now + AGAIN[said])
    failures, first = min(state.failures + 1, 1_000), state.first_failed_at or now
    dead = state.is_dead or (
        failures >= GONE_TIMES if said == "gone" else failures >= FAIL_TIMES and now - first >= FAIL_FOR
    )
    return State(failures, first, dead, now + (AGAIN_DEAD if dead else AGAIN[said]))


def is_way_out_closed(answers: list[Answer]) -> bool:
    """Return whether a round says more about our own line than about the others: nobody answered, and there were several."""
    return len(answers) >= 3 and all(answer.problem in SILENT for answer in answers)
