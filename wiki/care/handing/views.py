"""Everything that somebody keeps right, and to whom it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from intranet.people.models import User
from wiki.care.forms import find_person
from wiki.care.handing.actions import hand_over as hand_over_pages
from wiki.care.handing.reading import can_hand_over, plan_for
from wiki.forms import add_errors
from wiki.views.shared import me


class ToForm(forms.Form):
    """Who gets the pages."""

    to = forms.CharField(
        label=gettext_lazy("Who keeps them right from now on?"), max_length=254,
        help_text=gettext_lazy("Handle or mail address"), widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_to(self) -> User:
        """Return the person."""
        found = find_person(self.viewer, self.cleaned_data["to"])
        if found is None:
            raise ValidationError(_("Nobody is known by “%(text)s”.") % {"text": self.cleaned_data["to"]})
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, handle: str) -> HttpResponse:
    """Say what somebody keeps right; with `to` what would go where; hand it over."""
    person = get_object_or_404(User.objects.visible_to(me(request)), handle=handle)
    if not can_hand_over(me(request), person):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET if "to" in request.GET else None
    form = ToForm(sent, viewer=me(request))
    to = form.cleaned_data["to"] if form.is_valid() else None
    if to is not None and to.pk == person.pk:
        form.add_error("to", _("Choose somebody else: these pages are hers already."))
        to = None
    if request.method == "POST" and to is not None:
        try:
            number = hand_over_pages(actor=me(request), person=person, to=to)
        except ValidationError as error:
            add_errors(form, error)
        else:
            words = ngettext(
                "%(n)d page is now kept right by %(name)s.", "%(n)d pages are now kept right by %(name)s.", number
            )
            messages.success(request, words % {"n": number, "name": to.name})
            return redirect("wiki:hand_over", person.handle)
    context = {"person": person, "form": form, "to": to, "plan": plan_for(me(request), person, to),
               "is_me": person.pk == me(request).pk}  # fmt: skip
    return render(request, "wiki/care/hand_over.html", context, status=422 if form.is_bound and form.errors else 200)
