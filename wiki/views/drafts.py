"""Drafts: kept while somebody types, found again, thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from wiki import actions
from wiki.drafts import drafts_of
from wiki.forms import DraftForm
from wiki.models import DiscardedDraft, Draft, WikiPage, WikiSection
from wiki.views.shared import me


@require_safe
def list_drafts(request: HttpRequest) -> HttpResponse:
    """Show what the person has begun and not saved."""
    return render(request, "wiki/drafts.html", {"drafts": drafts_of(me(request))})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a draft; answers JSON: `draft` is its number, null when there is nothing to keep."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse(
            {"detail": " ".join(str(word) for words in form.errors.values() for word in words)}, status=422
        )
    data = form.cleaned_data
    try:
        draft = actions.save_draft(
            actor=me(request), page=data["page"], parent=data["parent"], draft_id=data["draft"],
            base_revision_id=data["base_revision"], title=data["title"], body=data["body"],
        )  # fmt: skip
    except (WikiPage.DoesNotExist, WikiSection.DoesNotExist, Page.DoesNotExist, PermissionDenied):
        raise Http404 from None
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422)
    return JsonResponse({"draft": draft.pk if draft else None})


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    try:
        gone = actions.discard_draft(actor=me(request), draft=pk)
    except (Draft.DoesNotExist, OverflowError):
        raise Http404 from None
    undo = reverse("wiki:draft_restore", args=[gone.pk])
    messages.success(request, _("The draft is gone."), extra_tags=f"undo:{undo}")
    return redirect("wiki:drafts")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back a draft that was just thrown away."""
    try:
        actions.restore_draft(actor=me(request), discarded=pk)
        messages.success(request, _("The draft is back."))
    except (DiscardedDraft.DoesNotExist, OverflowError):
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("wiki:drafts")
