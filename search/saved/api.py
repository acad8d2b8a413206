"""`/saved-searches`: the searches you keep."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status

from intranet.api import Problem, Text
from search.saved import actions
from search.saved.models import SavedSearch

router = Router(tags=["search"])


class SavedIn(Schema):
    """A question, as the address of the result page has it (`q=loma&in=lab`), a name, and whether to be told of news."""

    address: Text = Field(max_length=20_000)
    name: Text = Field("", max_length=400)
    watch: bool = False


class ChangeIn(Schema):
    """What is left out stays as it is."""

    name: Text | None = Field(None, max_length=400)
    watch: bool | None = None


class SavedOut(Schema):
    """A search you keep. `address` is what follows the `?` of the result page."""

    id: int
    name: str
    address: str
    url: str
    watch: bool
    created_at: datetime


def _out(saved: SavedSearch) -> dict[str, Any]:
    return {
        "id": saved.pk, "name": saved.name, "address": saved.address, "url": saved.get_absolute_url(),
        "watch": saved.is_watched, "created_at": saved.created_at,
    }  # fmt: skip


@router.get("", response=list[SavedOut])
def list_saved(request: HttpRequest) -> Any:
    """List the searches you keep, at most fifty."""
    return [_out(saved) for saved in SavedSearch.objects.visible_to(request.user).kept()]


@router.post("", response={200: SavedOut, 422: Problem})
def save_search(request: HttpRequest, data: SavedIn) -> Any:
    """Keep a search; the same question again only changes what it is called and whether you are told."""
    row = actions.save_search(actor=request.user, address=data.address, name=data.name, watch=data.watch)
    return _out(row)


@router.patch("/{pk}", response={200: SavedOut, 404: Problem, 422: Problem})
def change_saved(request: HttpRequest, pk: int, data: ChangeIn) -> Any:
    """Rename one, switch its news on or off."""
    try:
        return _out(actions.change_search(actor=request.user, saved=pk, name=data.name, watch=data.watch))
    except SavedSearch.DoesNotExist:
        raise Http404 from None


@router.delete("/{pk}", response={204: None, 404: Problem})
def remove_saved(request: HttpRequest, pk: int) -> Any:
    """Keep one no longer."""
    try:
        actions.drop_search(actor=request.user, saved=pk)
    except SavedSearch.DoesNotExist:
        raise Http404 from None
    return Status(204, None)
