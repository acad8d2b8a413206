"""`/gaps`: what several people looked for in vain, for editors."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from feed.kinds.actions import ask_question
from intranet.api import Problem, Text
from intranet.people.models import Community
from search.gaps import actions, answers, reading
from search.gaps.models import VainSearch
from search.saved.actions import await_answer
from search.words.permissions import is_editor

router = Router(tags=["search"])


class PageIn(Schema):
    """Which page of thirty; what a page you may read answers meanwhile is left out of it."""

    page: int = Field(1, ge=1, le=999)


class GapOut(Schema):
    """Words that at least three people looked for. `state`: nothing was found, or only some of the words."""

    id: int
    words: str
    times: int
    state: Literal["nothing", "weak"]
    last_on: date


class GapsOut(Schema):
    """A page of gaps, the commonest first."""

    more: bool
    gaps: list[GapOut]


@router.get("", response={200: GapsOut, 403: Problem})
def list_gaps(request: HttpRequest, which: Query[PageIn]) -> Any:
    """List what several people looked for in vain and no page you may read answers. For editors; nothing says who."""
    if not is_editor(request.user):
        raise PermissionDenied
    found, more = reading.gaps(request.user, which.page)  # type: ignore[arg-type]
    rows = [
        {"id": gap.pk, "words": gap.words, "times": gap.times, "state": gap.state, "last_on": gap.last_on}
        for gap in found
    ]
    return {"more": more, "gaps": rows}


@router.put("/{pk}/done", response={204: None, 403: Problem, 404: Problem})
def mark_gap_done(request: HttpRequest, pk: int) -> Any:
    """Take a gap off the list. If three more people miss it, it comes back."""
    try:
        actions.mark_done(actor=request.user, gap=pk)
    except VainSearch.DoesNotExist:
        raise Http404 from None
    return Status(204, None)


@router.delete("/{pk}/done", response={204: None, 403: Problem, 404: Problem})
def reopen_gap(request: HttpRequest, pk: int) -> Any:
    """Put a gap back on the list."""
    try:
        actions.reopen(actor=request.user, gap=pk)
    except VainSearch.DoesNotExist:
        raise Http404 from None
    return Status(204, None)


class AnswerIn(Schema):
    """The address of the page that answers a gap."""

    address: Text = Field(max_length=2_000)


@router.put("/{pk}/answer", response={204: None, 403: Problem, 404: Problem, 422: Problem})
def answer_gap(request: HttpRequest, pk: int, data: AnswerIn) -> Any:
    """Say which page answers a gap: whoever asked for it is told, and it is pinned to the words if you may pin it."""
    try:
        answers.answer_gap(actor=request.user, gap=pk, address=data.address)
    except VainSearch.DoesNotExist:
        raise Http404 from None
    return Status(204, None)


class AskIn(Schema):
    """A question to a community, and the words that were looked for in vain. The same key again asks nothing anew."""

    community: Text = Field(max_length=100)
    body: Text = Field(max_length=20_000)
    words: Text = Field(max_length=255)
    key: UUID | None = None


class AskedOut(Schema):
    """The question."""

    id: int
    url: str


@router.post("/ask", response={200: AskedOut, 403: Problem, 404: Problem, 422: Problem})
def ask_people(request: HttpRequest, data: AskIn) -> Any:
    """Ask a community of yours what you looked for in vain; you are told when a page comes that has all the words."""
    place = get_object_or_404(Community.objects.visible_to(request.user), slug=data.community)
    with transaction.atomic():
        question = ask_question(actor=request.user, community=place, body=data.body, key=data.key)
        await_answer(actor=request.user, question=question, words=data.words)
    return {"id": question.pk, "url": question.get_absolute_url()}
