"""The shape of what people type about paths."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import User
from wiki.onboarding.models import Path


class PathForm(forms.ModelForm):
    """Title, whom it is for, language."""

    class Meta:
        model = Path
        fields = ["title", "purpose", "language"]
        labels = {
            "language": gettext_lazy("Language"), "community": gettext_lazy("Community"), "kind": gettext_lazy("Kind"),
        }  # fmt: skip
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}


class NewPathForm(PathForm):
    """The same, whether for a first day or a last one, and the community, which stays."""

    class Meta(PathForm.Meta):
        fields = ["title", "purpose", "kind", "language", "community"]

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, communities)
        kind: Any = self.fields["kind"]
        kind.choices, kind.required = Path.Kind.choices, False

    def clean_kind(self) -> str:
        """Return the kind; a path about which nothing is said is for somebody who begins."""
        return self.cleaned_data["kind"] or Path.Kind.JOINING
        self.fields["community"].help_text = _("Whoever reads this community can read the path.")


class PersonField(forms.CharField):
    """A person by handle or mail address, among those the form's user may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **{"help_text": gettext_lazy("Mail address or handle"), **kwargs})
        self.viewer: Any = None  # the form says who is asking

    def clean(self, value: Any) -> User | None:
        """Return the person, or None for an empty field; somebody unknown is a message."""
        text = super().clean(value).lstrip("@")
        if not text:
            return None
        people = User.objects.visible_to(self.viewer).active()
        person: User | None = people.filter(email__iexact=text).first() or people.filter(handle=text.lower()).first()
        if person is None:
            raise forms.ValidationError(_("Nobody is known by “%(text)s”.") % {"text": text})
        return person


def _choose_from(form: forms.BaseForm, communities: Any) -> None:
    field = form.fields["community"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # tells the type; Meta.fields says the same
    field.queryset = communities
    field.empty_label = _("Choose a community")
