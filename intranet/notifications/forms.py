"""The shape of what people send about what they want to hear."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.notifications.models import Level, Notification, Watch

MAX_ID = 2**63 - 1


class LevelForm(forms.Form):
    """How much to hear of a thing; an empty level takes the choice back."""

    kind = forms.ChoiceField(choices=Watch.Kind)
    number = forms.IntegerField(min_value=1, max_value=MAX_ID)
    level = forms.ChoiceField(choices=[("", ""), *Level.choices], required=False)


class SeenForm(forms.Form):
    """Up to when, and in which box, everything has been seen; or which place."""

    until = forms.CharField(max_length=40, required=False)
    box = forms.ChoiceField(choices=[("", ""), *Notification.Box.choices], required=False)
    kind = forms.ChoiceField(choices=[("", ""), *Watch.Kind.choices], required=False)
    number = forms.IntegerField(min_value=1, max_value=MAX_ID, required=False)

    def clean_until(self) -> Any:
        """Return the time, aware; None for none."""
        words = self.cleaned_data["until"]
        try:
            when = parse_datetime(words) if words else None
        except ValueError:
            when = None
        if words and (when is None or when.tzinfo is None or not 2000 <= when.year <= 2200):
            raise ValidationError(_("That is not a time."), code="time")
        return when


class QuietForm(forms.Form):
    """When browsers are told nothing; both empty for never."""

    begins_at = forms.TimeField(
        required=False, label=gettext_lazy("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends_at = forms.TimeField(
        required=False, label=gettext_lazy("until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
