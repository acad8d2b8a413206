"""The shape of what people type about a step: each kind has its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from intranet.people.models import Community
from wiki.models import WikiPage
from wiki.onboarding.forms import PersonField
from wiki.onboarding.making.forms import suggest
from wiki.onboarding.making.words import step_mark
from wiki.onboarding.models import Path, Step, VersionStep
from wiki.titles import title_key

Kind, Proof, Whom = Step.Kind, Step.Proof, Step.Whom

# What the form of a kind asks besides title, text and time.
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.READ: ("page_title", "proof", "question", "choice_1", "choice_2", "choice_3", "choice_4", "right"),
    Kind.DO: ("page_title", "proof", "act"),
    Kind.MEET: ("whom", "role", "person"),
    Kind.POST: ("act", "community"),
    Kind.IMPROVE: ("page_title",),
    Kind.LINK: ("url",),
    Kind.TASK: ("whom", "role", "person", "proof"),
    Kind.CHECK_IN: ("question", "readers"),
}
PROOFS: dict[str, tuple[str, ...]] = {
    Kind.READ: (Proof.PAGE, Proof.QUIZ, Proof.TICK),
    Kind.DO: (Proof.TICK, Proof.NOTE, Proof.FILE),
    Kind.TASK: (Proof.TICK, Proof.NOTE, Proof.FILE),
}
# Where there is nothing to choose.
ONE_PROOF: dict[str, str] = {
    Kind.POST: Proof.ACT, Kind.IMPROVE: Proof.ACT, Kind.CHECK_IN: Proof.ANSWER, Kind.MEET: Proof.TICK,
    Kind.LINK: Proof.TICK,
}  # fmt: skip
WHAT_FOR: dict[str, Any] = {
    Kind.READ: gettext_lazy("A page of the wiki, confirmed at its end, with a check question if you like."),
    Kind.DO: gettext_lazy("A task of one’s own: ticked, or shown by a note or a file."),
    Kind.MEET: gettext_lazy("Buddy, manager, a colleague or whoever holds a role."),
    Kind.POST: gettext_lazy("Introduce oneself, ask, answer or thank: done by the act itself."),
    Kind.IMPROVE: gettext_lazy("Correct a page or add to it: done by the act itself."),
    Kind.LINK: gettext_lazy("Something outside the house: a video, a course, a form."),
    Kind.TASK: gettext_lazy("What somebody else does for the person: IT, HR, buddy, manager."),
    Kind.CHECK_IN: gettext_lazy("A question after days or weeks. Who reads the answer is said first."),
}
READERS = (
    ("buddy", gettext_lazy("the buddy")),
    ("manager", gettext_lazy("the manager")),
    ("owner", gettext_lazy("the path’s owner")),
    ("roles", gettext_lazy("roles that see progress")),
)
CHOICES = ("choice_1", "choice_2", "choice_3", "choice_4")
AFTER, BEFORE = 520, 180


class SideField(forms.ChoiceField):
    """On which side of the start date days are counted; after it unless somebody says otherwise."""

    def clean(self, value: Any) -> Any:
        """Return "after" for nothing."""
        return super().clean(value or "after")


class StepForm(forms.Form):
    """One step of a kind; the page is named by its title."""

    title = forms.CharField(label=capfirst(Step._meta.get_field("title").verbose_name), max_length=160)
    text = forms.CharField(
        label=gettext_lazy("What to do"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    page_title = forms.CharField(label=gettext_lazy("Wiki page"), max_length=255, required=False)
    page_pick = forms.ChoiceField(label=gettext_lazy("Did you mean"), required=False, widget=forms.RadioSelect)
    whom = forms.ChoiceField(choices=Whom.choices, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    person = PersonField(label=gettext_lazy("Colleague"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("What to post"), required=False)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=gettext_lazy("Where to post"),
        empty_label=gettext_lazy("Anywhere"),
        required=False,
    )
    # Browsers refuse an address without https://, which the field adds.
    url = forms.URLField(
        label=gettext_lazy("Address"), max_length=500, assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off"}),
    )  # fmt: skip
    proof = forms.ChoiceField(label=gettext_lazy("Completed by"))
    question = forms.CharField(label=gettext_lazy("Question"), max_length=500, required=False)
    choice_1 = forms.CharField(label=gettext_lazy("Answer 1"), max_length=200, required=False)
    choice_2 = forms.CharField(label=gettext_lazy("Answer 2"), max_length=200, required=False)
    choice_3 = forms.CharField(label=gettext_lazy("Answer 3"), max_length=200, required=False)
    choice_4 = forms.CharField(label=gettext_lazy("Answer 4"), max_length=200, required=False)
    right = forms.TypedChoiceField(
        label=gettext_lazy("Which one is right"), choices=[(n, str(n + 1)) for n in range(4)], coerce=int, required=False,
        empty_value=None,
    )  # fmt: skip
    readers = forms.MultipleChoiceField(
        label=gettext_lazy("Who reads the answer"), choices=READERS, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("The person is told before answering."),
    )  # fmt: skip
    due_count = forms.IntegerField(label=gettext_lazy("Due, days from the start"), min_value=0, initial=0)
    due_side = SideField(
        label=gettext_lazy("Counted"),
        choices=[
            ("after", pgettext_lazy("due", "working days after the start")),
            ("before", pgettext_lazy("due", "calendar days before the start")),
        ],
    )  # fmt: skip
    waits_for = forms.MultipleChoiceField(
        label=gettext_lazy("Only after"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Opens when these are done."),
    )  # fmt: skip
    is_early = forms.BooleanField(
        label=gettext_lazy("May be read before the first day"), required=False,
        help_text=gettext_lazy("By a signed link, without an account: these words and the page, nothing else."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        viewer: Any,
        path: Path,
        kind: str,
        line: VersionStep | None = None,
        others: Sequence[VersionStep] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.path, self.kind = viewer, path, kind
        self._unseen: WikiPage | None = None  # the step's page, when the viewer may not read it
        asked = {"title", "text", *FIELDS[kind], "due_count", "due_side", "waits_for", "is_early"}
        asked |= {"page_pick"} if "page_title" in FIELDS[kind] else set()
        for name in set(self.fields) - asked:
            del self.fields[name]
        order = ["title", *FIELDS[kind]]
        if "page_title" in order:
            order.insert(order.index("page_title") + 1, "page_pick")
        self.order_fields([order[0], "text", *order[1:]])
        self._offer(others, line)
        if path.is_leaving:
            self._count_from_the_last_day()
        if line is not None:
            self.initial = self._of(line)

    def _offer(self, others: Sequence[VersionStep], line: VersionStep | None) -> None:
        fields: dict[str, Any] = self.fields
        fields["waits_for"].choices = [
            (str(one.step_id), one.step.title) for one in others if line is None or one.step_id != line.step_id
        ]
        if not fields["waits_for"].choices:
            del fields["waits_for"]
        if "proof" in fields:
            fields["proof"].choices = [(one, Proof(one).label) for one in PROOFS[self.kind]]
        if self.kind == Kind.DO:
            fields["act"].label = _("Done by itself")
            hand_over = Step.Act.HAND_OVER
            fields["act"].choices = [("", _("never")), (hand_over.value, _("when the person’s pages are handed over"))]
        if "community" in fields:
            fields["community"].queryset = Community.objects.visible_to(self.viewer)
            fields["act"].choices = [("", _("any post or reply")), *((one.value, one.label) for one in ACTS)]
        if "whom" in fields:
            fields["whom"].label = _("Who does it") if self.kind == Kind.TASK else _("Whom to meet")
            fields["whom"].choices = [("", _("Choose whom")), *Whom.choices]
            fields["whom"].required = True
            asked = _("Who does it?") if self.kind == Kind.TASK else _("Whom to meet?")
            fields["whom"].error_messages["required"] = asked
            fields["person"].viewer = self.viewer
            suggest(fields["person"], "people")
            roles = [(str(role.pk), role.name) for role in self.path.roles.all()]
            fields["role"].choices = [("", _("Choose a role")), *roles]
            if not roles:
                del fields["role"]
                fields["whom"].choices = [one for one in fields["whom"].choices if one[0] != Whom.ROLE]
        if self.kind == Kind.CHECK_IN:
            fields["question"].required = fields["readers"].required = True
        if "page_title" in fields:
            later = _("Begin to type its title. It may be chosen or written later: the path says what is missing.")
            fields["page_title"].help_text = later if self.kind == Kind.READ else _("Begin to type its title.")
            suggest(fields["page_title"], "pages")
            picks = self._alike(str(self.data.get("page_title", ""))) if self.is_bound else []
            fields["page_pick"].choices = [(str(page.pk), f"{page.title} ({page.community.name})") for page in picks]

    def _count_from_the_last_day(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["due_count"].label = _("Due, days from the last day")
        fields["due_side"].choices = [
            ("after", pgettext("due", "working days after the last day")),
            ("before", pgettext("due", "calendar days before the last day")),
        ]
        del fields["is_early"]  # nobody who leaves waits for a first day

    def _alike(self, typed: str) -> list[WikiPage]:
        """Return pages with that title, else those whose title has all these words."""
        pages = WikiPage.objects.visible_to(self.viewer).select_related("community").order_by("title_key", "pk")
        words = title_key(typed.replace("\x00", "")[:255])
        if not words:
            return []
        same = list(pages.filter(title_key=words)[:12])
        if same:
            return same
        for word in words.split()[:8]:
            pages = pages.filter(title_key__contains=word)
        return list(pages[:12])

    def _of(self, line: VersionStep) -> dict[str, Any]:
        step, days = line.step, line.due_days
        page = WikiPage.objects.visible_to(self.viewer).filter(pk=step.page_id or 0).first()
        self._unseen = step.page if page is None else None
        answers = dict(zip(CHOICES, [*step.choices, "", "", "", ""], strict=False))
        return answers | {
            "title": step.title, "text": step.text, "page_title": page.title if page else "", "whom": step.whom,
            "role": str(step.role_id or ""), "person": step.person.handle if step.person else "", "act": step.act,
            "community": step.community_id, "url": step.url, "proof": step.proof, "question": step.question,
            "right": step.right, "readers": step.readers, "due_count": abs(days),
            "due_side": "before" if days < 0 else "after", "waits_for": [str(key) for key in line.waits_for],
            "is_early": step.is_early, "seen": step_mark(line),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Each kind has something it cannot do without."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._clean_due(data)
        if "page_title" in self.fields:
            data["page"] = self._clean_page(data)
        if "whom" in self.fields:
            self._clean_whom(data)
        is_anywhere = "community" in self.fields and not data.get("community") and "community" not in self.errors
        if is_anywhere and data.get("act") in {"", Step.Act.INTRODUCE}:
            self.add_error("community", _("In which community?"))
        if data.get("proof") == Proof.QUIZ:
            self._clean_quiz(data)
        return data

    def _clean_due(self, data: dict[str, Any]) -> None:
        count, is_before = data.get("due_count"), data.get("due_side") == "before"
        if count is not None and count > (BEFORE if is_before else AFTER):
            most = BEFORE if is_before else AFTER
            self.add_error("due_count", _("Choose a number from 0 to %(most)s.") % {"most": most})
        data["due_days"] = -count if is_before and count else count

    def _clean_page(self, data: dict[str, Any]) -> WikiPage | None:
        typed, found = data.get("page_title", "").strip(), self._alike(data.get("page_title", ""))
        if picked := next((page for page in found if str(page.pk) == data.get("page_pick")), None):
            return picked
        same = [page for page in found if title_key(page.title) == title_key(typed)]
        same = [page for page in same if page.community_id == self.path.community_id] or same
        if typed and len(same) == 1:
            return same[0]
        if typed and "page_title" not in self.errors:
            words = (
                _("Which of these pages?") if found else _("There is no page called “%(title)s”.") % {"title": typed}
            )
            self.add_error("page_title", words)
        # Whoever cannot read the page of a step did not take it away by leaving the field as it came: empty.
        return None if typed else self._unseen

    def _clean_whom(self, data: dict[str, Any]) -> None:
        whom = data.get("whom")
        if whom == Whom.PERSON and not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Which colleague?"))
        if whom == Whom.ROLE and not data.get("role") and "role" in self.fields:
            self.add_error("role", _("Which role?"))

    def _clean_quiz(self, data: dict[str, Any]) -> None:
        given = [name for name in CHOICES if data.get(name)]
        if not data.get("question"):
            self.add_error("question", _("What is the question?"))
        if len(given) < 2:
            self.add_error("choice_1" if not given else "choice_2", _("A check question needs two answers or more."))
        elif data.get("right") is None or CHOICES[data["right"]] not in given:
            self.add_error("right", _("Which of the answers is right?"))

    def step_fields(self) -> dict[str, Any]:
        """Return the cleaned form as what `actions.save_step` takes; what does not belong to the kind is empty."""
        data = self.cleaned_data
        whom, is_quiz = data.get("whom", ""), data.get("proof") == Proof.QUIZ
        given = [name for name in CHOICES if data.get(name)] if is_quiz else []
        is_asked = is_quiz or self.kind == Kind.CHECK_IN
        role = data.get("role") if whom == Whom.ROLE else ""
        return {
            "kind": self.kind, "title": data["title"], "text": data["text"], "due_days": data["due_days"],
            "waits_for": [int(key) for key in data.get("waits_for", [])], "is_early": data.get("is_early", False),
            "page": data.get("page"), "whom": whom, "person": data.get("person") if whom == Whom.PERSON else None,
            "role": next((one for one in self.path.roles.all() if str(one.pk) == role), None) if role else None,
            "community": data.get("community"), "act": data.get("act", ""), "url": data.get("url", ""),
            "proof": data.get("proof") or ONE_PROOF[self.kind], "question": data["question"] if is_asked else "",
            "choices": [data[name] for name in given],
            "right": given.index(CHOICES[data["right"]]) if is_quiz else None, "readers": data.get("readers", []),
        }  # fmt: skip


ACTS = (Step.Act.INTRODUCE, Step.Act.ASK, Step.Act.ANSWER, Step.Act.THANK)
