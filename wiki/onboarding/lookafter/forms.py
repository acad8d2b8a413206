"""The shape of what is done for one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wiki.models import WikiPage
from wiki.onboarding.forms import PersonField
from wiki.onboarding.making.forms import suggest
from wiki.onboarding.models import Enrolment, Step


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a day, as browsers show one."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class SkipForm(forms.Form):
    """Why somebody need not do a step."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, help_text=gettext_lazy("The person reads it beside the step.")
    )


class DayForm(forms.Form):
    """The day a step is due for one person."""

    due_on = day_field(
        gettext_lazy("Due on"), required=False, help_text=gettext_lazy("Empty: the day the path gives it.")
    )


class StartForm(forms.Form):
    """Another start date."""

    start_on = day_field(gettext_lazy("Start date"))

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if enrolment.path.is_leaving:
            self.fields["start_on"].label = _("Last day")


class PauseForm(forms.Form):
    """Until when the clock stands."""

    until_on = day_field(
        gettext_lazy("Goes on"), required=False, help_text=gettext_lazy("Empty: until somebody resumes it.")
    )


class PeopleForm(forms.Form):
    """Who looks after somebody."""

    buddy = PersonField(label=gettext_lazy("Buddy"), required=False)
    manager = PersonField(
        label=gettext_lazy("Manager"),
        required=False,
        help_text=gettext_lazy("Empty: the manager of the profile."),
    )

    def __init__(self, *args: Any, viewer: Any, may_manage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_manage:
            del self.fields["manager"]
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.viewer = viewer
                suggest(field, "people")


KINDS = (Step.Kind.DO, Step.Kind.READ, Step.Kind.MEET, Step.Kind.TASK)


class OwnStepForm(forms.Form):
    """A step for one person alone."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[])
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    text = forms.CharField(
        label=gettext_lazy("What to do"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = day_field(gettext_lazy("Due on"))
    page_title = forms.CharField(
        label=gettext_lazy("Wiki page"), max_length=255, required=False, help_text=gettext_lazy("The page to be read.")
    )
    person = PersonField(
        label=gettext_lazy("Colleague"),
        required=False,
        help_text=gettext_lazy("Whom to meet, or who does the task."),
    )

    def __init__(self, *args: Any, viewer: Any, community_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.community_id = viewer, community_id
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in KINDS]  # type: ignore[attr-defined]
        self.fields["person"].viewer = viewer  # type: ignore[attr-defined]
        suggest(self.fields["person"], "people")
        suggest(self.fields["page_title"], "pages")

    def clean_page_title(self) -> WikiPage | None:
        """Return the page with that title that the viewer may read, of the path's community first."""
        title = self.cleaned_data["page_title"].strip()
        if not title:
            return None
        pages = list(WikiPage.objects.visible_to(self.viewer).filter(title__iexact=title)[:50])
        if not pages:
            raise forms.ValidationError(_("There is no page called “%(title)s”.") % {"title": title})
        nearest: WikiPage = min(pages, key=lambda page: page.community_id != self.community_id)
        return nearest

    def clean(self) -> dict[str, Any]:
        """Each kind has one thing it cannot do without."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind == Step.Kind.READ and not data.get("page_title") and "page_title" not in self.errors:
            self.add_error("page_title", _("Which page is to be read?"))
        if kind in {Step.Kind.MEET, Step.Kind.TASK} and not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Which colleague?"))
        return data

    def content(self) -> dict[str, Any]:
        """Return the cleaned form as what `add_step_for` takes."""
        data = self.cleaned_data
        with_person = data["kind"] in {Step.Kind.MEET, Step.Kind.TASK}
        return {
            "kind": data["kind"], "title": data["title"], "text": data["text"],
            "page": None if with_person else data["page_title"],
            "whom": Step.Whom.PERSON if with_person else "", "person": data["person"] if with_person else None,
        }  # fmt: skip
