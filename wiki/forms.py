"""The shape of what people send to the wiki."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intranet.text import clean_text
from wiki.models import WikiPage
from wiki.titles import MAX_TITLE, clean_tags, clean_title

MAX_ID = 2**63 - 1


def hidden_number() -> forms.IntegerField:
    """Return a field for a row's number that travels with a form."""
    return forms.IntegerField(required=False, min_value=1, max_value=MAX_ID, widget=forms.HiddenInput)


class TypedField(forms.CharField):
    """Text as somebody typed it. What no database can hold is taken out first, so that the rest is not refused with it."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(strip=False, **terms)

    def to_python(self, value: Any) -> str:
        """Return the text as it is stored."""
        return clean_text(super().to_python(value) or "")


class PageForm(forms.Form):
    """Title, text and what belongs to them."""

    title = forms.CharField(
        label=_("Title"),
        max_length=2_000,  # the action says more kindly what is too long
        strip=False,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "title-input", "maxlength": MAX_TITLE, "autocomplete": "off", "placeholder": _("Title")}
        ),
    )
    body = TypedField(label=_("Text"), required=False, widget=forms.Textarea)
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=2_000,
        help_text=_("Separated by commas. A #tag in the text counts too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=WikiPage.Language.choices, required=False)
    summary = forms.CharField(
        label=_("What did you change?"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput(attrs={"class": "input", "maxlength": 200, "autocomplete": "off"}),
    )
    is_minor = forms.BooleanField(label=_("Minor change"), required=False)
    base_revision = hidden_number()
    parent = hidden_number()
    draft = hidden_number()
    translation_of = hidden_number()
    # Who will read words of a conversation that cannot read it, as its writer was told (`wiki.harvest`).
    agreed = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    # Filled in by the script of a room: which one, and the document in base64 as this browser has it.
    live_key = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    live_state = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_live_state(self) -> bytes:
        """Return the document, nothing for what is none: the text is saved all the same."""
        try:
            return b64decode(self.cleaned_data["live_state"], validate=True)
        except ValueError:
            return b""

    def clean_title(self) -> str:
        """Return the title as it is stored."""
        title: str = _field(clean_title, self.cleaned_data["title"], "title")
        return title

    def clean_tags(self) -> list[str]:
        """Return the names."""
        names: list[str] = _field(clean_tags, self.cleaned_data["tags"], "tags")
        return names


class DraftForm(forms.Form):
    """What the browser sends now and then while somebody types."""

    page = hidden_number()
    parent = hidden_number()
    draft = hidden_number()
    base_revision = hidden_number()
    title = TypedField(required=False)
    body = TypedField(required=False)


class EditingForm(forms.Form):
    """A browser says that it has a page open for writing, in a tab it has given a name."""

    tab = forms.RegexField(r"^[0-9a-z]{1,32}\Z")
    leave = forms.BooleanField(required=False)


class DeleteVersionForm(forms.Form):
    """Why a version has to go."""

    reason = forms.CharField(
        label=_("Why is it deleted?"),
        help_text=_("Everybody who reads the page can read the reason in its history."),
        max_length=1_000,
        widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off"}),
        error_messages={"required": _("Say why. The reason stays in the history.")},
    )


class ReplaceForm(forms.Form):
    """Another file for one that is there."""

    file = forms.FileField(label=_("Another file"), error_messages={"required": _("Choose a file first.")})


class TemplateForm(forms.Form):
    """What the titles of pages begin with that are made from a template."""

    title_pattern = forms.CharField(
        label=_("Title of new pages"),
        required=False,
        strip=False,
        max_length=2_000,  # the action says more kindly what is too long
        widget=forms.TextInput(attrs={"maxlength": MAX_TITLE, "autocomplete": "off"}),
    )


class TranslationForm(forms.Form):
    """Of which page a page is a translation."""

    original = forms.CharField(
        label=_("Address of the original"),
        help_text=_("Open the original and copy its address from the browser."),
        required=False,
        max_length=2_000,
    )


class MoveForm(forms.Form):
    """Where a page goes, and what it is called there."""

    parent = forms.IntegerField(
        label=_("New place"),
        min_value=1,
        max_value=MAX_ID,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Choose a place.")),
    )
    title = forms.CharField(label=_("Title"), max_length=2_000, required=False, strip=False)
    change_address = forms.BooleanField(label=_("The address follows the title"), required=False)
    confirmed = forms.BooleanField(required=False)

    def clean_title(self) -> str:
        """Return the title as it is stored."""
        title: str = _field(clean_title, self.cleaned_data["title"], "title")
        return title


def _field(clean: Any, value: Any, name: str) -> Any:
    """Run one of the domain's checks and let its words stand at this field."""
    try:
        return clean(value)
    except forms.ValidationError as error:
        raise forms.ValidationError(error.message_dict[name]) from error


def add_errors(form: forms.Form, error: forms.ValidationError) -> None:
    """Put what an action refused next to the fields it names; the rest on top."""
    details = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    for name, words in details.items():
        for word in words:
            form.add_error(name if name in form.fields else None, word)
