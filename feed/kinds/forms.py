"""The shape of what people write of each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feed.forms import BodyForm, PostForm
from feed.kinds.facts import MAX_OPTIONS, MAX_PRAISED
from feed.models import Announcement, Post, PostKind
from intranet.people.models import User
from intranet.people.models.people import fold

BETWEEN_NAMES = re.compile(r"[,;\n]+")
DAY = {"type": "date", "class": "input"}
LONGEST_TEXT = 60_000
TICKED = ("several", "anonymous")


class TimeField(forms.DateTimeField):
    """A moment, chosen with the browser's own picker in the reader's time zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, required=False, **options)

    def clean(self, value: Any) -> datetime | None:
        """Return the time, aware; years at the ends of the calendar are no times."""
        try:
            when: datetime | None = super().clean(value)
        except (OverflowError, ValueError) as problem:
            raise ValidationError(_("That is not a time."), code="time") from problem
        if when is not None and not 2000 <= when.year <= 2200:
            raise ValidationError(_("That is not a time."), code="time")
        return when


class DayField(forms.DateField):
    """A day, chosen with the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), required=False, **options)


class PollFields(forms.Form):
    """What a poll asks for besides its question."""

    # The browser does not ask for what only one kind needs; it is said in words.
    use_required_attribute = False

    options = forms.CharField(
        error_messages={"required": gettext_lazy("A poll needs at least two choices, each on a line of its own.")},
        strip=False,
        max_length=LONGEST_TEXT,
        label=gettext_lazy("Choices, each on a line of its own"),
        help_text=gettext_lazy("From two to twenty. They are fixed once somebody has voted."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
    )
    several = forms.BooleanField(required=False, label=gettext_lazy("Several choices are possible"))
    anonymous = forms.BooleanField(
        required=False,
        label=gettext_lazy("Anonymous"),
        help_text=gettext_lazy("Nobody sees who chose what, not even you. This is fixed afterwards."),
    )
    closes_at = TimeField(
        label=gettext_lazy("Open until"),
        help_text=gettext_lazy("Votes can be changed until then. Empty: until you close it."),
    )

    def poll_details(self) -> dict[str, Any]:
        """Return what the actions of polls take."""
        data = self.cleaned_data
        options = data.get("options", "").splitlines()
        if len(options) > 10 * MAX_OPTIONS:
            options = [line for line in options if line.strip()]
        return {"options": options, **{name: data.get(name) for name in ("several", "anonymous", "closes_at")}}


class AnnouncementFields(forms.Form):
    """What an announcement asks for besides its text."""

    use_required_attribute = False

    level = forms.ChoiceField(
        choices=Announcement.Level.choices,
        label=gettext_lazy("How urgent"),
        help_text=gettext_lazy("A crisis stands as a banner on every page until it is acknowledged or ended."),
        widget=forms.Select(attrs={"class": "input"}),
    )
    due_on = DayField(label=gettext_lazy("Read by"))
    expires_on = DayField(
        label=gettext_lazy("On top until"), help_text=gettext_lazy("Thirty days, unless you say otherwise.")
    )

    def announcement_details(self) -> dict[str, Any]:
        """Return what the actions of announcements take."""
        data = self.cleaned_data
        level = data.get("level") or Announcement.Level.NORMAL
        return {"level": level, "due_on": data.get("due_on"), "expires_on": data.get("expires_on")}


class KindForm(PollFields, AnnouncementFields, PostForm):
    """A new thread of any kind: what belongs to other kinds than the chosen one is not looked at."""

    kind = forms.ChoiceField(required=False, choices=PostKind.choices)
    people = forms.CharField(
        error_messages={"required": gettext_lazy("Whom do you praise? Name at least one colleague.")},
        max_length=2000,
        label=gettext_lazy("Whom do you praise?"),
        help_text=gettext_lazy("Names or @handles, with commas between them."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    FIELDS = {
        PostKind.POLL: ("options", "several", "anonymous", "closes_at"),
        PostKind.PRAISE: ("people",),
        PostKind.ANNOUNCEMENT: ("level", "due_on", "expires_on"),
    }

    def clean_kind(self) -> str:
        """Return the kind; plain words without one."""
        return self.cleaned_data["kind"] or PostKind.UPDATE

    def clean(self) -> dict[str, Any]:
        """Forget what is wrong with fields of other kinds, and find the people who are praised."""
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind", PostKind.UPDATE)
        for other, names in self.FIELDS.items():
            if other != kind:
                for name in names:
                    self.errors.pop(name, None)
        if kind == PostKind.PRAISE and "people" not in self.errors:
            try:
                data["people"] = people_named(self.user, data.get("people") or "")
            except ValidationError as problem:
                self.add_error("people", problem)
        return data

    @property
    def details(self) -> dict[str, Any]:
        """Return what the action of the chosen kind takes besides the post itself."""
        kind = self.cleaned_data["kind"]
        if kind == PostKind.POLL:
            return self.poll_details()
        if kind == PostKind.ANNOUNCEMENT:
            return self.announcement_details()
        return {"people": self.cleaned_data["people"]} if kind == PostKind.PRAISE else {}


def typed_details(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return kind and fields of the kinds as they stand in a form, for a draft: nothing of it is checked yet."""
    names = ["kind", *(name for names in KindForm.FIELDS.values() for name in names)]
    found: dict[str, Any] = {name: str(data[name]) for name in names if data.get(name)}
    return found | {name: True for name in TICKED if name in found}


