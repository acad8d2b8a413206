"""`/pins` and `/synonyms`: what editors keep for search, and what is pinned to words, for everybody."""

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status
from ninja import Query as FromAddress

from intranet.api import Problem, Text
from search.api import HitOut, hit_out
from search.query import LONGEST, parse
from search.words import actions, showing
from search.words.models import Pin, WordGroup
from search.words.permissions import is_editor

pins = Router(tags=["search"])
synonyms = Router(tags=["search"])


class PinOut(Schema):
    """A pin: the words, and what they bring to the top."""

    id: int
    words: str
    result: HitOut


class PinIn(Schema):
    """Words, and the address of a page or a post of this house."""

    words: Text = Field(max_length=400)
    address: Text = Field(max_length=2_000)


class WordsIn(Schema):
    """Words that mean the same."""

    words: list[Text] = Field(min_length=2, max_length=20)


class GroupOut(Schema):
    """Words that find each other."""

    id: int
    words: list[str]


@pins.get("", response={200: list[PinOut], 403: Problem})
def list_pins(request: HttpRequest) -> Any:
    """List the pins you look after. For editors: moderators, and administrators."""
    if not is_editor(request.user):
        raise PermissionDenied
    lines = showing.pins_of(request.user)  # type: ignore[arg-type]
    return [{"id": line.pk, "words": line.words, "result": hit_out(line.result)} for line in lines]


@pins.get("/for", response=list[HitOut])
def pinned_to(request: HttpRequest, q: Annotated[Text, FromAddress("", max_length=LONGEST * 4)] = "") -> Any:
    """List what editors pinned to these words and you may read, at most three; any form of the words will do."""
    return [hit_out(one) for one in showing.pinned(request.user, parse(q))]  # type: ignore[arg-type]


@pins.post("", response={200: PinOut, 403: Problem, 422: Problem})
def add_pin(request: HttpRequest, data: PinIn) -> Any:
    """Pin a page or a post to words; the same again changes nothing. For who looks after its community."""
    target = actions.target_of(request.user, data.address)
    pin = actions.pin_result(actor=request.user, words=data.words, target=target)
    (result,) = showing.results_of(request.user, [pin])  # type: ignore[arg-type]
    return {"id": pin.pk, "words": pin.words, "result": hit_out(result)}


@pins.delete("/{pk}", response={204: None, 403: Problem, 404: Problem})
def remove_pin(request: HttpRequest, pk: int) -> Any:
    """Take a pin away."""
    try:
        actions.unpin_result(actor=request.user, pin=pk)
    except Pin.DoesNotExist:
        raise Http404 from None
    return Status(204, None)


@synonyms.get("", response={200: list[GroupOut], 403: Problem})
def list_synonyms(request: HttpRequest) -> Any:
    """List the words that mean the same to search. For editors of the house's words."""
    return actions.all_groups(actor=request.user)


@synonyms.post("", response={200: GroupOut, 403: Problem, 422: Problem})
def add_synonyms(request: HttpRequest, data: WordsIn) -> Any:
    """Let words find each other; the same words again change nothing. For editors of the house's words."""
    return actions.add_synonyms(actor=request.user, words=",".join(data.words))


@synonyms.put("/{pk}", response={200: GroupOut, 403: Problem, 404: Problem, 422: Problem})
def change_synonyms(request: HttpRequest, pk: int, data: WordsIn) -> Any:
    """Put other words into a group."""
    try:
        return actions.change_synonyms(actor=request.user, group=pk, words=",".join(data.words))
    except WordGroup.DoesNotExist:
        raise Http404 from None


@synonyms.delete("/{pk}", response={204: None, 403: Problem, 404: Problem})
def remove_synonyms(request: HttpRequest, pk: int) -> Any:
    """Take a group away: its words mean what they mean."""
    try:
        actions.remove_synonyms(actor=request.user, group=pk)
    except WordGroup.DoesNotExist:
        raise Http404 from None
    return Status(204, None)
