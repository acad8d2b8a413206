"""The shape of what people type about who goes on a path."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import Team, User
from wiki.onboarding.forms import KnownPeople, PersonField
from wiki.onboarding.making.forms import suggest
from wiki.onboarding.models import Path
from wiki.onboarding.permissions import enrollable

MANY = 300


class PeopleField(forms.CharField):
    """People by name, handle or mail address, with commas between them, among those the form's user may see."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = gettext_lazy("Names, mail addresses or handles, with commas between them.")
        super().__init__(max_length=20_000, **{"help_text": help_text, **kwargs})
        self.viewer: Any = None  # the form says who is asking

    def clean(self, value: Any) -> list[User]:  # type: ignore[override]
        """Return the people in the order they were named; somebody unknown is a message."""
        parts = [part.strip().lstrip("@") for part in re.split(r"[,;\n]+", super().clean(value)) if part.strip(" @")]
        words = [word.lstrip("@") for part in parts for word in part.split()]
        if len(parts) > MANY or len(words) > 6 * MANY:
            raise forms.ValidationError(_("At most %(count)s people at a time.") % {"count": MANY})
        known = KnownPeople(self.viewer, dict.fromkeys([*parts, *words]))
        # What is no name as a whole is several handles or addresses with spaces between them, as when pasted.
        texts = [one for part in parts for one in ([part] if known.knows(part) else _handles(part, known))]
        people = [known.find(text) for text in texts]
        return list({person.pk: person for person in people}.values())


def _handles(part: str, known: KnownPeople) -> list[str]:
    words = [word.lstrip("@") for word in part.split()]
    return words if any(known.knows(word) or "@" in word for word in words) else [part]


class EitherInput(forms.TextInput):
    """A field that is asked for unless another one says it: browsers must not insist."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Return that it does not."""
        return False


class EnrolForm(forms.Form):
    """Who goes on the path, from when, with whom."""

    people = PeopleField(
        label=gettext_lazy("People"), widget=EitherInput, error_messages={"required": gettext_lazy("Who goes on the path?")}
    )  # fmt: skip
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("And everybody in a team"), required=False,
        empty_label=gettext_lazy("No team"),
    )  # fmt: skip
    start_on = forms.DateField(
        label=gettext_lazy("Start date"),
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    buddy = PersonField(label=gettext_lazy("Buddy"), required=False)
    manager = PersonField(
        label=gettext_lazy("Manager"), required=False,
        help_text=gettext_lazy("Empty: the manager in each profile."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Any, path: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.path = path
        fields: dict[str, Any] = self.fields
        fields["people"].required = not self.data.get("team")
        for name in ("people", "buddy", "manager"):
            fields[name].viewer = viewer
            suggest(fields[name], "people many" if name == "people" else "people")
        fields["team"].queryset = Team.objects.visible_to(viewer)
        if path.is_leaving:
            fields["start_on"].label = _("Last day")

    def clean_start_on(self) -> Any:
        """Return a day that is not ages away: a slip of the hand would count working days for centuries."""
        day, today = self.cleaned_data["start_on"], timezone.localdate()
        if abs(day - today) > timedelta(days=3 * 365):
            raise forms.ValidationError(_("Choose a day within three years from today."))
        return day

    def clean(self) -> dict[str, Any]:
        """Everybody named can read the path, and nobody is her own buddy. Of a team, whoever cannot is left out."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        named, team = data.get("people") or [], data.get("team")
        with_them: dict[str, User] = {name: data[name] for name in ("buddy", "manager") if data.get(name)}
        asked = {person.pk for person in [*named, *with_them.values()]}
        able = set(enrollable(self.path).filter(pk__in=asked).values_list("pk", flat=True))
        if outside := [person.name for person in named if person.pk not in able]:
            words = _("%(name)s cannot read the community of this path. Add the person to it first.")
            self.add_error("people", words % {"name": ", ".join(outside[:5])})
        for name, person in with_them.items():
            if person.pk not in able:
                self.add_error(name, _("%(name)s cannot read this path.") % {"name": person.name})
            elif person in named:
                self.add_error(name, _("Nobody is their own buddy or manager."))
        if not named and team is None and "people" not in self.errors:  # only a comma, for instance
            self.add_error("people", _("Who goes on the path?"))
        left_out = {person.pk for person in with_them.values()}
        mates = enrollable(self.path).filter(team=team).exclude(pk__in=left_out).order_by("name") if team else []
        data["everybody"] = list({person.pk: person for person in [*named, *mates]}.values())
        if not data["everybody"] and team is not None and not self.errors:
            self.add_error("team", _("Nobody in this team can read the path."))
        return data
