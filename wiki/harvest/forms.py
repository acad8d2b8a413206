"""The shape of what is sent to make a page of a conversation."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community
from wiki.forms import MAX_ID
from wiki.reading import writable_communities
from wiki.titles import MAX_TITLE


class HarvestForm(forms.Form):
    """Which posts, where to, under which title."""

    title = forms.CharField(
        label=_("Title of the page"),
        max_length=2_000,  # the action says more kindly what is too long
        error_messages={"required": _("Give the page a title.")},
        strip=False,
        widget=forms.TextInput(attrs={"class": "input", "maxlength": MAX_TITLE, "autocomplete": "off"}),
    )
    community = forms.ModelChoiceField(
        Community.objects.none(), label=_("Community"), empty_label=None,
        error_messages={"invalid_choice": _("Choose one of your communities."), "required": _("Choose one of your communities.")},
    )  # fmt: skip
    parent = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    posts = forms.TypedMultipleChoiceField(coerce=int, required=False, label=_("What goes into the page"))
    # What she was told of who gains, as `Gains.code`.
    agreed = forms.CharField(required=False, max_length=100)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, posts: list[int], **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("key", uuid.uuid4())
        super().__init__(*args, **options)
        community: Any = self.fields["community"]
        community.queryset = writable_communities(user)
        chosen: Any = self.fields["posts"]
        # What was deleted since the page was made is the action's to say; anything else is nobody's post.
        self.known = {str(pk) for pk in posts}
        chosen.choices = [(str(pk), str(pk)) for pk in posts]

    def clean_posts(self) -> list[int]:
        """Return the numbers of the posts."""
        return [int(pk) for pk in self.cleaned_data["posts"]]
