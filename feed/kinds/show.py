"""What the card of a kind has besides words, put together in Python like the rest of it (`feed.cards`).

Everything a person wrote passes `escape`; the rest are words and addresses of our own.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, gettext, ngettext

from feed.kinds.facts import house_today, is_closed
from feed.rows import Item, profile_url
from intranet.addresses import address
from intranet.templatetags.ui import clock, day_words, icon

ICONS = {
    "question": "message-circle-question-mark",
    "praise": "award",
    "poll": "chart-bar",
    "announcement": "megaphone",
    "crisis": "siren",
}


class Words:
    """The words and icons of kinds in one language, escaped."""

    def __init__(self) -> None:
        # Not inside f-strings, where the collector of words does not look.
        self.question = _badge("due", ICONS["question"], gettext("Question"))
        self.answered = _badge("good", "check", gettext("Answered"))
        self.open = f'<span class="badge">{escape(no_answer())}</span>'
        self.praise = _badge("lake", ICONS["praise"], gettext("Praise"))
        self.poll = _badge("lake", ICONS["poll"], gettext("Poll"))
        self.announcement = _badge("due", ICONS["announcement"], gettext("Announcement"))
        self.crisis = _badge("danger", ICONS["crisis"], gettext("Crisis"))
        self.see_answer = _with_icon("corner-down-right", gettext("See the answer"))
        self.best = _with_icon("circle-check", gettext("The answer"))
        self.mark = _with_icon("check", gettext("This answers it"))
        self.unmark = escape(gettext("Not the answer after all"))
        self.make_page = _with_icon("book-open", gettext("Make this a wiki page"))
        self.choices = escape(gettext("Choices"))
        self.vote = escape(gettext("Vote"))
        self.change_vote = escape(gettext("Change my vote"))
        self.several = escape(gettext("several choices"))
        self.anonymous = escape(gettext("anonymous: nobody sees who chose what"))
        self.named = escape(gettext("everybody sees who chose what"))
        self.closed = escape(gettext("closed"))
        self.nobody = escape(gettext("nobody has voted yet"))
        self.mine = icon("check", size=16, label=gettext("my choice"))
        self.who_voted = escape(gettext("Who voted"))
        self.close_poll = escape(gettext("Close the poll"))
        self.acknowledge = _with_icon("check", gettext("I have read this"), size=20)
        self.acknowledged = _with_icon("check", gettext("You have read this"))
        self.receipts = _with_icon("list-checks", gettext("Who has read it"))
        self.over = escape(gettext("over"))


def no_answer() -> str:
    """Return what is said of a question that is open."""
    return gettext("No answer yet")


def _badge(css: str, symbol: str, word: str) -> str:
    return f'<span class="badge {css}">{icon(symbol)} {escape(word)}</span>'


def _with_icon(symbol: str, word: str, size: int = 16) -> str:
    return f"{icon(symbol, size=size)} {escape(word)}"


@lru_cache(maxsize=8)
def _words(_language: str) -> Words:
    return Words()


def words() -> Words:
    """Return the words in the reader's language."""
    return _words(get_language() or "en")


def day_of(iso: str | None) -> date | None:
    """Return the day of a stored ISO day."""
    return date.fromisoformat(iso) if iso else None


def above(item: Item) -> str:
    """Return what stands between the head of a post and its words: what it is, and for whom."""
    facts, kind, w = item.row["facts"], item.row["kind"], words()
    if facts is None or not item.html:
        return ""
    if kind == "question":
        # Nobody answers a closed one any more: it waits for nothing.
        waits = "" if item.row.get("closed_at") else w.open
        parts = w.question + (w.answered if facts["answer"] else waits)
    elif kind == "praise":
        people = [
            f'<a class="person-name" href="{profile_url(handle)}">{escape(name)}</a>'
            for _pk, name, handle in facts["people"]
        ]
        parts = f'{w.praise} <span class="kind-names">{", ".join(people)}</span>'
    elif kind == "poll":
        parts = w.poll
    else:
        parts = w.crisis if facts["level"] == "crisis" else w.announcement
        parts += _until(facts, w)
    return f'<div class="kind-line">{parts}</div>'


