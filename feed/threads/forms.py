"""The shape of what moderators say about a thread, and of drafts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feed.threads.actions import MAX_NOTE
from intranet.people.models import Community

LINES = forms.Textarea(attrs={"rows": 3})


class CloseForm(forms.Form):
    """Why nobody answers any more."""

    note = forms.CharField(
        label=_("Why"), max_length=MAX_NOTE, widget=LINES, help_text=_("Stands below the conversation for everybody.")
    )


class ReopenForm(forms.Form):
    """Perhaps why."""

    note = forms.CharField(label=_("Why"), max_length=MAX_NOTE, required=False, widget=LINES)


class MoveForm(forms.Form):
    """Where to; said twice, once to see who gains and who loses, once to do it."""

    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=_("To which community"),
        empty_label=_("Choose a community"),
        error_messages={"invalid_choice": _("Choose one of your communities.")},
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=MAX_NOTE,
        required=False,
        widget=LINES,
        help_text=_("Stands below the conversation for everybody."),
    )
    # The community whose readers were shown: another choice is shown first.
    confirmed = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["community"].queryset = places  # type: ignore[attr-defined]


class PostDraftForm(forms.Form):
    """What the browser sends now and then while somebody types; what it cannot make sense of it leaves out."""

    thread = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    community = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    key = forms.UUIDField(required=False)
    body = forms.CharField(strip=False, required=False)
