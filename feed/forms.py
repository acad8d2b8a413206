"""The shape of what people send."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from feed import mentions, text
from feed.models import Reaction
from intranet.files import MAX_BYTES
from intranet.people.models import Community

MAX_FILES = 10


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list; what they are is found out by the action."""

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("Up to {files} files of {size} MB each.")
        super().__init__(
            widget=FilesInput(),
            required=False,
            label=gettext_lazy("Files"),
            help_text=format_lazy(hint, files=MAX_FILES, size=MAX_BYTES // (1024 * 1024)),
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploads that were chosen."""
        chosen = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(chosen) > MAX_FILES:
            raise ValidationError(_("Choose at most %(files)d files at once.") % {"files": MAX_FILES})
        return chosen


def choices(form: forms.Form, **querysets: Any) -> None:
    """Say what the fields of a form may be chosen from."""
    for name, queryset in querysets.items():
        field: Any = form.fields[name]
        field.queryset = queryset


class BodyForm(forms.Form):
    """A text with the key that makes sending it twice harmless, and a warning before somebody is named in vain."""

    body = forms.CharField(
        # The action's own check knows more than the field's and says it better.
        strip=False,
        required=False,
        label=gettext_lazy("Text"),
        widget=forms.Textarea,
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    uploads = FilesField()
    # Whom the writer has decided to name after being asked: people who cannot read it, and communities.
    named_anyway = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, community: Community | None = None, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("key", uuid.uuid4())
        super().__init__(*args, **options)
        self.user, self.place = user, community
        self.left_out: list[Any] = []

    def clean_body(self) -> str:
        """Return the text as it is stored."""
        return text.check_body(self.cleaned_data.get("body") or "")

    def clean(self) -> dict[str, Any]:
        """Ask once before people are named who cannot read it, and before a community is."""
        data: dict[str, Any] = super().clean() or {}
        community, body = data.get("community") or self.place, data.get("body")
        if community is None or not body:
            return data
        asked = mentions.question(self.user, body, community, str(self.initial.get("body") or ""))
        self.left_out = list(asked.left_out) if asked else []
        if asked and asked.names != data.get("named_anyway"):
            # Shown with the names; pressing the button again sends it as it is.
            sent = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which is not to be changed itself
            sent[self.add_prefix("named_anyway")] = asked.names
            self.data = sent
            raise ValidationError(" ".join(asked.sentences), code="left_out")
        return data


class PostForm(BodyForm):
    """A new thread."""

    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=gettext_lazy("Community"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of your communities.")},
    )
    about_page = forms.ModelChoiceField(Page.objects.none(), required=False, widget=forms.HiddenInput)
    field_order = ("community", "body", "uploads")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Whether a page is readable and of that community is the action's to say.
        choices(self, community=Community.objects.of_member(self.user), about_page=Page.objects.filter(live=True))


class ReactionForm(forms.Form):
    """One reaction, put or taken back; each button says which, so that pressing twice is no riddle."""

    react = forms.ChoiceField(choices=Reaction.post_kinds, required=False)
    unreact = forms.ChoiceField(choices=Reaction.post_kinds, required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("react")) == bool(data.get("unreact")):
            raise ValidationError(_("There is no such reaction."), code="kind")
        return data


class PageReactionForm(ReactionForm):
    """A reaction to a page: those of posts, and that it helped."""

    react = forms.ChoiceField(choices=Reaction.Kind, required=False)
    unreact = forms.ChoiceField(choices=Reaction.Kind, required=False)


class MomentForm(forms.Form):
    """Up to when something was shown (`until`), or since when somebody has not looked (`since`)."""

    until = forms.CharField(max_length=40, required=False)
    since = forms.CharField(max_length=40, required=False)

    def clean_until(self) -> datetime | None:
        """Return the time, aware."""
        return moment(self.cleaned_data["until"])

    def clean_since(self) -> datetime | None:
        """Return the time, aware."""
        return moment(self.cleaned_data["since"])


def moment(words: str) -> datetime | None:
    """Read an ISO time with its zone; None for an empty one. Raises ValidationError."""
    if not words:
        return None
    try:
        when = parse_datetime(words)
    except ValueError:
        when = None
    # Years at the ends of the calendar cannot be turned into another zone's time.
    if when is None or when.tzinfo is None or not 2000 <= when.year <= 2200:
        raise ValidationError(_("That is not a time."), code="time")
    return when


class UploadForm(forms.Form):
    """One file for a community (`context` is what the editor calls it)."""

    file = forms.FileField(error_messages={"required": gettext_lazy("Choose a file first.")})
    community = forms.ModelChoiceField(Community.objects.none(), required=False)
    context = forms.ModelChoiceField(Community.objects.none(), required=False)

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = Community.objects.of_member(user)
        choices(self, community=mine, context=mine)

    def clean(self) -> dict[str, Any]:
        """Take the community from either field."""
        data: dict[str, Any] = super().clean() or {}
        data["community"] = data.get("community") or data.get("context")
        if data["community"] is None and not self.errors:
            raise ValidationError(_("Choose one of your communities."), code="community")
        return data
