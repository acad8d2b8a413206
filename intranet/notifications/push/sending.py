"""What is due is sent to people's browsers by the worker: once, and not what was read meanwhile."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from intranet.activity.live import rights
from intranet.notifications import reading
from intranet.notifications.channels import ASKED, kind_of
from intranet.notifications.models import Notification, PushSubscription, QuietHours
from intranet.notifications.push.sealing import MOST, seal, signature
from intranet.outbound import Answer, Outbound, outside
from intranet.people.models import User

# Whoever has the page open reads it there first.
SETTLE = timedelta(seconds=5)
# What could not be sent for so long is no news.
EXPIRES = timedelta(hours=24)
# How long a carrier keeps a message for a browser that is switched off, in seconds.
KEPT = 24 * 3600
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_FAILURES = 20
PEOPLE_AT_A_TIME = 200
LINES = 3
CRISIS = "crisis"

log = logging.getLogger(__name__)


def send_due(way: Outbound | None = None, *, settle: timedelta = SETTLE) -> int:
    """Send what is due and return how many messages were taken. An errand of the worker; safe to run twice.

    A fall between sending and noting it sends the same message again, which takes the place of the first in the
    browser.
    """
    way = way or outside()
    now = timezone.now()
    waiting = Notification.objects.filter(push_at__isnull=False)
    over = Q(read_at__isnull=False) | Q(push_at__lt=now - EXPIRES)
    past = waiting.filter(over if way else Q())
    # What was for browsers alone has nobody left to tell.
    past.filter(in_app=False).delete()
    past.update(push_at=None)
    if way is None:
        return 0
    ripe = Q(push_at__lte=now - settle) | Q(is_urgent=True, push_at__lte=now)
    due = waiting.filter(ripe).order_by("user_id").values_list("user_id", flat=True).distinct()
    # What is urgent goes to all of them before anybody hears of anything else.
    return sum(
        _send_to(pk, now, way) for some in (due.filter(is_urgent=True), due[:PEOPLE_AT_A_TIME]) for pk in list(some)
    )


def _send_to(user_id: int, now: datetime, way: Outbound) -> int:
    """Send to the browsers of one person what she may still see."""
    person = User.objects.active().filter(pk=user_id).first()
    all_rows = list(Notification.objects.filter(user_id=user_id, push_at__lte=now, read_at__isnull=True))
    browsers = list(PushSubscription.objects.filter(user_id=user_id)) if person else []
    if person and browsers and (until := _quiet_until(person, now)):
        _hold([row for row in all_rows if not row.is_urgent], until)
        all_rows = [row for row in all_rows if row.is_urgent]
    taken, waits = 0, False
    with translation.override(getattr(person, "language", "") or "en"):
        readable = Notification.objects.readable_by(person).filter(pk__in=[row.pk for row in all_rows])
        shown = reading.named(person, readable.order_by("-updated_at", "-pk")) if person and browsers else []
        for browser in browsers:
            news = [
                one for one in shown if one.row.push_at and (not browser.sent_at or one.row.push_at > browser.sent_at)
            ]
            if not news:
                continue
            if browser.retry_at and browser.retry_at > now:
                waits = True
            elif not _is_signed_in(browser):
                browser.delete()
            else:
                answer = _send(browser, message_for(person, news, tells_all=browser.tells_all), way)
                taken += _note(browser, answer, now)
                waits = waits or bool(browser.pk and browser.failures)
    if not waits:
        for row in all_rows:
            # What came while this was sent has another time, and its turn in the next round.
            done = Notification.objects.filter(pk=row.pk, push_at=row.push_at)
            done.update(push_at=None) if row.in_app else done.delete()
    return taken


def _quiet_until(person: User, now: datetime) -> datetime | None:
    """Return when the person's quiet hours end, None when they are not now."""
    hours = QuietHours.objects.filter(user=person).first()
    here = now.astimezone(ZoneInfo(person.time_zone))
    if hours is None or not hours.covers(here.time()):
        return None
    end = datetime.combine(here.date(), hours.ends_at, here.tzinfo)
    return end if end > here else datetime.combine(here.date() + timedelta(days=1), hours.ends_at, here.tzinfo)


def _hold(rows: Sequence[Notification], until: datetime) -> None:
    for row in rows:
        Notification.objects.filter(pk=row.pk, push_at=row.push_at).update(push_at=until)


