"""The list of what the wiki lacks, for editors."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from search.gaps import actions, reading
from search.gaps.answers import answer_gap
from search.gaps.forms import AnswerForm
from search.gaps.models import VainSearch
from search.words.permissions import is_editor
from search.words.views import tabs_of
from wiki.forms import add_errors


def _page(request: HttpRequest, form: AnswerForm | None = None, refused: int = 0) -> HttpResponse:
    if not is_editor(request.user):
        raise PermissionDenied
    given = request.GET.get("page", "1")
    page = int(given) if given.isascii() and given.isdigit() and len(given) < 4 and int(given) else 1
    found, more = reading.gaps(request.user, page)  # type: ignore[arg-type]  # signed in
    groups = [
        (_("Nothing was found"), [gap for gap in found if gap.state == "nothing"]),
        (_("Only some of the words were found"), [gap for gap in found if gap.state == "weak"]),
    ]
    context = {
        "groups": [
            (label, [(gap, form if gap.pk == refused else AnswerForm(auto_id=f"gap_{gap.pk}_%s")) for gap in rows])
            for label, rows in groups
            if rows
        ],
        "refused": refused,
        "previous_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if more else "",
        "tabs": tabs_of(request, "search:gaps"),
    }
    return render(request, "search/gaps/list.html", context, status=422 if refused else 200)


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """List what several people looked for in vain and no page answers yet."""
    return _page(request)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which page answers a gap; what was wrong stands beside the field."""
    form = AnswerForm(request.POST, auto_id=f"gap_{pk}_%s")
    if form.is_valid():
        try:
            pin = answer_gap(actor=request.user, gap=pk, address=form.cleaned_data["address"])
            words = _("Done. Whoever asked for it is told, and the page stands on top of what these words find.")
            undo = f"undo:{reverse('search:gap_reopen', args=[pk])}"
            messages.success(request, words if pin else _("Done. Whoever asked for it is told."), extra_tags=undo)
            return redirect("search:gaps")
        except VainSearch.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            add_errors(form, error)
    if not VainSearch.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return _page(request, form, pk)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a gap off the list; the next page offers to put it back."""
    try:
        actions.mark_done(actor=request.user, gap=pk)
    except VainSearch.DoesNotExist:
        raise Http404 from None
    undo = reverse("search:gap_reopen", args=[pk])
    messages.success(request, _("Done. If more people miss it, it comes back."), extra_tags=f"undo:{undo}")
    return redirect("search:gaps")


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a gap back."""
    try:
        actions.reopen(actor=request.user, gap=pk)
    except VainSearch.DoesNotExist:
        raise Http404 from None
    return redirect("search:gaps")
