"""What somebody says about a search she keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedForm(forms.Form):
    """A name, and whether to be told."""

    name = forms.CharField(
        label=_("Name"), max_length=400, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    watch = forms.BooleanField(
        label=_("Tell me when there is something new"),
        required=False,
        help_text=_("At most once an hour, all of it in one message. What you wrote yourself is not news."),
    )
    address = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
