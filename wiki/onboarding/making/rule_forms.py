"""The shape of what people type about a rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import Office, Team
from wiki.onboarding.permissions import can_see_leavers


class RuleForm(forms.Form):
    """Whom the rule is about: whoever fulfils everything that is said."""

    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Is in the team"), required=False, empty_label=gettext_lazy("Any team")
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), label=gettext_lazy("Works at the office"), required=False,
        empty_label=gettext_lazy("Any office"),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Has the title"), max_length=120, required=False,
        help_text=gettext_lazy("As it stands in the profile; capitals do not matter."),
    )  # fmt: skip
    joined_from = forms.DateField(
        label=gettext_lazy("Joined on or after"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    is_leaving = forms.BooleanField(
        label=gettext_lazy("Is leaving"), required=False,
        help_text=gettext_lazy("The account has a last day; the path begins on it, with steps before it."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_see_leavers(viewer):
            del self.fields["is_leaving"]
        team, office = self.fields["team"], self.fields["office"]
        team.queryset = Team.objects.visible_to(viewer)  # type: ignore[attr-defined]
        office.queryset = Office.objects.visible_to(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A rule says something; one about everybody would be none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["title"] = (data.get("title") or "").strip()
        if not self.errors and not any(data.values()):
            self.add_error("team", _("Say whom the rule is about."))
        return data
