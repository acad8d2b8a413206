"""The shape of what people send to bring pages in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.models import WikiPage


class ImportForm(forms.Form):
    """A zip, and the language of texts that do not say theirs."""

    file = forms.FileField(
        label=_("Zip file"),
        error_messages={"required": _("Choose a file first.")},
        help_text=_("Markdown files in folders, with pictures and other files; up to 50 MB and 1,000 pages."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the texts, where they do not say it"), choices=WikiPage.Language.choices, required=False
    )
