"""What the card of a kind shows: the shape of `Post.facts`, its limits, and who counts as whom in a poll. Nothing is asked here.

question      {"answer": number of the reply that answers it, or None}
praise        {"people": [[number, name, handle], ...]}
poll          {"options": [text, ...], "votes": [how many, ...], "voters": how many people, "several", "anonymous",
               "closes": ISO time or None, "edition": counts up with every change of the options}
announcement  {"level", "due": ISO day or None, "expires": ISO day, "version", "ended": whether somebody ended it}
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from feed.kinds.models import PostKind
from intranet.calendar import working_days_after
from intranet.text import clean_text

MIN_OPTIONS, MAX_OPTIONS, OPTION_LENGTH = 2, 20, 120
MAX_PRAISED = 20
# A poll stays open, an announcement on top, for at most so long.
LONGEST = timedelta(days=366)
USUAL_DAYS = 30
# A question may wait so many working days before the moderators hear of it.
PATIENCE = 2


def options_of(facts: dict[str, Any] | None) -> list[str]:
    """Return the choices of a poll, nothing for any other kind."""
    return list((facts or {}).get("options", ()))


def refuse(field: str, words: str) -> ValidationError:
    """Return what is said next to a field."""
    return ValidationError({field: words})


def praise_is_on() -> bool:
    """Does this house have praise?"""
    return bool(settings.PRAISE)


def clean_options(options: Sequence[Any]) -> list[str]:
    """Return the choices of a poll as they are stored; empty ones are left out. Raises ValidationError."""
    if len(options) > 10 * MAX_OPTIONS:
        raise refuse("options", too_many(len(options)))
    found: list[str] = []
    for option in options:
        if "\x00" in str(option) or any("\ud800" <= character <= "\udfff" for character in str(option)):
            raise refuse("options", _("The text has characters that cannot be stored. Remove them."))
        text = " ".join(clean_text(str(option)).split())
        if len(text) > OPTION_LENGTH:
            words = _("A choice has at most %(limit)d characters: “%(text)s…”")
            raise refuse("options", words % {"limit": OPTION_LENGTH, "text": text[:40]})
        if text:
            found.append(text)
    if len(found) < MIN_OPTIONS:
        raise refuse("options", _("A poll needs at least two choices, each on a line of its own."))
    if len(found) > MAX_OPTIONS:
        raise refuse("options", too_many(len(found)))
    if len({text.casefold() for text in found}) < len(found):
        raise refuse("options", _("Two of the choices are the same."))
    return found


def too_many(number: int) -> str:
    """Say that a poll has more choices than anybody reads."""
    words = _("A poll has at most %(limit)d choices; these are %(number)d.")
    return words % {"limit": MAX_OPTIONS, "number": number}


def clean_closing(closes_at: datetime | None, now: datetime) -> datetime | None:
    """Return when a poll closes: later than now, within a year. Raises ValidationError."""
    if closes_at is not None and not now < closes_at <= now + LONGEST:
        raise refuse("closes_at", _("Choose a time ahead, at most a year from now."))
    return closes_at


def poll_facts(
    options: list[str], *, several: bool, anonymous: bool, closes_at: datetime | None, edition: int = 1
) -> dict[str, Any]:
    """Return what a poll's card shows before anybody has voted."""
    return {
        "options": options,
        "votes": [0] * len(options),
        "voters": 0,
        "several": bool(several),
        "anonymous": bool(anonymous),
        "closes": closes_at.isoformat() if closes_at else None,
        "edition": edition,
    }


def same_minute(stored: str | None, typed: datetime | None) -> datetime | None:
    """Return the stored time when the typed one is the same to the minute: a form knows no seconds."""
    before = datetime.fromisoformat(stored) if stored else None
    if before and typed and abs(before - typed) < timedelta(minutes=1):
        return before
    return typed


def is_closed(facts: dict[str, Any], now: datetime) -> bool:
    """Is a poll over?"""
    return facts["closes"] is not None and datetime.fromisoformat(facts["closes"]) <= now


def voter_of(post_pk: int, user_pk: int, *, anonymous: bool) -> str:
    """Return what a vote is kept under: the person's number, or of an anonymous poll what leads to nobody.

    That is made with the secret key of the house, which is not in the database: she can change her vote and cannot vote
    twice, and who has the database alone learns nothing.
    """
    if not anonymous:
        return str(user_pk)
    return salted_hmac("feed.poll", f"{post_pk}:{user_pk}", algorithm="sha256").hexdigest()


def clean_days(due_on: date | None, expires_on: date | None, today: date) -> tuple[date | None, date]:
    """Return the last days to acknowledge and of standing on top. Raises ValidationError."""
    last = today + LONGEST
    if due_on is not None and not today <= due_on <= last:
        raise refuse("due_on", _("Choose a day from today on, while the announcement stands."))
    expires = expires_on or min(last, (due_on or today) + timedelta(days=USUAL_DAYS))
    if not today <= expires <= last:
        raise refuse("expires_on", _("Choose a day from today on, at most a year ahead."))
    if due_on is not None and due_on > expires:
        raise refuse("due_on", _("Choose a day from today on, while the announcement stands."))
    return due_on, expires


def house_today() -> date:
    """Return the day it is where the house stands: what is over for one reader is over for all."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def nudge_time(moment: datetime, days: int = PATIENCE) -> datetime:
    """Return the same time of the day so many working days later, where the house stands; holidays do not count."""
    local = moment.astimezone(timezone.get_default_timezone())
    return datetime.combine(working_days_after(local.date(), days), local.time(), local.tzinfo)


def waits_since(
    kind: str, facts: dict[str, Any] | None, begun_at: datetime, closed_at: datetime | None
) -> datetime | None:
    """Return since when a thread waits for an answer: one that nobody may give any more waits for none."""
    is_open = kind == PostKind.QUESTION and (facts or {}).get("answer") is None and closed_at is None
    return begun_at if is_open else None