def _until(facts: dict[str, Any], w: Words) -> str:
    today = house_today()
    if stands(facts, today):
        due = day_of(facts["due"])
        if due is None:
            return ""
        text = escape(gettext("Please read it by %(day)s.") % {"day": day_words(due, today)})
        return f'<span class="{"danger-text" if due < today else "quiet-text"} small-text">{text}</span>'
    return f'<span class="badge outline">{w.over}</span>'


def stands(facts: dict[str, Any], today: date) -> bool:
    """Is an announcement still on top of its readers' lists?"""
    return not facts["ended"] and str(facts["expires"]) >= today.isoformat()


def below(item: Item, reader: Any, *, whole: bool = False) -> str:
    """Return what stands below the words: choices, the button of an announcement, the way to the answer.

    `whole`: on the page of the thread, where it also is ended and its answer stands in full. `reader`: `cards.Reader`.
    """
    facts, kind, w = item.row["facts"], item.row["kind"], words()
    if facts is None or not item.html:
        return ""
    if kind == "poll":
        return poll(item, reader, whole=whole)
    if kind == "announcement":
        return _announcement(item, reader, whole=whole)
    if kind == "question" and facts["answer"] and not whole:
        url = f"{address('feed:thread', item.pk)}#post-{int(facts['answer'])}"
        return f'<p><a class="link-button small-text kind-link" href="{url}">{w.see_answer}</a></p>'
    return ""


def _announcement(item: Item, reader: Any, *, whole: bool) -> str:
    facts, w, parts = item.row["facts"], words(), ""
    if reader.may_write and facts["version"] in item.own:
        parts = (
            f'<span class="good-text small-text kind-link">{w.acknowledged}</span>'
            if item.author.pk != reader.pk
            else ""
        )
    elif reader.may_write and stands(facts, house_today()):
        url = address("feed:acknowledge", item.pk)
        parts = (
            f'<form method="post" action="{url}">{reader.token}<input type="hidden" name="version" '
            f'value="{int(facts["version"])}"><input type="hidden" name="next" value="{escape(reader.here)}">'
            f'<button class="button primary">{w.acknowledge}</button></form>'
        )
    if item.author.pk == reader.pk or (whole and reader.is_moderator):
        parts += f'<a class="button quiet small" href="{address("feed:receipts", item.pk)}">{w.receipts}</a>'
    return f'<div class="kind-foot">{parts}</div>' if parts else ""


def poll(item: Item, reader: Any, *, whole: bool = False, problem: str = "") -> str:
    """Return a poll: its choices as a form for who may vote, and the numbers once she has or cannot any more.

    Who asked sees them all along: she has nothing to be swayed about.
    """
    facts, w = item.row["facts"], words()
    closed = is_closed(facts, timezone.now())
    votes_here = reader.may_write and not closed
    known = bool(item.own) or not votes_here or item.author.pk == reader.pk
    rows = "".join(
        _choice(facts, place, item.own, known=known, open_to_me=votes_here) for place in range(len(facts["options"]))
    )
    error = (
        f'<p class="field-error" role="alert">{icon("circle-alert")}<span>{escape(problem)}</span></p>'
        if problem
        else ""
    )
    foot = ""
    if votes_here:
        button = w.change_vote if item.own else w.vote
        foot = f'<button class="button small{"" if item.own else " primary"}">{button}</button>'
    if facts["voters"] and not facts["anonymous"]:
        foot += f'<a class="button quiet small" href="{address("feed:votes", item.pk)}">{w.who_voted}</a>'
    meta = f'<span class="poll-meta">{" · ".join(_rules(facts, closed=closed))}</span>'
    inner = (
        f'{error}<fieldset><legend class="visually-hidden">{w.choices}</legend>{rows}</fieldset>'
        f'<div class="kind-foot">{foot}{meta}</div>'
    )
    end = ""
    if whole and not closed and (item.author.pk == reader.pk or reader.is_moderator):
        end = (
            f'<form class="poll-end" method="post" action="{address("feed:poll_close", item.pk)}">{reader.token}'
            f'<button class="button quiet small">{w.close_poll}</button></form>'
        )
    if not votes_here:
        return f'<div class="poll" id="poll-{item.pk}">{inner}</div>{end}'
    url = address("feed:vote", item.pk)
    return (
        f'<form class="poll" id="poll-{item.pk}" method="post" action="{url}" hx-post="{url}" hx-swap="outerHTML">'
        f'{reader.token}<input type="hidden" name="edition" value="{int(facts["edition"])}"><input type="hidden" '
        f'name="next" value="{escape(reader.here)}">{inner}</form>{end}'
    )


