"""What the tests of the editor of paths share: a path to edit, and how it looks after that."""

from django.urls import reverse

from wiki.onboarding import actions
from wiki.onboarding.models import Path, Step
from wiki.onboarding.versions import lines_of


def path_of_five(cast) -> Path:
    """Make a path in Lab with a step in each span of time but the first."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    for title, days in (("Keys", 0), ("Lunch", 0), ("Buddy", 3), ("Talk", 10), ("Look back", 60)):
        actions.save_step(actor=cast.mika, path=made, kind="do", title=title, due_days=days)
    made.refresh_from_db()
    return made


def shown(path: Path) -> list[tuple[str, int]]:
    """Return titles and days of the steps, in order."""
    path.refresh_from_db()
    return [(line.step.title, line.due_days) for line in lines_of(path)]


def step(path: Path, title: str) -> Step:
    """Return a step by its title."""
    return path.steps.get(title=title)


def address(name: str, path: Path, *more: object) -> str:
    """Return an address of the editor."""
    return reverse(f"onboarding:{name}", args=[path.slug, *more])
