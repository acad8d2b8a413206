"""From a search in vain to a question to people."""

from __future__ import annotations

import uuid
from contextlib import suppress
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feed.models import Post, PostKind
from feed.views.posts import compose
from search.query import parse
from search.saved.actions import await_answer


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a community what was looked for; who asks is told when a page comes that has the words."""
    words = parse(request.GET.get("q", "")).text
    action = f"{reverse('search:ask')}?{urlencode({'q': words})}"
    body = _("Does somebody know about this: %(words)s?") % {"words": words} if words else ""
    initial = {"kind": PostKind.QUESTION, "body": body}
    with transaction.atomic():  # no question that nobody waits for
        answer = compose(
            request, initial=initial, action=action, template="search/gaps/ask.html", more={"words": words}
        )
        if request.method == "POST" and answer.status_code == 302:
            _wait(request, words)
    return answer


def _wait(request: HttpRequest, words: str) -> None:
    with suppress(ValueError):
        key = uuid.UUID(request.POST.get("key", ""))
        mine = Post.objects.visible_to(request.user).filter(author=request.user.pk, key=key, kind=PostKind.QUESTION)
        if question := mine.first():
            await_answer(actor=request.user, question=question, words=words)
