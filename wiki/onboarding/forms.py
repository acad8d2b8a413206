"""The shape of what people type about paths."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding.models import Path, Step


class PathForm(forms.ModelForm):
    """Title, whom it is for, language."""

    class Meta:
        model = Path
        fields = ["title", "purpose", "language"]
        labels = {"language": gettext_lazy("Language"), "community": gettext_lazy("Community")}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}


class NewPathForm(PathForm):
    """The same and the community, which stays."""

    class Meta(PathForm.Meta):
        fields = ["title", "purpose", "language", "community"]

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, communities)
        self.fields["community"].help_text = _("Whoever reads this community can read the path.")


class PersonField(forms.CharField):
    """A person by handle or mail address, among those the form's user may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **{"help_text": gettext_lazy("Mail address or handle"), **kwargs})
        self.viewer: Any = None  # the form says who is asking

    def clean(self, value: Any) -> User | None:
        """Return the person, or None for an empty field; somebody unknown is a message."""
        text = super().clean(value).lstrip("@")
        if not text:
            return None
        people = User.objects.visible_to(self.viewer).active()
        person: User | None = people.filter(email__iexact=text).first() or people.filter(handle=text.lower()).first()
        if person is None:
            raise forms.ValidationError(_("Nobody is known by “%(text)s”.") % {"text": text})
        return person


def _ask_for(form: forms.BaseForm, viewer: Any) -> None:
    """Let the form's fields for people know whose acquaintances may be named."""
    for field in form.fields.values():
        if isinstance(field, PersonField):
            field.viewer = viewer


def _choose_from(form: forms.BaseForm, communities: Any) -> None:
    field = form.fields["community"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # tells the type; Meta.fields says the same
    field.queryset = communities
    field.empty_label = _("Choose a community")


class EnrolForm(forms.Form):
    """Who goes on the path, from when, with whom."""

    person = PersonField(label=gettext_lazy("Person"))
    start_on = forms.DateField(
        label=gettext_lazy("Start date"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )
    buddy = PersonField(label=gettext_lazy("Buddy"), required=False)
    manager = PersonField(label=gettext_lazy("Manager"), required=False)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for(self, viewer)


# The kinds this form can say everything about; of others it changes words and day.
SIMPLE = frozenset({Step.Kind.READ, Step.Kind.DO, Step.Kind.MEET, Step.Kind.POST})


class StepForm(forms.ModelForm):
    """One step; the page is named by its title."""

    due_days = forms.IntegerField(
        label=gettext_lazy("Due, days from the start"),
        initial=0,
        help_text=gettext_lazy("0 is the start date; below zero calendar days before it, above working days after."),
    )
    page_title = forms.CharField(label=gettext_lazy("Wiki page"), max_length=255, required=False)
    person = PersonField(label=gettext_lazy("Colleague"), required=False)

    class Meta:
        model = Step
        fields = ["kind", "title", "text", "due_days", "whom", "person", "community"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, viewer: Any, path: Path, due_days: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.path = viewer, path
        self.initial["due_days"] = due_days
        _choose_from(self, Community.objects.visible_to(viewer))
        self.fields["community"].label = _("Where to post")
        kind, whom = self.fields["kind"], self.fields["whom"]
        kinds = [one for one in Step.Kind if one in SIMPLE or one == self.instance.kind]
        kind.choices = [("", _("Choose a kind")), *((one.value, one.label) for one in kinds)]  # type: ignore[attr-defined]
        whom.choices = [("", _("Choose whom")), *Step.Whom.choices]  # type: ignore[attr-defined]
        _ask_for(self, viewer)
        if self.instance.pk:
            page = WikiPage.objects.visible_to(viewer).filter(pk=self.instance.page_id).first()
            self.initial["page_title"] = page.title if page else ""
            self.initial["person"] = self.instance.person.handle if self.instance.person else ""

    def clean_due_days(self) -> int:
        """Return days between half a year before and two years after."""
        days: int = self.cleaned_data["due_days"]
        if not -180 <= days <= 520:
            raise forms.ValidationError(_("Choose a number from -180 to 520."))
        return days

    def clean_page_title(self) -> WikiPage | None:
        """Return the page with that title, of the path's community first."""
        title = self.cleaned_data["page_title"].strip()
        if not title:
            return None
        pages = list(WikiPage.objects.visible_to(self.viewer).filter(title__iexact=title)[:50])
        if not pages:
            raise forms.ValidationError(_("There is no page called “%(title)s”.") % {"title": title})
        nearest: WikiPage = min(pages, key=lambda page: page.community_id != self.path.community_id)
        return nearest

    def clean(self) -> dict[str, Any]:
        """Each kind has one thing it cannot do without."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind == Step.Kind.READ and not data.get("page_title") and "page_title" not in self.errors:
            self.add_error("page_title", _("Which page is to be read?"))
        if kind == Step.Kind.POST and not data.get("community"):
            self.add_error("community", _("In which community?"))
        if kind == Step.Kind.MEET and not data.get("whom"):
            self.add_error("whom", _("Whom to meet?"))
        if data.get("whom") == Step.Whom.PERSON and not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Which colleague?"))
        return data

    def step_fields(self) -> dict[str, Any]:
        """Return the cleaned form as the fields of a Step; what does not belong to the kind is dropped."""
        data = self.cleaned_data
        kind = data["kind"]
        if kind not in SIMPLE:
            return {name: data[name] for name in ("title", "text", "due_days")}
        meet = kind == Step.Kind.MEET
        return {
            "kind": kind,
            "title": data["title"],
            "text": data["text"],
            "due_days": data["due_days"],
            "page": data["page_title"] if kind in {Step.Kind.READ, Step.Kind.DO} else None,
            "whom": data["whom"] if meet else "",
            "person": data["person"] if meet and data["whom"] == Step.Whom.PERSON else None,
            "community": data["community"] if kind == Step.Kind.POST else None,
        }
