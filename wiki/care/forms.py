"""The shape of what people send about keeping pages right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import Community, User
from wiki.care.actions import BULK, KEEP, MAX_REASON, Keep, Owner
from wiki.care.models import Interval
from wiki.forms import MAX_ID

SOMEBODY = "somebody"  # the choice that reads the field below it
MOST_CHOICES = 50


def date_input() -> forms.DateInput:
    """Return a field for a day as browsers have it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def find_person(viewer: User, text: str) -> User | None:
    """Return whom a handle or a mail address means, of those the viewer may know."""
    text = text.strip().lstrip("@").replace("\x00", "")
    people = User.objects.visible_to(viewer).active()
    return people.filter(handle=text.lower()).first() or people.filter(email__iexact=text).first()


class CareForm(forms.Form):
    """Owner and interval of a page."""

    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    person = forms.CharField(
        label=gettext_lazy("Who?"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Handle or mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    review_every = forms.ChoiceField(label=gettext_lazy("Look at it again"), choices=Interval.choices)
    review_date = forms.DateField(label=gettext_lazy("Day"), required=False, widget=date_input())

    def __init__(self, *args: Any, viewer: User, community: Community, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        places = Community.objects.of_member(viewer).exclude(kind=Community.Kind.HIDDEN).exclude(pk=community.pk)
        self.known: dict[str, Owner] = {f"person:{viewer.pk}": viewer}
        self.known |= {f"person:{person.pk}": person for person in people}
        self.known |= {f"community:{place.pk}": place for place in (community, *places.order_by("name")[:MOST_CHOICES])}
        field = self.fields["owner"]
        field.choices = self.owner_choices(viewer)  # type: ignore[attr-defined]

    def owner_choices(self, viewer: User) -> list[tuple[str, Any]]:
        """Return what the list offers."""
        me = f"person:{viewer.pk}"
        people = [(key, str(one)) for key, one in self.known.items() if isinstance(one, User) and key != me]
        places = [(key, str(one)) for key, one in self.known.items() if isinstance(one, Community)]
        return [
            ("", _("Nobody")),
            (me, _("Me")),
            (_("People"), [*people, (SOMEBODY, _("Somebody else …"))]),
            (_("Communities"), places),
        ]

    def clean(self) -> dict[str, Any]:
        """Return the owner as the domain has it; a name typed without a choice counts."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        text, choice = data.get("person", "").strip().lstrip("@"), data.get("owner", "")
        if choice == SOMEBODY or (text and choice in ("", "keep")):
            found = find_person(self.viewer, text)
            if text and found is None:
                self.add_error("person", _("Nobody is known by “%(text)s”.") % {"text": text})
            elif found is None:
                self.add_error("person", _("Say who."))
            data["owner"] = found
        elif "owner" not in self.errors:
            data["owner"] = self.known.get(choice)
        return data


class BulkForm(CareForm):
    """Owner and interval of the pages that are ticked; what is left at "as it is" stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = self.fields["review_every"]
        every.required = False
        every.choices = [("", _("as it is")), *Interval.choices]  # type: ignore[attr-defined]

    def ticked(self) -> list[int]:
        """Return the numbers of the pages; what is no number is nobody's page."""
        sent = self.data.getlist("pages")  # type: ignore[attr-defined]
        numbers = [int(one) for one in sent[:BULK] if one.isascii() and one.isdigit() and len(one) < 19]
        return [one for one in numbers if one <= MAX_ID]

    def owner_choices(self, viewer: User) -> list[tuple[str, Any]]:
        """Return what the list offers, "as it is" first."""
        nobody, *others = super().owner_choices(viewer)
        return [("keep", _("as it is")), *others, ("nobody", nobody[1])]

    def clean(self) -> dict[str, Any]:
        """Return the owner, or `Keep`."""
        kept = self.data.get("owner", "keep") == "keep" and not self.data.get("person", "").strip()
        data = super().clean()
        if not self.ticked():
            self.add_error(None, _("Tick the pages first."))
        owner: Owner | Keep = KEEP if kept else data.get("owner")
        return data | {"owner": owner, "pages": self.ticked()}


class FlagForm(forms.Form):
    """What is outdated."""

    reason = forms.CharField(
        label=gettext_lazy("What is outdated?"),
        max_length=MAX_REASON * 4,  # the action says more kindly what is too long
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MAX_REASON}),
    )


class AnswerForm(forms.Form):
    """What became of a flag."""

    answer = forms.CharField(max_length=MAX_REASON * 4, strip=False, required=False)
