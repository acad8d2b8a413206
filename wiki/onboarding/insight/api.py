"""How a path works and its list for the records, for programs of its owner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from intranet.api import Problem
from wiki.answers import file_answer
from wiki.onboarding.insight.reading import Figures, insight
from wiki.onboarding.insight.views import owned, table
from wiki.views.shared import me

router = Router(tags=["paths"])


class FiguresOut(Schema):
    """A step: `late` of `judged` that are done or past their day; `median_days` is null of fewer than three."""

    step: int
    title: str
    people: int
    done: int
    skipped: int
    judged: int
    late: int
    median_days: float | None
    unclear: int
    questions: list[str]


class InsightOut(Schema):
    """A path in figures."""

    people: int
    finished: int
    steps: list[FiguresOut]


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "step": one.step.pk, "title": one.step.title, "people": one.people, "done": one.done, "skipped": one.skipped,
        "judged": one.judged, "late": one.late, "median_days": one.median_days, "unclear": one.unclear,
        "questions": [reverse("feed:post", args=[question.post]) for question in one.questions],
    }  # fmt: skip


@router.get("/{slug}/insight", response={200: InsightOut, 404: Problem})
def read_insight(request: HttpRequest, slug: str) -> Any:
    """Read how many did each step of a path of yours, how long it took, how often it was late or unclear."""
    found = insight(me(request), owned(me(request), slug))
    return {"people": found.people, "finished": found.finished, "steps": [_figures(one) for one in found.steps]}


@router.post("/{slug}/insight/export", response={404: Problem}, openapi_extra=file_answer("text/csv"))
def export_path(request: HttpRequest, slug: str) -> Any:
    """Take along who did what when as CSV (UTF-8 with a byte order mark). The diary says that you did."""
    return table(me(request), owned(me(request), slug))
