"""What an open page asks for after a hint: how posts stand now, and the numbers in the menu."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import escape
from django.views.decorators.http import require_GET

from feed import cards
from feed.models import Post
from feed.rows import is_unread, item_of
from intranet.addresses import address

MOST = 100
BIGGEST = 2**63 - 1


@require_GET
def standing(request: HttpRequest) -> HttpResponse:
    """Show how these posts stand now: reactions, number of replies, whether the thread is unread; one question.

    What the reader may not see is left out, like what is not there.
    """
    words = request.GET.get("ids", "")[: MOST * 20].split(",")
    if not all(word.isascii() and word.isdigit() for word in words):
        return HttpResponseBadRequest()
    pks = [pk for pk in map(int, words[:MOST]) if 0 < pk <= BIGGEST]
    rows: list[dict[str, Any]] = list(
        Post.objects.visible_to(request.user).filter(pk__in=pks).thread_rows(request.user)
    )
    reader = cards.Reader(request.user.pk, cards.token_input(get_token(request)))  # type: ignore[arg-type]  # signed in
    return HttpResponse("".join(_standing(row, reader) for row in rows))


def _standing(row: dict[str, Any], reader: cards.Reader) -> str:
    item = item_of(row)
    may_write = bool(row["membership__role"])
    shown = cards.reactions(item, replace(reader, may_write=may_write)) if item.html else ""
    words, count = cards.words(), row["reply_count"]
    if row["thread_id"] is None:
        url = address("feed:thread", item.pk)
        talk = words.replies(count) if count else words.reply
        shown += f'<a class="button quiet small" href="{escape(url)}">{words.talk_icon} {talk}</a>'
    unread = int(row["thread_id"] is None and is_unread(row))
    return f'<div data-post="{item.pk}" data-unread="{unread}">{shown}</div>\n'


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """Show the menu with its numbers as they are now, as it looks on the page `at`."""
    at = request.GET.get("at", "/")[:400]
    # The menu marks where the reader is by the address that was asked for.
    request.path = at if at.startswith("/") else "/"
    return render(request, "components/menu_now.html")
