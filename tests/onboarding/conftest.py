"""A path in Lab with four steps, and Aino on it with Ben as buddy and Mika as owner."""

from datetime import date

import pytest


@pytest.fixture
def way(cast):
    """A path of four steps; the third waits for the second."""
    from wiki.onboarding import actions  # models, which pytest-django loads after this file

    path = actions.create_path(actor=cast.mika, community=cast.lab, title="First weeks", language="en")
    keys = [
        actions.save_step(actor=cast.mika, path=path, kind="do", title=title, due_days=days).pk
        for title, days in (("Keys", 0), ("Badge", 2), ("Lift", 4), ("Roof", 10))
    ]
    step = path.steps.get(pk=keys[2])
    actions.save_step(actor=cast.mika, path=path, step=step, waits_for=[keys[1]])
    path.refresh_from_db()
    return path


@pytest.fixture
def hers(cast, way):
    """Aino, from Monday 2 November 2026 on."""
    from wiki.onboarding import actions

    return actions.enrol(
        actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 11, 2), buddy=cast.ben, manager=None
    )


def titles(enrolment) -> list[str]:
    """The steps on somebody's list, in order."""
    from wiki.onboarding.ways import way_of

    enrolment.refresh_from_db()
    return [line.step.title for line in way_of(enrolment).lines]


def step_of(path, title: str):
    """A step of the path by its title."""
    from wiki.onboarding.versions import lines_of

    path.refresh_from_db()
    return next(line.step for line in lines_of(path) if line.step.title == title)