def _is_signed_in(browser: PushSubscription) -> bool:
    who = rights.rights_of(browser.session_key) if browser.session_key else None
    return who is not None and who.user_id == browser.user_id


def message_for(person: Any, news: Sequence[reading.Notice], *, tells_all: bool) -> dict[str, Any]:
    """Return what the browser shows: how much there is of what, or, if that was chosen, what happened."""
    if tells_all:
        lines = [one.plain for one in news[:LINES]]
        rest = len(news) - LINES
        if rest > 0:
            lines.append(ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest})
    else:
        lines = [", ".join(counts(news))]
    unread = sum(reading.unread_counts(person).values())
    text = "\n".join(lines)[: MOST // 4]
    return {"title": "Loikka", "body": text, "url": _url_of(news), "unread": unread, "urgent": _is_urgent(news)}


def _is_urgent(news: Sequence[reading.Notice]) -> bool:
    return any(one.row.is_urgent for one in news)


def _url_of(news: Sequence[reading.Notice]) -> str:
    """Return where a message leads: to what is urgent, to the only thing there is, or to the list."""
    only = next((one for one in news if one.row.is_urgent), news[0] if len(news) == 1 else None)
    if only is None:
        return reverse("notifications:list")
    # What is not in her list is deleted once it is sent.
    return reverse("notifications:open", args=[only.pk]) if only.row.in_app else only.thing.url


def counts(news: Sequence[reading.Notice]) -> list[str]:
    """Return "2 new replies" and the like, one text a kind."""
    numbers: dict[str, int] = {}
    for one in news:
        kind = kind_of(one.row.event, is_direct=one.row.box == Notification.Box.DIRECT)
        kind = CRISIS if one.row.event == CRISIS else kind
        numbers[kind] = numbers.get(kind, 0) + one.row.count
    words = {
        CRISIS: lambda n: ngettext("%(count)d crisis announcement", "%(count)d crisis announcements", n),
        "mention": lambda n: ngettext("%(count)d new mention", "%(count)d new mentions", n),
        "call": lambda n: ngettext("%(count)d new mention", "%(count)d new mentions", n),
        "reply": lambda n: ngettext("%(count)d new reply", "%(count)d new replies", n),
        "reaction": lambda n: ngettext("%(count)d new reaction", "%(count)d new reactions", n),
        "page": lambda n: ngettext("%(count)d changed page", "%(count)d changed pages", n),
        ASKED: lambda n: ngettext("%(count)d thing waits for you", "%(count)d things wait for you", n),
    }

    def other(n: int) -> str:
        return ngettext("%(count)d new post", "%(count)d new posts", n)

    return [words.get(kind, other)(n) % {"count": n} for kind, n in numbers.items()]


def _send(browser: PushSubscription, message: dict[str, Any], way: Outbound) -> Answer:
    urgent = message["urgent"]
    body = seal(json.dumps(message, ensure_ascii=False).encode(), browser.p256dh, browser.auth)
    headers = {
        "Authorization": signature(browser.endpoint), "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream", "TTL": str(KEPT), "Urgency": "high" if urgent else "normal",
        # Of what waits for a browser that is switched off only the last is kept; what is urgent gives way to nothing.
        "Topic": "urgent" if urgent else "loikka",
    }  # fmt: skip
    return way.send(browser.endpoint, body, headers)


def _note(browser: PushSubscription, answer: Answer, now: datetime) -> bool:
    """Write down how it went and return whether the carrier took it; a browser that is gone for good is forgotten."""
    if 200 <= answer.status < 300:
        browser.sent_at, browser.failures, browser.retry_at = now, 0, None
        browser.save(update_fields=["sent_at", "failures", "retry_at"])
        return True
    browser.failures += 1
    if answer.status in (404, 410) or answer.problem in ("inside", "address") or browser.failures > MOST_FAILURES:
        log.info("browser %s is told nothing any more: %s %s", browser.pk, answer.status, answer.problem)
        browser.delete()
        return False
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(browser.failures - 1, 10))
    browser.retry_at = now + max(wait, timedelta(seconds=min(answer.retry_after, LONGEST_WAIT.total_seconds())))
    browser.save(update_fields=["failures", "retry_at"])
    return False
