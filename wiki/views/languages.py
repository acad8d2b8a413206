"""A page in several languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wiki import actions
from wiki.forms import TranslationForm, add_errors
from wiki.languages.reading import twins
from wiki.links import ROOT
from wiki.models import WikiPage
from wiki.views.editing import require_member
from wiki.views.shared import me, place_of, readable, readable_page


@require_http_methods(["GET", "HEAD", "POST"])
def languages(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of which page this one is a translation, that it is up to date, or that it goes its own way."""
    page = readable_page(request, pk)
    require_member(request, page.community_id)
    form = TranslationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messages.success(request, _change(request, page, form.cleaned_data["original"]))
            return redirect(page)
        except WikiPage.DoesNotExist:
            if "confirm" in request.POST:
                raise Http404 from None
            form.add_error("original", _("There is no such page. Copy the address of the original from its page."))
        except PermissionDenied:
            form.add_error("original", _("Only members of the community of the original link translations to it."))
        except ValidationError as error:
            add_errors(form, error)
    others = twins(me(request), page)
    taken = {page.language, *(twin["language"] for twin in others)}
    context = place_of(readable(request, pk)) | {
        "form": form,
        "twins": others,
        "is_translation": page.original_id is not None,
        "missing": [choice for choice in WikiPage.Language.choices if choice[0] not in taken],
    }
    return render(request, "wiki/languages.html", context, status=422 if form.is_bound else 200)


def _change(request: HttpRequest, page: WikiPage, original: str) -> str:
    """Do what the button says; returns the words for it."""
    actor: Any = me(request)
    if "remove" in request.POST:
        actions.unlink_translation(actor=actor, page=page)
        return _("The page is no translation any more.")
    if "confirm" in request.POST:
        actions.confirm_translation(actor=actor, page=page)
        return _("The translation is up to date.")
    actions.link_translation(actor=actor, page=page, original=_page_at(actor, original))
    return _("The pages are linked as translations.")


def _page_at(user: Any, address: str) -> WikiPage:
    """Return the page of a copied address. Raises WikiPage.DoesNotExist."""
    try:
        path = urlsplit(address).path
    except ValueError:
        raise WikiPage.DoesNotExist from None
    name = unquote(path).removeprefix(ROOT).strip("/")
    number = name.removeprefix("id/")
    pages = WikiPage.objects.visible_to(user)
    if number != name and number.isascii() and number.isdigit() and len(number) < 19:
        found: WikiPage = pages.get(pk=int(number))
        return found
    if "\x00" in name:
        raise WikiPage.DoesNotExist
    found = pages.get(address=name)
    return found
