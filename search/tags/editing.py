"""What editors do with a word: rename it, merge it, keep its synonyms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from taggit.models import Tag

from intranet.people.permissions import can_edit_tags
from search.tags import reading
from search.tags.views import tag_or_404
from search.views import LABELS
from wiki.tags import actions
from wiki.tags.words import clean_name, synonyms_of
from wiki.titles import tag_slug


def _tag(request: HttpRequest, slug: str) -> Tag:
    found, _others = tag_or_404(request, slug)
    if not can_edit_tags(request.user):
        raise PermissionDenied
    return found


def tag_called(user: Any, name: str) -> Tag:
    """Return the tag of that name, or that the name means, as far as `user` may see it. Raises ValidationError (`into`)."""
    clean = clean_name(name, field="into")
    found = reading.meanings(user, tag_slug(clean))
    if not found:
        raise ValidationError({"into": _("There is no tag #%(name)s.") % {"name": clean}}, code="unknown")
    return found[0]


def _page(request: HttpRequest, tag: Tag, status: int = 200, **more: Any) -> HttpResponse:
    context = {"tag": tag, "synonyms": synonyms_of(request.user, tag), "errors": {}, "typed": {}, **more}
    return render(request, "search/tags/edit.html", context, status=status)


def _do(request: HttpRequest, tag: Tag, field: str, act: Callable[[], Tag], done: str) -> HttpResponse:
    """Do it and show the tag; what was wrong stands beside its field, with what was typed."""
    try:
        after = act()
    except ValidationError as error:
        wrong = error.message_dict if hasattr(error, "error_dict") else {field: error.messages}
        return _page(request, tag, 422, errors=wrong, typed={field: request.POST.get(field, "")[:100]})
    messages.success(request, done)
    return redirect("search:tag_edit", after.slug)


@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what can be done with a tag."""
    return _page(request, _tag(request, slug))


@require_POST
def rename(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a tag something else."""
    tag, name = _tag(request, slug), request.POST.get("name", "")
    act = lambda: actions.rename_tag(actor=request.user, tag=tag, name=name)  # noqa: E731
    return _do(request, tag, "name", act, _("Renamed. The old address leads here."))


@require_POST
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Make this tag a part of another one: first say what will happen, then do it."""
    tag = _tag(request, slug)
    try:
        into = tag_called(request.user, request.POST.get("into", ""))
        if into.pk == tag.pk:
            raise ValidationError({"into": _("This is the same tag. Choose another one.")})
    except ValidationError as error:
        return _page(request, tag, 422, errors=error.message_dict, typed={"into": request.POST.get("into", "")[:100]})
    if request.POST.get("agreed") != f"{tag.pk}-{into.pk}":
        counts = reading.counts_of(request.user, tag)
        moves = [(LABELS[kind], count) for kind, count in counts.items()]
        return render(request, "search/tags/merge.html", {"tag": tag, "into": into, "moves": moves})
    done = _("Merged. #%(name)s leads here now.") % {"name": tag.name}
    return _do(request, tag, "into", lambda: actions.merge_tags(actor=request.user, tag=tag, into=into), done)


@require_POST
def synonym(request: HttpRequest, slug: str, on: bool) -> HttpResponse:
    """Add a synonym, or take one away."""
    tag, name = _tag(request, slug), request.POST.get("synonym", "")

    def act() -> Tag:
        (actions.add_synonym if on else actions.remove_synonym)(actor=request.user, tag=tag, name=name)
        return tag

    return _do(request, tag, "synonym", act, _("Saved."))