class PollEditForm(PollFields, BodyForm):
    """A poll of one's own."""

    @property
    def details(self) -> dict[str, Any]:
        """Return what `change_poll` takes."""
        return self.poll_details()


class AnnouncementEditForm(AnnouncementFields, BodyForm):
    """An announcement of one's own."""

    ask_again = forms.BooleanField(
        required=False,
        label=gettext_lazy("Ask everybody to read it again"),
        help_text=gettext_lazy("For changes that matter. Who has read the earlier text is asked anew."),
    )

    @property
    def details(self) -> dict[str, Any]:
        """Return what `change_announcement` takes."""
        return self.announcement_details() | {"ask_again": self.cleaned_data["ask_again"]}


class PlainEditForm(BodyForm):
    """Any other words of one's own."""

    @property
    def details(self) -> dict[str, Any]:
        """Nothing but the words."""
        return {}


def edit_form(request: Any, post: Post) -> Any:
    """Return the form that changes a post of this kind, filled in as it stands or as it was sent."""
    facts: dict[str, Any] = post.facts or {}
    initial: dict[str, Any] = {"body": post.body}
    form: type[Any] = PlainEditForm
    if post.kind == PostKind.POLL:
        form, closes = PollEditForm, facts["closes"]
        initial |= {
            "options": "\n".join(facts["options"]),
            "several": facts["several"],
            "anonymous": facts["anonymous"],
        }
        initial["closes_at"] = timezone.localtime(datetime.fromisoformat(closes)) if closes else None
    elif post.kind == PostKind.ANNOUNCEMENT:
        form = AnnouncementEditForm
        initial |= {"level": facts["level"], "due_on": _day(facts["due"]), "expires_on": _day(facts["expires"])}
    return form(request.POST or None, user=request.user, community=post.community, initial=initial)


def _day(iso: str | None) -> Any:
    return date.fromisoformat(iso) if iso else None


def people_named(user: Any, words: str) -> list[User]:
    """Return the people whose handles or names stand between commas; a first name will do where one person has it.

    Raises ValidationError naming who is not found.
    """
    names = list(dict.fromkeys(" ".join(part.split()).removeprefix("@") for part in BETWEEN_NAMES.split(words)))
    names = [name for name in names if name]
    if len(names) > MAX_PRAISED:
        raise ValidationError(_("Name at most %(limit)d people at once.") % {"limit": MAX_PRAISED})
    found: list[User] = []
    for name in names:
        known = User.objects.visible_to(user).active()
        people = (
            list(known.filter(handle=name.lower())[:1])
            or list(known.filter(folded_name=fold(name))[:2])
            or list(known.filter(folded_name__startswith=f"{fold(name)} ")[:2])
        )
        if not people:
            raise ValidationError(_("There is nobody called “%(name)s”.") % {"name": name[:60]})
        if len(people) > 1:
            raise ValidationError(
                _("There are several people called “%(name)s”. Write the handle.") % {"name": name[:60]}
            )
        found += people
    return found


class VoteForm(forms.Form):
    """One's choices; which of them there are is the action's to say."""

    choice = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(str(n), n) for n in range(MAX_OPTIONS)],
        error_messages={"invalid_choice": gettext_lazy("There is no such choice.")},
    )  # fmt: skip
    edition = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class VersionForm(forms.Form):
    """Which version of an announcement somebody has read."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
