"""Figures of a path's steps: how many, how long, how often late, how often unclear. Of steps, never of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from feed.models import Post
from feed.text import preview_of
from intranet.people.models import Community
from wiki.onboarding.models import Completion, Enrolment, Path, Step, Unclear
from wiki.onboarding.schedule import Window
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import Way, day_of, load, with_people

# The newest enrolments: what a path was like years ago says nothing about it now.
MOST = 1000
# Of fewer a median is somebody's own number, and a share says more than it knows.
MEDIAN_FROM, SHARE_FROM = 3, 10


@dataclass(slots=True)
class Question:
    """What somebody found unclear, as far as the reader may see it."""

    post: int
    words: str


@dataclass(slots=True)
class Figures:
    """One step of a path over all who have or had it on their list."""

    step: Step
    people: int = 0
    done: int = 0
    skipped: int = 0
    judged: int = 0  # done, or past its day
    late: int = 0  # of those
    unclear: int = 0
    questions: list[Question] = field(default_factory=list)
    days: list[int] = field(default_factory=list)

    @property
    def median_days(self) -> float | None:
        """Return how many days it took from when it could be done, in the middle; None of too few."""
        return median(self.days) if len(self.days) >= MEDIAN_FROM else None

    @property
    def late_percent(self) -> int | None:
        """Return the share that was late in whole percent; None of too few, who are better counted."""
        return round(100 * self.late / self.judged) if self.judged >= SHARE_FROM else None


@dataclass(slots=True)
class Insight:
    """A path in figures."""

    people: int
    finished: int
    steps: list[Figures]


def is_owner(user: Any, path: Path) -> bool:
    """May `user` see how a path works, and export it? Its owner, who sees everybody on it anyway."""
    return bool(path.owner_id == user.pk and Community.objects.visible_to(user).filter(pk=path.community_id).exists())


def insight(viewer: Any, path: Path) -> Insight:
    """Return a path in figures, of the enrolments the viewer may see; a fixed number of queries."""
    chosen = Enrolment.objects.visible_to(viewer).filter(path=path).order_by("-start_on", "pk")
    ways = load(with_people(chosen)[:MOST])
    figures = {line.step_id: Figures(line.step) for line in lines_of(path)}
    for way in ways:
        spread = way.windows()
        for line in way.lines:
            if line.origin != "own" and line.step.pk in figures:
                _count(figures[line.step.pk], way, spread[line.step.pk])
    _add_questions(viewer, figures, [way.enrolment.pk for way in ways])
    finished = sum(way.enrolment.finished_at is not None for way in ways)
    return Insight(len(ways), finished, list(figures.values()))


def _count(figures: Figures, way: Way, window: Window) -> None:
    key = figures.step.pk
    if way.is_skipped(key):
        figures.skipped += 1
        return
    figures.people += 1
    completion = way.completions.get(key)
    if completion is not None:
        _count_done(figures, way, window, completion)
    elif way.enrolment.ended_at is None and not window.is_waiting and window.due_on < way.today:
        figures.judged += 1
        figures.late += 1


def _count_done(figures: Figures, way: Way, window: Window, completion: Completion) -> None:
    figures.done += 1
    if completion.same_as_id is not None:
        return  # done on another path, in that one's time
    day: date = day_of(way.enrolment.person, completion.completed_at)
    figures.days.append(max(0, (day - window.opens_on).days))
    figures.judged += 1
    figures.late += day > window.due_on


def _add_questions(viewer: Any, figures: dict[int, Figures], enrolments: Iterable[int]) -> None:
    rows = list(Unclear.objects.filter(step__in=list(figures), enrolment__in=list(enrolments)).order_by("-pk"))
    posts = Post.objects.visible_to(viewer).filter(pk__in={row.post_id for row in rows if row.post_id}, deleted_at=None)
    words = {post.pk: preview_of(post.html, 160) for post in posts}
    asked: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        figures[row.step_id].unclear += 1
        if row.post_id is not None and row.post_id in words:
            asked[row.step_id].append(row.post_id)
    for step_id, found in asked.items():
        figures[step_id].questions = [Question(pk, words[pk]) for pk in found]
