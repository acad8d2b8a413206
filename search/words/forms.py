"""What editors fill in. What is stored of it, and what is wrong with it, the actions say."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PinForm(forms.Form):
    """Words, and the address of what they bring to the top."""

    words = forms.CharField(
        label=_("Words"), max_length=400, required=True,
        help_text=_("What people search with. Other forms of the words count too."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Page or post"), max_length=2_000, help_text=_("Its address, copied from the browser."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )  # fmt: skip


class SynonymsForm(forms.Form):
    """Words that mean the same."""

    words = forms.CharField(
        label=_("Words that mean the same"), max_length=2_000, help_text=_("With commas: palkka, lön, tilipussi"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
