"""The steps of somebody's way as HTML, put together in Python.

A way has two hundred steps at most, of a dozen values each; as templates they were half of the page
(`docs/performance.md`). Everything a person wrote passes `escape`, a step's text is HTML that `text.step_html` made safe,
the rest are words and addresses of our own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from intranet.addresses import address
from intranet.people.models import User
from intranet.templatetags.ui import ago, day_words, icon, person
from wiki.links import page_url
from wiki.onboarding.mine.journey import Stop
from wiki.onboarding.models import Step

_MARKS = {
    Step.Kind.READ: "book-open",
    Step.Kind.MEET: "users",
    Step.Kind.POST: "message-circle",
    Step.Kind.IMPROVE: "pencil",
    Step.Kind.LINK: "external-link",
    Step.Kind.TASK: "handshake",
    Step.Kind.CHECK_IN: "message-circle-question-mark",
}


class _Words:
    """Words and signs of steps in one language, escaped."""

    def __init__(self) -> None:
        self.does = escape(gettext("does this for you."))
        self.has_done = escape(gettext("has done this for you."))
        self.colleague_does = escape(gettext("A colleague does this for you."))
        self.waits = escape(gettext("Something else comes before this step."))
        self.itself = escape(gettext("The step completes itself when you have done it."))
        self.overdue = f' <span class="badge due">{escape(gettext("overdue"))}</span>'
        self.paused = escape(gettext("paused"))
        self.new_tab = escape(gettext("opens in a new tab"))
        self.read, self.met = escape(gettext("I have read it")), escape(gettext("We have met"))
        self.done, self.undo = escape(gettext("Done")), escape(gettext("Undo"))
        self.answer, self.do = escape(gettext("Answer")), escape(gettext("Do this"))
        self.marks: dict[str, str] = {str(kind): icon(name, size=16) for kind, name in _MARKS.items()}
        self.check: str = icon("check", size=16)
        self.minus: str = icon("minus", size=16)
        self.book, self.clock, self.route = icon("book-open", size=16), icon("clock", size=16), icon("route", size=16)
        self.back = icon("undo-2")


@lru_cache(maxsize=8)
def _words_in(language: str) -> _Words:
    return _Words()


def _words() -> _Words:
    return _words_in(get_language() or "en")


@lru_cache(maxsize=2_000)
def _day(due: date, today: date, language: str) -> str:
    exact = escape(formats.date_format(due, "DATE_FORMAT"))
    return f'<time datetime="{due.isoformat()}" title="{exact}">{escape(day_words(due, today))}</time>'


@dataclass(slots=True)
class Page:
    """What is the same for all steps of a page: where a button leads back to, the proof of its forms, what may be done."""

    next: str = ""
    token: str = ""  # the hidden input, made once
    can_do: bool = False
    is_several: bool = False
    words: _Words = field(default_factory=_words)
    today: date = field(default_factory=timezone.localdate)
    _faces: dict[tuple[int, str], str] = field(default_factory=dict)

    def face(self, someone: User, detail: str = "") -> str:
        """Return somebody's face and name; the same few stand at many steps."""
        key = someone.pk, detail
        if key not in self._faces:
            self._faces[key] = str(render_to_string("components/person.html", person(someone, "s", detail=detail)))
        return self._faces[key]

    def form(self, name: str, stop: Stop, button: str, guard: str = "") -> str:
        """Return a form of one button that does something to a step and leads back here."""
        url = address(name, stop.enrolment_id, stop.step.pk)
        return (
            f'<form method="post" action="{url}"{guard}>{self.token}'
            f'<input type="hidden" name="next" value="{escape(self.next)}">{button}</form>'
        )


def mark(kind: str) -> str:
    """Return the sign of a kind of step."""
    words = _words()
    return words.marks.get(kind, words.check)


def about(stop: Stop, page: Page) -> str:
    """Return what a step is about: its text and page, who is in it, what it waits for, what else it counts for."""
    row, step, words = stop.row, stop.step, page.words
    parts = [f'<div class="step-text prose">{step.html}</div>'] if step.html else []
    if row.page and step.kind not in {Step.Kind.READ, Step.Kind.IMPROVE}:
        parts.append(f'<p class="step-text cluster">{words.book} {_page_link(stop)}</p>')
    if step.kind == Step.Kind.TASK:
        parts.append(f'<p class="step-text cluster">{_who_does(stop, page)}</p>')
    elif row.whom:
        parts.append(f'<p class="step-text">{page.face(row.whom, row.whom.title)}</p>')
    elif step.kind == Step.Kind.MEET and step.whom != Step.Whom.PERSON:
        parts.append(f'<p class="step-text quiet-text">{escape(capfirst(step.get_whom_display()))}</p>')
    if row.is_waiting:
        parts.append(f'<p class="step-text cluster">{words.clock} {words.waits}</p>')
    elif stop.is_act and row.is_open:
        place = f"{escape(gettext('In %(name)s.') % {'name': row.community.name})} " if row.community else ""
        parts.append(f'<p class="step-text">{place}{words.itself}</p>')
    for path in stop.also:
        counts = escape(gettext("Counts for %(title)s too") % {"title": path.title})
        parts.append(f'<p class="step-text cluster">{words.route} {counts}</p>')
    return "\n".join(parts)


