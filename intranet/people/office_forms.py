"""The shape of what is typed about a place of work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from intranet.people.countries import country_choices
from intranet.people.forms import zone_choices


class OfficeForm(forms.Form):
    """Name, country, part of the country, time zone."""

    name = forms.CharField(label=_("Name"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    subdivision = forms.CharField(
        label=_("Part of the country"), max_length=100, required=False,
        help_text=_("Only where it has public holidays of its own: its code or its name, such as Bayern."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("What people begin with who are added here; theirs to change.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]
        self.initial.setdefault("country", settings.HOLIDAY_COUNTRY)
        self.initial.setdefault("time_zone", settings.TIME_ZONE)
