"""The searches somebody keeps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from search.saved import actions
from search.saved.asking import canonical, words_of
from search.saved.forms import SavedForm
from search.saved.models import SavedSearch
from wiki.forms import add_errors


def _page(request: HttpRequest, form: SavedForm | None, changed: int = 0, status: int = 200) -> HttpResponse:
    rows = []
    for saved in SavedSearch.objects.visible_to(request.user).kept():
        initial = {"name": saved.name, "watch": saved.is_watched}
        own = form if form and saved.pk == changed else SavedForm(initial=initial, auto_id=f"saved_{saved.pk}_%s")
        rows.append((saved, own))
    context = {"form": None if changed else form, "rows": rows, "changed": changed}
    return render(request, "search/saved/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """List what somebody keeps; with the parameters of a result page, keep that. An undo sends all in the address."""
    address = canonical(request.META.get("QUERY_STRING", ""))
    if request.method != "POST":
        initial = {"name": words_of(address)[:80], "address": address, "watch": True}
        return _page(request, SavedForm(initial=initial) if address else None)
    form = SavedForm(request.POST if "address" in request.POST else request.GET)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.save_search(actor=request.user, address=data["address"], name=data["name"], watch=data["watch"])
            messages.success(request, _("Saved."))
            return redirect("search:saved")
        except ValidationError as error:
            add_errors(form, error)
    return _page(request, form, status=422)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename one, switch its news on or off."""
    form = SavedForm(request.POST, auto_id=f"saved_{pk}_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.change_search(actor=request.user, saved=pk, name=data["name"], watch=data["watch"])
            messages.success(request, _("Saved."))
            return redirect("search:saved")
        except SavedSearch.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            add_errors(form, error)
    if not SavedSearch.objects.visible_to(request.user).kept().filter(pk=pk).exists():
        raise Http404
    return _page(request, form, pk, 422)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one no longer; the next page offers to bring it back."""
    try:
        gone = actions.drop_search(actor=request.user, saved=pk)
    except SavedSearch.DoesNotExist:
        raise Http404 from None
    again = {"address": gone.address, "name": gone.name, **({"watch": "on"} if gone.is_watched else {})}
    messages.success(request, _("Removed."), extra_tags=f"undo:{reverse('search:saved')}?{urlencode(again)}")
    return redirect("search:saved")
