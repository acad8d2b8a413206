"""The shape of what people type about paths."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import User
from intranet.people.models.people import fold
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
    """A person by name, handle or mail address, among those the form's user may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **{"help_text": gettext_lazy("Name, mail address or handle."), **kwargs})
        self.viewer: Any = None  # the form says who is asking

    def clean(self, value: Any) -> User | None:
        """Return the person, or None for an empty field; somebody unknown, and one of several, is a message."""
        text = super().clean(value).lstrip("@").strip()
        return KnownPeople(self.viewer, [text]).find(text) if text else None


class KnownPeople:
    """The people somebody may see, of those who are called something: asked once, however many there are."""

    def __init__(self, viewer: Any, texts: Collection[str]) -> None:
        low, folded = ({change(text) for text in texts} for change in (str.lower, fold))
        wanted = Q(handle__in=low) | Q(low_email__in={text for text in low if "@" in text}) | Q(folded_name__in=folded)
        seen = User.objects.visible_to(viewer).active().alias(low_email=Lower("email"))
        found = seen.filter(wanted).order_by("pk") if low else []
        self._known: dict[str, list[User]] = {}
        for person in found:
            for key in {person.handle, person.email.lower(), person.folded_name}:
                self._known.setdefault(key, []).append(person)

    def knows(self, text: str) -> bool:
        """Is anybody called that?"""
        return text.lower() in self._known or fold(text) in self._known

    def find(self, text: str) -> User:
        """Return who is called that; ValidationError for nobody, and for several who share a name."""
        found = self._known.get(text.lower()) or self._known.get(fold(text)) or []
        if not found:
            raise forms.ValidationError(_("Nobody is known by “%(text)s”.") % {"text": text})
        if len(found) > 1:
            words = _("Several people are called “%(text)s”. Which one: %(handles)s?")
            handles = ", ".join(person.handle for person in found[:5])
            raise forms.ValidationError(words % {"text": text, "handles": handles})
        return found[0]


def _choose_from(form: forms.BaseForm, communities: Any) -> None:
    field = form.fields["community"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # tells the type; Meta.fields says the same
    field.queryset = communities
    field.empty_label = _("Choose a community")
