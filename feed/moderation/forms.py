"""The shape of what is reported and decided."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feed.moderation.models import MAX_REASON, Report

LINES = forms.Textarea(attrs={"rows": 3})


class ReportForm(forms.Form):
    """What is wrong with it."""

    kind = forms.ChoiceField(label=_("What is wrong"), choices=Report.Kind, widget=forms.RadioSelect)
    words = forms.CharField(label=_("In your words"), max_length=MAX_REASON, required=False, widget=LINES)


class HideForm(forms.Form):
    """Why nobody is to read it."""

    reason = forms.CharField(label=_("Why"), max_length=MAX_REASON, widget=LINES, help_text=_("The author reads this."))


class KeepForm(forms.Form):
    """Perhaps why it stays."""

    note = forms.CharField(
        label=_("A comment"), max_length=MAX_REASON, required=False, widget=LINES,
        help_text=_("For the other moderators."),
    )  # fmt: skip
