"""The shape of what people send about a step of theirs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from feed.forms import FilesField
from intranet.files import MAX_BYTES
from wiki.onboarding.attached import FILES_AT_MOST
from wiki.onboarding.models import Step


class StepFilesField(FilesField):
    """The files that complete a task."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        hint = gettext_lazy("Up to {files} files of {size} MB each.")
        self.help_text = format_lazy(hint, files=FILES_AT_MOST, size=MAX_BYTES // (1024 * 1024))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploads that were chosen."""
        chosen = super().clean(data, initial)
        if len(chosen) > FILES_AT_MOST:
            raise ValidationError(_("Choose at most %(files)d files at once.") % {"files": FILES_AT_MOST})
        return chosen


class CompleteForm(forms.Form):
    """What a step asks for when it is done; which of the fields there are the step says."""

    note = forms.CharField(
        label=pgettext_lazy("step", "Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer = forms.CharField(
        label=gettext_lazy("Your answer"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    choice = forms.TypedChoiceField(
        label=gettext_lazy("Your answer"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    uploads = StepFilesField()

    # Which field goes with which way of completing.
    FIELDS: dict[str, tuple[str, ...]] = {
        Step.Proof.NOTE: ("note",),
        Step.Proof.FILE: ("uploads", "note"),
        Step.Proof.ANSWER: ("answer",),
        Step.Proof.QUIZ: ("choice",),
    }

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{step.pk}_%s")
        super().__init__(*args, **kwargs)
        wanted = self.FIELDS.get(step.proof, ())
        for name in set(self.fields) - set(wanted):
            del self.fields[name]
        if choice := self.fields.get("choice"):
            choice.choices = list(enumerate(step.choices))  # type: ignore[attr-defined]
            choice.label = step.question
        if answer := self.fields.get("answer"):
            answer.label = step.question or answer.label
        # Asked for by the action, so that the form, the API and the page say the same words.
        for name in wanted[:1]:
            self.fields[name].widget.attrs["aria-required"] = "true"

    def clean_note(self) -> str:
        """Return the note without spaces around it."""
        note: str = self.cleaned_data["note"]
        return note.strip()

    def given(self) -> dict[str, Any]:
        """Return the cleaned form as `complete_step` takes it."""
        data = dict(self.cleaned_data)
        return {"files": data.pop("uploads"), **data} if "uploads" in data else data

    def blame(self, error: ValidationError) -> None:
        """Put what the action refused next to the field it is about."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, words in found.items():
            # What cannot be taken in is said of the files without naming them.
            at: str | None = "uploads" if name == "files" or (not name and "uploads" in self.fields) else name
            at = at if at in self.fields else None
            self.add_error(at, ValidationError(words))


class UnclearForm(forms.Form):
    """What was unclear about a step."""

    words = forms.CharField(
        label=gettext_lazy("What was unclear?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("What was unclear?")},
    )


class WelcomeForm(forms.Form):
    """Until when the link before the first day works."""

    # A browser's own field for days reads one form only, whatever the language.
    until_on = forms.DateField(
        label=gettext_lazy("Works until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
