"""Make a page of a conversation: choose the posts, the place and the title."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from feed.models import Post
from feed.text import preview_of
from feed.views.shared import get_thread
from intranet.people.models import Community
from wiki import reading
from wiki.forms import add_errors
from wiki.harvest.actions import begin_page
from wiki.harvest.forms import HarvestForm
from wiki.harvest.reading import MOST_POSTS, gains, quotable
from wiki.models import WikiPage
from wiki.tree.choosing import chooser
from wiki.views.editing import audience_of
from wiki.views.shared import me, number_from

# So many posts are taken at first; of a longer conversation only what began it.
ALL_OF = 15
SHOWN = 420


@require_http_methods(["GET", "HEAD", "POST"])
def from_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what of a conversation goes into a page, where it belongs and what it is called; then write on."""
    if pk >= 2**63:
        raise Http404
    thread = get_thread(me(request), pk)
    posts = list(quotable(me(request), thread)[:MOST_POSTS])
    bound = request.method == "POST"
    form = HarvestForm(
        request.POST if bound else None, user=me(request), posts=[post.pk for post in posts],
        initial=_first(request, thread, posts),
    )  # fmt: skip
    if bound and "switch" not in request.POST and form.is_valid():
        data = form.cleaned_data
        try:
            made = begin_page(
                actor=me(request), thread=thread, posts=data["posts"], title=data["title"],
                community=data["community"], parent=data["parent"], agreed=data["agreed"], key=data["key"],
            )  # fmt: skip
            return _go_on(made)
        except ValidationError as error:
            add_errors(form, error)
        except (Post.DoesNotExist, Community.DoesNotExist, WikiPage.DoesNotExist):
            raise Http404 from None
    context = _context(request, form, thread, posts)
    switching = bound and "switch" in request.POST
    return render(request, "wiki/harvest/choose.html", context, status=422 if bound and not switching else 200)


def _first(request: HttpRequest, thread: Post, posts: list[Post]) -> dict[str, Any]:
    """Return what the form begins with."""
    asked = [number for raw in request.GET.getlist("post")[:MOST_POSTS] if (number := number_from(raw))]
    chosen = asked or ([post.pk for post in posts] if len(posts) <= ALL_OF else [thread.pk])
    return {"posts": chosen, "community": thread.community_id, "title": request.GET.get("title", "")[:200]}


def _go_on(made: Any) -> HttpResponse:
    """Lead to the draft, or to the page when it was published already."""
    if made.page_id:
        return redirect("wiki:by_id", made.page_id)
    if made.draft is None:
        return redirect("wiki:drafts")
    return redirect(f"{reverse('wiki:create')}?parent={made.draft.parent_id}&draft={made.draft_id}")


def _context(request: HttpRequest, form: HarvestForm, thread: Post, posts: list[Post]) -> dict[str, Any]:
    communities = list(reading.writable_communities(me(request)))
    wanted = number_from(str(form["community"].value() or ""))
    first = next((one for one in communities if one.pk == thread.community_id), communities[0] if communities else None)
    target = next((one for one in communities if one.pk == wanted), first)
    section = reading.section_row(me(request), target.slug) if target else None
    chosen = number_from(str(form["parent"].value() or "")) or 0
    ticked = {str(value) for value in form["posts"].value() or []}
    return {
        "form": form,
        "thread": thread,
        "target": target,
        "communities": communities,
        "tree": chooser(me(request), section, chosen=chosen, here=request.path) if section else "",
        "posts": [(post, preview_of(post.html, SHOWN), str(post.pk) in ticked) for post in posts],
        "gains": gains(thread.community, target) if target else None,
        "before": audience_of(thread.community),
        "after": audience_of(target) if target else "",
    }
