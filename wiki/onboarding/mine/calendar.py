"""The due dates of somebody's steps as a calendar (RFC 5545), written by the library `icalendar`, which escapes every text."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from intranet.people.models import User
from wiki.onboarding.mine.journey import Stop
from wiki.onboarding.mine.reading import my_journey

REFRESHED_EVERY = timedelta(hours=6)


def calendar_for(person: User) -> bytes:
    """Return the open steps of the person as days in a calendar; of each the title, the path, and where it is."""
    calendar = Calendar()
    calendar.add("prodid", "-//Loikka//Onboarding//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("My path"))
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for stop in my_journey(person).open_stops:
        if not stop.is_paused:
            calendar.add_component(_event(stop))
    written: bytes = calendar.to_ical()
    return written


def _event(stop: Stop) -> Event:
    event, due = Event(), stop.row.due_on
    host = urlsplit(settings.BASE_URL).hostname or "loikka"
    event.add("uid", f"step-{stop.enrolment_id}-{stop.step.pk}@{host}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", _line(stop.step.title))
    event.add("description", _line(stop.path.title))
    event.add("url", f"{settings.BASE_URL}{reverse('onboarding:step', args=[stop.enrolment_id, stop.step.pk])}")
    # Somebody with a step to do is still free to meet.
    event.add("transp", "TRANSPARENT")
    return event


def _line(text: str) -> str:
    """Return a text without the characters that no calendar may have (RFC 5545, section 3.1)."""
    return "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in text)
