"""What several views need: the one door to a post, a safe way back, what a composer is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from feed.actions import add_file
from feed.audience import audience, head_counts
from feed.kinds.composing import may_announce_in
from feed.models import Attachment, Post
from feed.navigation import communities
from feed.querysets import Cursor, Order
from intranet.paging import BadCursor, decode_pair, encode_pair
from intranet.people.models import Community


def get_post(user: Any, pk: int) -> Post:
    """Return a post that `user` may see and that is there, or answer 404."""
    found: Post | None = Post.objects.visible_to(user).present().select_related("community").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_thread(user: Any, pk: int) -> Post:
    """Return a thread that lists show to `user`, or answer 404."""
    found: Post | None = Post.objects.visible_to(user).listed().select_related("community").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def whole_number(words: str) -> int:
    """Return a primary key out of an address or a form; 0 for anything else."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


def is_htmx(request: HttpRequest) -> bool:
    """Does the page's script ask for a fragment?"""
    return bool(request.htmx)  # type: ignore[attr-defined]  # set by HtmxMiddleware


def way_back(request: HttpRequest, default: str) -> str:
    """Return the address a form asked to go back to, if it is one of this house, else `default`."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else default


def cursor_of(request: HttpRequest) -> Cursor | None:
    """Return where a page begins; an address somebody made up is answered with 400."""
    words = request.GET.get("after", "")
    if not words:
        return None
    try:
        at, pk = decode_pair(words)
    except BadCursor as problem:
        raise BadRequest(str(problem)) from problem
    if not 1990 <= at.year <= 2200:
        raise BadRequest
    return at, pk


def older_query(order: Order, after: Cursor | None, kind: str = "") -> str:
    """Return the query that asks for the page after this one, "" at the end."""
    if after is None:
        return ""
    only = f"&kind={kind}" if kind else ""
    return f"?order={order}{only}&after={encode_pair(*after)}"


class Place(NamedTuple):
    """A community something can be written in, and who will read it."""

    id: int
    name: str
    audience: str


def place_at_hand(request: HttpRequest, community_id: int) -> dict[str, Any] | None:
    """Return the person's own community of that number as the menu has it, None when she is not a member."""
    return next((row for row in communities(request)["communities"] if row["id"] == community_id), None)


def composer_for(
    request: HttpRequest, chosen: Community | dict[str, Any] | None = None, page_id: int | None = None
) -> dict[str, Any] | None:
    """Return what an empty composer shows: my communities with who reads them, the chosen one; None for nowhere."""
    mine = communities(request)["communities"]
    if not mine:
        return None
    heads = head_counts((row["id"], row["kind"]) for row in mine)
    wanted = chosen["id"] if isinstance(chosen, dict) else chosen.pk if chosen else None
    shown = mine if wanted is None else [row for row in mine if row["id"] == wanted]
    if not shown:
        return None
    places = tuple(Place(row["id"], row["name"], audience(row["kind"], heads[row["id"]])) for row in shown)
    everyone = next((row["id"] for row in mine if row["is_everyone"]), places[0].id)
    return {
        "places": places,
        "chosen": wanted or everyone,
        "fixed": wanted is not None,
        "page_id": page_id,
        "announce": may_announce_in(request.user, shown),
    }


def store_files(user: Any, community: Community, uploads: Sequence[Any]) -> list[Attachment]:
    """Store the files that came with a form; raises ValidationError naming the one that cannot be taken."""
    stored = []
    for upload in uploads:
        try:
            stored.append(add_file(actor=user, community=community, file=upload, name=upload.name or ""))
        except ValidationError as problem:
            words = _("%(name)s: %(problem)s") % {"name": upload.name, "problem": " ".join(problem.messages)}
            raise ValidationError({"uploads": words}) from problem
    return stored


def blame(form: Form, problem: ValidationError) -> None:
    """Put what an action refused next to the field it is about."""
    if hasattr(problem, "error_dict"):
        form.add_error(None, problem)
    else:
        form.add_error("body", problem)
