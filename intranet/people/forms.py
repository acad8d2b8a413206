"""The shape of what people type; whether it is allowed is for the actions to say."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from intranet.calendar import digits_of, house_calendar
from intranet.people import mails
from intranet.people.calendars import calendar_of
from intranet.people.languages import language_code
from intranet.people.models import AccessToken, Community, Membership, Office, Team, User

GUEST_DAYS = 90
MOST_GUEST_DAYS = 366
HUES = range(24)


class ResetPasswordForm(AllauthResetPasswordForm):
    """Asks for a new password: the same work for every address, so that neither answer nor time tells who is here."""

    def clean_email(self) -> str:
        """Return the address; nobody is looked up."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Put the wish down for the worker, which finds the person and sends the mail."""
        mails.queue_reset(self.cleaned_data["email"])
        return str(self.cleaned_data["email"])


def split_words(text: str) -> list[str]:
    """Return the parts of a comma-separated text, each once whatever its capitals."""
    seen: dict[str, str] = {}
    for part in text.split(","):
        word = " ".join(part.split()).lstrip("#")
        if word:
            seen.setdefault(word.casefold(), word)
    return list(seen.values())


class WordsField(forms.CharField):
    """Words between commas."""

    def __init__(self, *, longest: int = 60, most: int = 30, **kwargs: Any) -> None:
        self.longest, self.most = longest, most
        super().__init__(max_length=longest * most, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the words."""
        words = split_words(super().clean(value) or "")
        if len(words) > self.most:
            raise ValidationError(_("At most %(n)s, please.") % {"n": self.most})
        if any(len(word) > self.longest for word in words):
            raise ValidationError(_("Separate them with commas."))
        return words


class ProfileForm(forms.Form):
    """What a person tells about themselves."""

    title = forms.CharField(label=_("What you do"), max_length=120, required=False)
    about = forms.CharField(
        label=_("About you"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What may colleagues ask you about?"),
    )
    skills = WordsField(
        label=_("Skills"), required=False, help_text=_("Separate them with commas. They find you in the directory.")
    )
    languages = WordsField(label=_("Languages you speak"), required=False, help_text=_("Separate them with commas."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def clean_languages(self) -> list[str]:
        """Return the languages' codes, and words for what has none here."""
        return list(dict.fromkeys(map(language_code, self.cleaned_data["languages"])))


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones by name."""
    zones = sorted(zone for zone in available_timezones() if re.match(r"[A-Z][A-Za-z]+/|UTC$", zone))
    return [(zone, zone.replace("_", " ")) for zone in zones]


class PreferencesForm(forms.Form):
    """How the house speaks to a person."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    theme = forms.ChoiceField(label=_("Light or dark"), choices=User.Theme.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


class PhotoForm(forms.Form):
    """A picture of a face; it is looked at by its content, not by its name."""

    photo = forms.FileField(
        label=_("Photo"),
        max_length=200,
        help_text=_("JPEG or PNG, up to 25 MB. We keep the middle square and nothing else of the file."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class CommunityForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Name, purpose, who may read, colour."""

    hue = forms.TypedChoiceField(
        label=_("Colour"), coerce=int, choices=[(hue, str(hue)) for hue in HUES], widget=forms.RadioSelect
    )

    class Meta:
        model = Community
        fields = ("name", "purpose", "kind", "by_request", "hue")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (Community.Kind.OPEN, _("Open: everybody who works here reads; whoever joins can write")),
            (Community.Kind.CLOSED, _("Closed: everybody sees its name, only members read")),
            (Community.Kind.HIDDEN, _("Hidden: only members know that it exists")),
        ]
        self.fields["by_request"].label = _("Joining is asked for")
        self.fields["by_request"].help_text = _(
            "Moderators decide who becomes a member. In closed communities they always do."
        )
        if self.instance.pk is None:
            self.initial["hue"] = secrets.choice(HUES)  # so that new communities differ without anybody's thinking
        else:
            self.fields["name"].help_text = _("The address stays %(address)s, so that links keep working.") % {
                "address": self.instance.get_absolute_url()
            }
        if self.instance.is_everyone:
            del self.fields["kind"], self.fields["by_request"]


class JoinRequestForm(forms.Form):
    """Why somebody wants to join."""

    note = forms.CharField(label=_("Why would you like to join?"), max_length=300, required=False)


class InviteGuestForm(forms.Form):
    """A person from outside, until a date."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    active_until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["active_until"].initial = today + timedelta(days=GUEST_DAYS)
        self.fields["active_until"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + timedelta(days=MOST_GUEST_DAYS)).isoformat(),
        }

    def clean_active_until(self) -> date:
        """Return the last day, from today on and at most a year ahead."""
        day: date = self.cleaned_data["active_until"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=MOST_GUEST_DAYS):
            raise ValidationError(_("Choose a day from today on, at most a year ahead."))
        return day


class AddMemberForm(forms.Form):
    """Somebody who is in the house already."""

    person = forms.CharField(
        label=_("Name or handle"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input"}),
    )


class RoleForm(forms.Form):
    """Member or moderator."""

    role = forms.ChoiceField(choices=Membership.Role.choices)


class TokenForm(forms.Form):
    """A key for a program."""

    LIFETIMES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("0", _("until I end it")))

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scope = forms.ChoiceField(label=_("What it may do"), choices=AccessToken.Scope.choices, widget=forms.RadioSelect)
    days = forms.ChoiceField(label=_("How long it works"), choices=LIFETIMES)


class PersonForm(forms.Form):
    """An account, as administrators see it."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    manager = forms.CharField(label=_("Manager"), max_length=60, required=False, help_text=_("The manager's handle."))
    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.none(), required=False, empty_label=_("No office"),
        help_text=_("Whose public holidays are days off."),
    )  # fmt: skip
    working_days = forms.MultipleChoiceField(
        label=_("Working days"), choices=[(str(day), WEEKDAYS[day - 1]) for day in range(1, 8)], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("What is due on paths counts by them."),
    )  # fmt: skip
    active_until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_staff = forms.BooleanField(label=_("Administrator"), required=False)
    may_announce = forms.BooleanField(
        label=_("Communications"),
        required=False,
        help_text=_("May write announcements in every community she is a member of."),
    )

    def __init__(self, *args: Any, viewer: User, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        self.fields["office"].queryset = Office.objects.visible_to(viewer)  # type: ignore[attr-defined]
        weekdays = calendar_of(person).weekdays if person else house_calendar().weekdays
        self.initial["working_days"] = list(digits_of(weekdays))
        if person is not None:
            del self.fields["email"]

    def clean_working_days(self) -> str:
        """Return the weekdays as they are stored."""
        return "".join(self.cleaned_data["working_days"])

    def clean_manager(self) -> User | None:
        """Return the manager whose handle was typed."""
        handle = self.cleaned_data["manager"].strip().lstrip("@")
        if not handle:
            return None
        manager = User.objects.visible_to(self.viewer).filter(handle=handle, is_guest=False).first()
        if manager is None:
            raise ValidationError(_("There is nobody of this name."))
        return manager
