"""Where a step leads, whom it is about, and who reads what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from feed.kinds.facts import praise_is_on
from feed.kinds.lists import UNANSWERED
from intranet.people.models import User
from wiki.links import page_url
from wiki.onboarding.models import Step
from wiki.onboarding.progress import StepRow
from wiki.onboarding.ways import Way


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a step leads: an address, the words of its button, and whether it is outside the house."""

    url: str
    words: str
    symbol: str
    is_outside: bool = False


def lead_of(row: StepRow) -> Lead | None:
    """Return where one does what the step asks for; nothing when that is in the hands of the person alone."""
    step = row.step
    if step.kind == Step.Kind.LINK and step.url:
        return Lead(step.url, _("Open"), "external-link", is_outside=True)
    if step.kind == Step.Kind.POST:
        return _act(row)
    if step.kind == Step.Kind.IMPROVE:
        if row.page is not None:
            return Lead(reverse("wiki:edit", args=[row.page.pk]), _("Edit the page"), "pencil")
        return None if step.page_id else Lead(reverse("wiki:home"), _("Choose a page"), "book-open")
    if step.act == Step.Act.HAND_OVER:
        return Lead(reverse("wiki:care_mine"), _("See the pages you keep"), "book-open")
    if row.page is not None:
        words = _("Read the page") if step.kind == Step.Kind.READ else _("Open the page")
        return Lead(page_url(row.page.address), words, "book-open")
    return None


def _act(row: StepRow) -> Lead | None:
    step, place = row.step, row.community
    if step.community_id and place is None:
        return None  # a community the person may not read
    if step.act == Step.Act.ANSWER:
        home = place.get_absolute_url() if place else reverse("feed:home")
        return Lead(f"{home}?kind={UNANSWERED}", _("See the questions"), "message-circle-question-mark")
    kinds = {Step.Act.ASK: "question", Step.Act.THANK: "praise" if praise_is_on() else ""}
    words = {Step.Act.ASK: _("Ask"), Step.Act.THANK: _("Thank"), Step.Act.INTRODUCE: _("Introduce yourself")}
    chosen = {"kind": kinds.get(step.act, ""), "community": place.pk if place else ""}  # type: ignore[call-overload]
    asked = urlencode({name: value for name, value in chosen.items() if value})
    url = reverse("feed:post_create")
    return Lead(f"{url}?{asked}" if asked else url, words.get(step.act, _("Write")), "message-circle")  # type: ignore[call-overload]


def invitation(row: StepRow, person: User) -> str:
    """Return the mail that suggests a meeting, as an address that opens the mail program; "" for nobody to write to."""
    whom = row.whom
    if whom is None or not whom.email:
        return ""
    text = _("Hello %(name)s,\n\n“%(title)s” is on my path. When would you have half an hour for it?\n\n%(me)s")
    body = text % {"name": whom.name.split(" ")[0], "title": row.step.title, "me": person.name}
    words = urlencode({"subject": row.step.title, "body": body}).replace("+", "%20")
    return f"mailto:{whom.email}?{words}"


def watchers(way: Way) -> list[User]:
    """Return who sees how the person gets on, with notes and files: said before anybody writes one."""
    enrolment = way.enrolment
    people = [enrolment.buddy, enrolment.boss, enrolment.path.owner, *way.seeing_holders()]
    found = {person.pk: person for person in people if person is not None}
    found.pop(enrolment.person_id, None)
    return list(found.values())


def eyes(way: Way, step: Step) -> list[User]:
    """Return who reads the answer to a check-in, besides the person: said before anybody answers."""
    ids = way.reader_ids(step)
    return [person for person in watchers(way) if person.pk in ids]
