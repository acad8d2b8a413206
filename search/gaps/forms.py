"""What an editor says of a gap."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """The page that answers it."""

    address = forms.CharField(
        label=_("The page that answers it"), max_length=2_000, help_text=_("Its address, copied from the browser."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )  # fmt: skip
