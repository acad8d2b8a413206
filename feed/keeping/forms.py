"""The shape of bookmarks and pins."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feed.keeping.models import MAX_NOTE


class BookmarkForm(forms.Form):
    """A note to oneself."""

    note = forms.CharField(
        label=_("A note"), max_length=MAX_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only you see it."),
    )  # fmt: skip


class PinForm(forms.Form):
    """Until when it stands on top."""

    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
