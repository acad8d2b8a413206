"""Where editors look after search: pinned results and synonyms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from search.words import actions, showing
from search.words.forms import PinForm, SynonymsForm
from search.words.models import Pin, WordGroup
from search.words.permissions import can_edit_synonyms, is_editor
from wiki.forms import add_errors


def tabs_of(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """Return what this editor looks after, as tabs; `here` is the one that is open."""
    tabs = [("search:pins", _("Pinned results"))]
    tabs.append(("search:gaps", _("Missing pages")))
    if can_edit_synonyms(request.user):
        tabs.append(("search:synonyms", _("Synonyms")))
    return [{"url": reverse(name), "label": label, "count": None, "on": name == here} for name, label in tabs]


def sent(request: HttpRequest) -> Any:
    """Return what was sent; an undo sends it in its address."""
    return request.POST if "words" in request.POST else request.GET


@require_http_methods(["GET", "HEAD", "POST"])
def pins(request: HttpRequest) -> HttpResponse:
    """List the pins somebody looks after; pin something more."""
    if not is_editor(request.user):
        raise PermissionDenied
    initial = {"words": request.GET.get("words", "")[:100]}
    form: Form = PinForm(sent(request)) if request.method == "POST" else PinForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            target = actions.target_of(request.user, data["address"])
            actions.pin_result(actor=request.user, words=data["words"], target=target)
            messages.success(request, _("Pinned. It stands on top for everybody who may read it."))
            return redirect("search:pins")
        except ValidationError as error:
            add_errors(form, error)
    lines = showing.pins_of(request.user)  # type: ignore[arg-type]  # signed in
    context = {"form": form, "lines": lines, "tabs": tabs_of(request, "search:pins")}
    return render(request, "search/words/pins.html", context, status=422 if form.errors else 200)


@require_POST
def pin_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pin away; the next page offers to bring it back."""
    try:
        pin = actions.unpin_result(actor=request.user, pin=pk)
    except Pin.DoesNotExist:
        raise Http404 from None
    address = (pin.page or pin.post).get_absolute_url()  # type: ignore[union-attr]  # one of the two
    again = urlencode({"words": pin.words, "address": address})
    messages.success(request, _("Removed."), extra_tags=f"undo:{reverse('search:pins')}?{again}")
    return redirect("search:pins")


def _synonyms_page(request: HttpRequest, form: Form, changed: int = 0) -> HttpResponse:
    # The house's words have no reader who may not see them; who comes here is an editor.
    groups = actions.all_groups(actor=request.user)
    rows = [(group, form if group.pk == changed else SynonymsForm(initial={"words": ", ".join(group.words)},
             auto_id=f"group_{group.pk}_%s")) for group in groups]  # fmt: skip
    context = {
        "form": SynonymsForm() if changed else form,
        "rows": rows,
        "changed": changed,
        "tabs": tabs_of(request, "search:synonyms"),
    }
    return render(request, "search/words/synonyms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """List the words that mean the same; add some."""
    if not can_edit_synonyms(request.user):
        raise PermissionDenied
    form = SynonymsForm(sent(request)) if request.method == "POST" else SynonymsForm()
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_synonyms(actor=request.user, words=form.cleaned_data["words"])
            messages.success(request, _("Saved. These words find each other now."))
            return redirect("search:synonyms")
        except ValidationError as error:
            add_errors(form, error)
    return _synonyms_page(request, form)


@require_POST
def synonyms_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put other words into a group."""
    if not can_edit_synonyms(request.user):
        raise PermissionDenied
    form = SynonymsForm(request.POST, auto_id=f"group_{pk}_%s")
    if form.is_valid():
        try:
            actions.change_synonyms(actor=request.user, group=pk, words=form.cleaned_data["words"])
            messages.success(request, _("Saved. These words find each other now."))
            return redirect("search:synonyms")
        except WordGroup.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            add_errors(form, error)
    return _synonyms_page(request, form, pk)


@require_POST
def synonyms_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let words mean what they mean; the next page offers to take that back."""
    try:
        group = actions.remove_synonyms(actor=request.user, group=pk)
    except WordGroup.DoesNotExist:
        raise Http404 from None
    again = urlencode({"words": ",".join(group.words)})
    messages.success(request, _("Removed."), extra_tags=f"undo:{reverse('search:synonyms')}?{again}")
    return redirect("search:synonyms")