def _page_link(stop: Stop) -> str:
    page = stop.row.page
    return f'<a href="{escape(page_url(page.address))}">{escape(page.title)}</a>' if page else ""


def _who_does(stop: Stop, page: Page) -> str:
    row, step, words = stop.row, stop.step, page.words
    if row.whom:
        return f"{page.face(row.whom)} <span>{words.has_done if row.is_done else words.does}</span>"
    if step.whom in {Step.Whom.BUDDY, Step.Whom.MANAGER}:
        return f"{escape(capfirst(step.get_whom_display()))} {words.does}"
    return words.colleague_does


def tick(stop: Stop, page: Page, css: str, *, named: bool = False) -> str:
    """Return the button that does a step at once; `named`: its title stands beside it."""
    words, kind = page.words, stop.step.kind
    label = words.read if kind == Step.Kind.READ else words.met if kind == Step.Kind.MEET else words.done
    button = f'<button class="button {css}">{words.check} {label}{"" if named else _unseen(stop)}</button>'
    return page.form("onboarding:step_complete", stop, button, " data-guard")


def _unseen(stop: Stop) -> str:
    return f'<span class="visually-hidden">: {escape(stop.step.title)}</span>'


def _title(stop: Stop) -> str:
    url = address("onboarding:step", stop.enrolment_id, stop.step.pk)
    return f'<a class="step-title" href="{url}">{escape(stop.step.title)}</a>'


def open_step(stop: Stop, page: Page, *, is_short: bool) -> str:
    """Return a line of what is to be done; `is_short` is title and day alone."""
    row, step, words = stop.row, stop.step, page.words
    path = f'<p class="step-text">{escape(stop.path.title)}</p>' if page.is_several else ""
    more = "" if is_short else about(stop, page)
    if not is_short and page.can_do and not row.is_waiting and step.kind != Step.Kind.TASK:
        more += f'\n<div class="cluster">{_buttons(stop, page)}</div>'
    day = words.paused if stop.is_paused else _day(row.due_on, page.today, get_language() or "")
    return (
        f'<li class="step{" is-overdue" if row.is_overdue else ""}" id="step-{step.pk}"><span class="step-mark">'
        f'{words.marks.get(step.kind, words.check)}</span>\n<div class="step-body">{_title(stop)}{path}{more}</div>\n'
        f'<span class="quiet-text small-text nowrap">{day}{words.overdue if row.is_overdue else ""}</span></li>\n'
    )


def _buttons(stop: Stop, page: Page) -> str:
    words, lead, found = page.words, stop.lead, ""
    if lead:
        outside = ' target="_blank" rel="noopener noreferrer"' if lead.is_outside else ""
        tab = f'<span class="visually-hidden"> ({words.new_tab})</span>' if lead.is_outside else ""
        found = (
            f'<a class="button small" href="{escape(lead.url)}"{outside}>{escape(lead.words)}{_unseen(stop)}{tab}</a>\n'
        )
    if stop.is_ticked:
        return found + tick(stop, page, "quiet small")
    if stop.is_act or lead:
        return found
    url = address("onboarding:step", stop.enrolment_id, stop.step.pk)
    label = words.answer if stop.step.kind == Step.Kind.CHECK_IN else words.do
    return f'<a class="button small" href="{url}">{label}{_unseen(stop)}</a>'


def done_step(stop: Stop, page: Page) -> str:
    """Return a line of what is done, with its note and a way to take it back."""
    step, words, done = stop.step, page.words, stop.row.completion
    more = f'<p class="step-text">{_page_link(stop)}</p>' if stop.row.page else ""
    if step.kind == Step.Kind.TASK:
        more += about(stop, page)
    if done and done.note:
        more += f'<p class="step-text">{linebreaksbr(done.note)}</p>'
    back = ""
    if page.can_do and step.kind != Step.Kind.TASK:
        button = f'<button class="button quiet small">{words.back} {words.undo}{_unseen(stop)}</button>'
        back = page.form("onboarding:step_reopen", stop, button)
    return (
        f'<li class="step is-done" id="step-{step.pk}"><span class="step-mark">{words.check}</span>\n'
        f'<div class="step-body">{_title(stop)}{more}</div>\n<div class="cluster"><span class="quiet-text small-text">'
        f"{ago(done.completed_at) if done else ''}</span>\n{back}</div></li>\n"
    )


def skipped_step(stop: Stop, page: Page) -> str:
    """Return a line of what the person need not do, and why."""
    state = stop.row.state
    why = f'<p class="step-text">{escape(state.reason)}</p>' if state and state.reason else ""
    return (
        f'<li class="step is-skipped" id="step-{stop.step.pk}"><span class="step-mark">{page.words.minus}</span>\n'
        f'<div class="step-body"><p class="step-title">{escape(stop.step.title)}</p>{why}</div></li>\n'
    )
