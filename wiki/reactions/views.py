"""Who reacted to a page, and asking for what is missing on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feed.cards import token_input
from feed.forms import PageReactionForm
from feed.kinds.forms import KindForm
from feed.views.posts import grouped
from feed.views.shared import composer_for, is_htmx, place_at_hand
from wiki.reactions import actions
from wiki.reactions.show import reaction_row, reactions_to
from wiki.views.shared import me, place_of, readable


@require_http_methods(["GET", "HEAD", "POST"])
def reactions(request: HttpRequest, pk: int) -> HttpResponse:
    """See who reacted how; put or take back one's own."""
    row = readable(request, pk)
    if request.method == "POST":
        form = PageReactionForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest(_("There is no such reaction."))
        if kind := form.cleaned_data["react"]:
            actions.react_to_page(actor=me(request), page=pk, kind=kind)
        else:
            actions.unreact_to_page(actor=me(request), page=pk, kind=form.cleaned_data["unreact"])
        if not is_htmx(request):
            return redirect(f"{row['url']}#reactions")
        row = readable(request, pk)
    elif "row" not in request.GET:
        found = reactions_to(pk).order_by("kind", "created_at", "pk")
        mine = (row["mine"] or "").split(",")
        return render(request, "wiki/reactors.html", place_of(row) | {"groups": grouped(found), "mine": mine})
    return HttpResponse(reaction_row(pk, row["reaction_counts"], row["mine"], token_input(get_token(request))))


@require_safe
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what is missing on a page: a question to its community, which stands below the page as well."""
    row = readable(request, pk)
    place = place_at_hand(request, row["community_id"])
    composer = composer_for(request, place, pk) if place else None
    if composer:
        text = _("[[%(title)s]]: something is missing here.") % {"title": row["title"]} + "\n\n"
        composer["form"] = KindForm(user=me(request), initial={"body": text, "kind": "question"})
    context = {"composer": composer, "next": f"{row['url']}#discussion"}
    return render(request, "wiki/ask.html", place_of(row) | context)
