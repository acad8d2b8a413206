"""What everybody is to be reminded of on somebody's way today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intranet.people.models import User
from wiki.onboarding.models import Enrolment, Step
from wiki.onboarding.reminding.stages import Stage, stage_on
from wiki.onboarding.ways import Way


@dataclass(frozen=True, slots=True)
class Due:
    """A step that somebody is to hear of."""

    person: User
    enrolment: Enrolment
    step: Step
    due_on: date
    stage: Stage

    @property
    def key(self) -> tuple[int, int, date, int]:
        """Return what makes it the same reminder."""
        return self.enrolment.pk, self.step.pk, self.due_on, int(self.stage)


def due_on_way(way: Way) -> Iterator[Due]:
    """Return who is to hear of which open step; of nothing while the clock stands or another step comes first.

    Until two working days after its day whoever does it; then the buddy, or without one the manager; then the manager.
    """
    if way.is_paused or way.enrolment.ended_at is not None:
        return
    spread = way.windows()
    for line in way.lines:
        window = spread[line.step.pk]
        if window.is_waiting or not way.is_open(line.step.pk):
            continue
        stage = stage_on(window.due_on, way.today, way.late(window.due_on), way.calendar)
        person = _hearer(way, line.step, stage) if stage is not None else None
        if person is not None and stage is not None:
            yield Due(person, way.enrolment, line.step, window.due_on, stage)


def _hearer(way: Way, step: Step, stage: Stage) -> User | None:
    doer, buddy, boss = way.doer(step), way.enrolment.buddy, way.enrolment.boss
    if stage < Stage.BUDDY:
        return doer
    # Nobody is told of her own lateness in somebody else's place.
    others = [one for one in (buddy, boss) if one is not None and (doer is None or one.pk != doer.pk)]
    if stage == Stage.BUDDY:
        return others[0] if others else None
    return others[-1] if others and others[-1] == boss else None
