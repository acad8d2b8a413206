"""The shape of what people send about what they want to hear of a page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from intranet.notifications.models import Level

AROUND = "around"  # no choice of one's own


class WatchForm(forms.Form):
    """A level for the page, for it with all below it, and for its community; the narrowest one that is chosen counts."""

    page = forms.ChoiceField(
        label=_("This page"),
        choices=[(AROUND, _("As the pages around it")), *Level.choices],
    )
    branch = forms.ChoiceField(
        label=_("This page with all pages below it"),
        choices=[(AROUND, _("As the pages around it")), *Level.choices],
    )
    community = forms.ChoiceField(
        label=_("The whole community"),
        choices=Level.choices,
        help_text=_("Its pages and its conversations. A muted community makes no counter in the menu."),
    )