def _choice(facts: dict[str, Any], place: int, own: frozenset[int], *, known: bool, open_to_me: bool) -> str:
    text, mine = escape(facts["options"][place]), place in own
    numbers = ""
    if known:
        count, people = int(facts["votes"][place]), int(facts["voters"])
        percent = round(100 * count / people) if people else 0
        numbers = (
            f'<span class="poll-number">{count} · {percent} %</span>'
            f'<progress class="poll-bar" max="{people or 1}" value="{count}" aria-hidden="true"></progress>'
        )
    if open_to_me:
        kind = "checkbox" if facts["several"] else "radio"
        box = f'<input type="{kind}" name="choice" value="{place}"{" checked" if mine else ""}>'
        return f'<label class="poll-choice">{box}<span class="poll-text">{text}</span>{numbers}</label>'
    tick = f'<span class="poll-mine">{words().mine}</span>' if mine else ""
    return f'<div class="poll-choice">{tick}<span class="poll-text">{text}</span>{numbers}</div>'


def _rules(facts: dict[str, Any], *, closed: bool) -> list[str]:
    w, people = words(), int(facts["voters"])
    voted = ngettext("%(n)d person has voted", "%(n)d people have voted", people) % {"n": people}
    rules: list[str] = [escape(voted) if people else w.nobody]
    if facts["several"]:
        rules.append(w.several)
    rules.append(w.anonymous if facts["anonymous"] else w.named)
    if closed:
        rules.append(w.closed)
    elif facts["closes"]:
        rules.append(
            escape(gettext("open until %(time)s") % {"time": time_words(datetime.fromisoformat(facts["closes"]))})
        )
    return rules


def time_words(when: datetime) -> str:
    """Return a time ahead as people say it."""
    local = timezone.localtime(when)
    return f"{day_words(local.date(), timezone.localdate())} {clock(local)}"


def mark(item: Item, reader: Any) -> str:
    """Return the button below a reply that makes it the answer, or takes that back."""
    if not item.answer:
        return ""
    w = words()
    if item.answer == "may":
        url = address("feed:answer", item.pk)
        return f'<form method="post" action="{url}">{reader.token}<button class="button quiet small">{w.mark}</button></form>'
    return f'<span class="badge good">{w.best}</span>'


def best(item: Item | None, reader: Any, *, may: bool) -> str:
    """Return the answer of a question as it stands on top of its thread, in full, with the way to its own place."""
    if item is None:
        return ""
    w, author = words(), item.author
    back = on = ""
    if may:
        thread = item.row["thread_id"]
        page = f"{address('wiki:from_thread', thread)}?post={thread}&amp;post={item.pk}"
        on = f' <a class="kind-link" href="{page}">{w.make_page}</a>'
        url = address("feed:answer", item.pk)
        back = (
            f'<form method="post" action="{url}">{reader.token}<input type="hidden" name="undo" value="1">'
            f'<button class="button quiet small">{w.unmark}</button></form>'
        )
    return (
        f'<section class="best-answer"><div class="spread"><span class="good-text strong kind-link">{w.best}</span>{back}</div>'
        f'<div class="post-body prose">{item.html}</div><p class="post-meta"><a href="{author.url}">{escape(author.name)}'
        f'</a> <a class="kind-link" href="#post-{item.pk}">{w.see_answer}</a>{on}</p></section>'
    )
