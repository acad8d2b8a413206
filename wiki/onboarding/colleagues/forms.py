"""The shape of what is said about a task that is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wiki.onboarding.models import Step


class DoneForm(forms.Form):
    """A note, and files where the task asks for them."""

    note = forms.CharField(
        label=pgettext_lazy("step", "Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person, buddy, manager and the path’s owner read it."),
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.fields["note"].required = step.proof == Step.Proof.NOTE
        self.fields["note"].error_messages["required"] = _("Write a note.")
        if step.proof == Step.Proof.FILE:
            self.fields["files"] = forms.FileField(label=_("File"))
