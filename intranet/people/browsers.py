"""What a browser calls itself, in words people know."""

from __future__ import annotations

from django.utils.translation import gettext as _

# What follows is of no use to recognise a browser, and patterns take their time over long texts.
LONGEST = 400
# Families that people call otherwise.
CALLED = {"Mac OS X": "macOS", "Mobile Safari": "Safari", "Chrome Mobile": "Chrome", "Firefox Mobile": "Firefox"}


def browser_name(user_agent: str) -> str:
    """Return "Firefox on Linux" for what a browser sends as User-Agent; as much of it as can be told."""
    from ua_parser import parse  # some hundred patterns, which only this page needs

    found = parse(user_agent[:LONGEST])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    browser, system = CALLED.get(browser, browser), CALLED.get(system, system)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
