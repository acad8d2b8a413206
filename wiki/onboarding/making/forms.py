"""The shape of what people type about a path as a whole and about its roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wiki.onboarding.forms import PersonField
from wiki.onboarding.models import Path, Role


def suggest(field: Any, what: str) -> None:
    """Let a field suggest "pages", "people" or, with commas, "people many" while one types."""
    url = reverse_lazy("wiki:complete")
    field.widget.attrs |= {"data-suggest": what, "data-suggest-url": url, "autocomplete": "off"}


class SettingsForm(forms.ModelForm):
    """Title, whom it is for, whether for a first day or a last one, language, owner."""

    owner = PersonField(label=gettext_lazy("Owner"), required=True)

    class Meta:
        model = Path
        fields = ["title", "purpose", "kind", "language"]
        labels = {"language": gettext_lazy("Language"), "kind": gettext_lazy("Kind")}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = Path.Kind.choices
        owner: Any = self.fields["owner"]
        owner.viewer = viewer
        owner.help_text = _("Sees how everybody on the path gets on.")
        suggest(owner, "people")
        self.initial["owner"] = self.instance.owner.handle


class PlaceForm(forms.Form):
    """What a copy, or a path made from an example, is called and where it stands."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    community: Any = forms.ModelChoiceField(
        None, label=gettext_lazy("Community"), empty_label=gettext_lazy("Choose a community"),
        help_text=gettext_lazy("Whoever reads this community can read the path."),
    )  # fmt: skip

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["community"]
        field.queryset = communities


class RoleForm(forms.ModelForm):
    """A role, who holds it, and whether she sees how people get on."""

    holder = PersonField(label=gettext_lazy("Who holds it"), required=False)

    class Meta:
        model = Role
        fields = ["name", "sees_progress"]

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder: Any = self.fields["holder"]
        holder.viewer = viewer
        suggest(holder, "people")
        self.fields["name"].help_text = _("For example IT, HR or Facilities.")
        self.fields["sees_progress"].label = _("Sees how everybody on the path gets on")
        self.order_fields(["name", "holder", "sees_progress"])
        if self.instance.pk and self.instance.holder:
            self.initial["holder"] = self.instance.holder.handle
