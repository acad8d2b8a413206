"""What every template may use without loading: people's faces, icons, times, colours, progress.

Built in through `TEMPLATES["OPTIONS"]["builtins"]`; `docs/frontend.md` shows each with its look.
"""

import re
import zlib
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.loader import get_template
from django.utils import formats, timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from intranet import icons
from intranet.files import MAX_BYTES
from intranet.folding import foldable

register = Library()

HUES = 24
AVATAR_SIZES = {"xs": 20, "s": 28, "m": 36, "l": 48, "xl": 96}


# --- Icons -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _svg(name: str, size: int, css: str) -> str:
    """Render one icon of the set; cached, because a page shows a hundred of a few dozen.

    A name that is not in the set shows a plain ring instead of breaking the page; `tests/ui` finds such names.
    """
    look = {"width": str(size), "height": str(size), "class": css, "stroke-width": "1.75"}
    look |= {"aria-hidden": "true", "focusable": "false"}
    try:
        return icons.draw(name, look)
    except KeyError:
        return icons.draw("circle", look)


@register.simple_tag
@foldable
def icon(name: str, *, label: str = "", size: int = 20, css: str = "") -> SafeString:
    """Show an icon by its Lucide name. Decorative unless `label` says what it means."""
    classes = ["icon", f"icon-{size}" if size != 20 else "", css]
    svg = _svg(str(name), size, " ".join(filter(None, classes)))
    if not label:
        return mark_safe(svg)  # made from the package's own drawings and our own words
    return format_html(
        '<span class="labelled-icon" role="img" aria-label="{}" title="{}">{}</span>',
        label,
        label,
        mark_safe(svg),
    )


# --- Parts that are the same for everybody ----------------------------------------------------------------------------

# Stand in a part made once for what is this reader's own; nothing a template says can be mistaken for them.
TOKEN_PLACE, PAGE_PLACE = "@@csrf-token@@", "@@this-page@@"


@lru_cache(maxsize=512)
def _made_once(template: str, language: str, urls: str, options: tuple[tuple[str, Any], ...]) -> str:
    """Render a part for everybody who reads `language`; `urls` names the map its addresses come from."""
    places = {"csrf_token": TOKEN_PLACE, "this_page": PAGE_PLACE}
    return str(get_template(template).template.render(Context({**dict(options), **places})))  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def once(context: Context, template: str, **options: Any) -> SafeString:
    """Show a part that depends on nothing but the language and `options`, rendered once and kept by the process.

    The frame of a page is mostly such parts, and rendering them again was half the cost of a page.
    """
    make = _made_once.__wrapped__ if settings.DEBUG else _made_once
    html = make(str(template), get_language() or "", settings.ROOT_URLCONF, tuple(sorted(options.items())))
    if TOKEN_PLACE in html:
        html = html.replace(TOKEN_PLACE, str(context.get("csrf_token", "")))
    if PAGE_PLACE in html:
        request = context.get("request")
        html = html.replace(PAGE_PLACE, escape(request.get_full_path() if request else "/"))
    return mark_safe(html)


# --- People ----------------------------------------------------------------------------------------------------------


def hue_of(value: object) -> int:
    """Return one of 24 colours for a name, always the same for the same name; a number is taken as it is."""
    if isinstance(value, int):
        return value % HUES
    return zlib.crc32(str(value).strip().casefold().encode("utf-8", "replace")[::-1]) % HUES


def initials_of(name: str) -> str:
    """Return the one or two letters that stand for a name: "Aino Virtanen" -> "AV"."""
    words = re.findall(r"\w[\w'’-]*", name, re.UNICODE)
    if not words:
        return "?"
    return str(words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _read(person: Any, *names: str) -> Any:
    for name in names:
        value = getattr(person, name, None)
        if value := value() if callable(value) else value:
            return value
    return ""


def name_of(person: Any) -> str:
    """Return what somebody is called, whatever kind of object stands for them."""
    return str(_read(person, "name", "get_full_name", "display_name") or person or "")


@register.simple_tag
@foldable
def hue(value: object) -> str:
    """Return the class that sets the colour of a name or a number from 0 to 23: `hue-7`."""
    return f"hue-{hue_of(value)}"


@register.simple_tag
def avatar(person: Any, size: str = "m", *, label: bool = False, css: str = "") -> SafeString:
    """Show a round face: the photo, or initials on a colour made from the name.

    Decorative (the name stands beside it); where it stands alone `label=True` gives it the name.
    """
    own = getattr(person, "hue", None)
    guest, photo = bool(_read(person, "is_guest", "guest")), str(_read(person, "photo_url"))
    initials = str(_read(person, "initials"))
    language = get_language() if label else ""
    return _face(
        name_of(person), own if isinstance(own, int) else None, guest, photo, initials, size, label, css, language
    )


@lru_cache(maxsize=10_000)
def _face(
    name: str, own: int | None, guest: bool, photo: str, initials: str, size: str, label: bool, css: str, language: str
) -> SafeString:
    """Draw a face; kept, because the same few hundred are on every page."""
    classes = f"avatar avatar-{size} hue-{hue_of(name if own is None else own)}"
    classes += (" is-guest" if guest else "") + (f" {css}" if css else "")
    if photo:
        pixels = AVATAR_SIZES.get(size, 36)
        inner = format_html('<img src="{}" alt="" width="{}" height="{}" loading="lazy">', photo, pixels, pixels)
    else:
        inner = format_html("{}", initials or initials_of(name))
    if not label:
        return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, inner)
    words = f"{name} ({gettext('guest')})" if guest else name
    return format_html('<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', classes, words, words, inner)


@register.simple_tag
def guest_word(person: Any) -> SafeString | str:
    """Show the word "guest" beside the name of somebody from outside, and nothing for colleagues."""
    if not _read(person, "is_guest", "guest"):
        return ""
    return format_html(' <span class="guest">{}</span>', gettext("guest"))


@register.inclusion_tag("components/person.html")
def person(person: Any, size: str = "m", *, detail: str = "", link: bool = True) -> dict[str, Any]:
    """Show face, name (linked to the profile) and a line below it."""
    url = _read(person, "get_absolute_url", "url") if link else ""
    return {"person": person, "name": name_of(person), "size": size, "detail": detail, "url": url}


# --- Times -----------------------------------------------------------------------------------------------------------


def ago_patterns() -> dict[str, str]:
    """Return the words for a short while ago; the script that keeps times fresh is given the same ones."""
    return {
        "now": gettext("just now"),
        "minutes": gettext("%(n)s min ago"),
        "hours": gettext("%(n)s h ago"),
    }


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, str]:
    return ago_patterns()


def clock(when: datetime) -> str:
    """Return the time of day as people write it: 9.20 in Finland, 09:20 elsewhere."""
    return f"{when.hour}.{when:%M}" if get_language() in ("fi", "sv") else f"{when:%H:%M}"


def day_words(day: date, today: date) -> str:
    """Return a date as short as it can be understood: "12 Mar", with the year only when it is another one."""
    return _day_words(day, today, get_language() or "en")


@lru_cache(maxsize=2_000)
def _day_words(day: date, today: date, language: str) -> str:
    if language.startswith("fi"):
        return f"{day.day}.{day.month}." + ("" if day.year == today.year else str(day.year))
    month = "b" if language == "sv" else "M"  # Swedish months begin small
    return formats.date_format(day, f"j {month}" if day.year == today.year else f"j {month} Y")


@register.filter
def day(value: date | None) -> str:
    """Return a date as `day_words` says it."""
    return day_words(value, timezone.localdate()) if value else ""


def ago_words(when: datetime, now: datetime) -> str:
    """Return how long ago that was, in words of the reader's language; a moment ahead is given as a date."""
    seconds = (now - when).total_seconds()
    patterns = _patterns(get_language() or "")
    local, today = timezone.localtime(when), timezone.localtime(now).date()
    days = (today - local.date()).days
    if -60 < seconds < 60:
        return patterns["now"]
    if 0 < seconds < 3600:
        return patterns["minutes"] % {"n": int(seconds // 60)}
    if 0 < seconds < 12 * 3600 or (seconds > 0 and days == 0):
        return patterns["hours"] % {"n": int(seconds // 3600)}
    if days in (-1, 0, 1):
        word = {-1: pgettext("day", "tomorrow"), 0: pgettext("day", "today"), 1: pgettext("day", "yesterday")}[days]
        return f"{word} {clock(local)}"
    if 1 < days < 7:
        return f"{formats.date_format(local, 'D')} {clock(local)}"
    return day_words(local.date(), today)


@register.simple_tag
def ago(when: datetime | date | None) -> SafeString | str:
    """Show a time as people say it, with the exact time on hover and for machines."""
    if not when:
        return ""
    if not isinstance(when, datetime):
        when = datetime.combine(when, time())
    if timezone.is_naive(when):
        when = timezone.make_aware(when)
    now, zone, language = timezone.now(), timezone.get_current_timezone(), get_language() or ""
    today = now.astimezone(zone).date()
    if now - when >= FRESH and when.astimezone(zone).date() != today:
        # Yesterday's and older: the words stay as they are for the rest of the day.
        return _settled(when, today, zone, language)
    return _time_element(when, now, zone, language)


FRESH = timedelta(hours=12)


@lru_cache(maxsize=20_000)
def _settled(when: datetime, today: date, zone: tzinfo, language: str) -> SafeString:
    return _time_element(when, timezone.now(), zone, language)


def _time_element(when: datetime, now: datetime, zone: tzinfo, language: str) -> SafeString:
    local = when.astimezone(zone)
    exact = f"{_date_words(local.date(), language)} {clock(local)}"
    fresh = " data-ago" if timedelta(0) <= now - when < FRESH else ""
    words = escape(ago_words(when, now))
    return mark_safe(f'<time datetime="{local.isoformat(timespec="seconds")}" title="{exact}"{fresh}>{words}</time>')


@lru_cache(maxsize=1_000)
def _date_words(day: date, language: str) -> str:
    """Return a date in full, escaped; making one costs more than the rest of a line of a list."""
    return escape(formats.date_format(day, "DATE_FORMAT"))


# --- Progress, frame, messages ---------------------------------------------------------------------------------------


@register.simple_tag
def progress_ring(percent: float | None, *, label: str = "", css: str = "") -> SafeString:
    """Draw how far something is as a ring; says it in words where `label` is given, else the text beside it does."""
    done = max(0, min(100, round(percent or 0)))
    classes = f"ring {css}{' is-done' if done == 100 else ''}".replace("  ", " ").strip()
    name = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    circle = '<circle cx="18" cy="18" r="15.5" pathLength="100"'
    return format_html(
        '<svg class="{}" viewBox="0 0 36 36" {}>{}/>{} class="ring-done" stroke-dasharray="{} 100"{}/></svg>',
        classes,
        name,
        mark_safe(circle),
        mark_safe(circle),
        done,
        mark_safe(' stroke-opacity="0"') if not done else "",
    )


@register.simple_tag(takes_context=True)
def current(context: Context, url: str) -> SafeString | str:
    """Return ` aria-current="page"` when this page is at `url` or, except for the front page, below it."""
    request = context.get("request")
    if not request or not url:
        return ""
    here = request.path == url if url == "/" else request.path.startswith(url)
    return mark_safe(' aria-current="page"') if here else ""


@register.simple_tag(takes_context=True)
def rail_communities(context: Context, communities: list[dict[str, Any]]) -> SafeString:
    """List communities in the menu: name, colour, how much is unread. Put together here because every page shows thirty."""
    request = context.get("request")
    path, unread = (request.path if request else ""), escape(gettext("unread"))
    lines = []
    for row in communities:
        url, count = row["url"], row["unread"]
        here = ' aria-current="page"' if path.startswith(url) else ""
        shown = f' <span class="count">{count}<span class="visually-hidden"> {unread}</span></span>' if count else ""
        lines.append(
            f'<li><a class="rail-link{" has-unread" if count else ""}" href="{escape(url)}"{here}><span class="dot '
            f'hue-{hue_of(row["hue"])}"></span> <span class="rail-label">{escape(row["name"])}</span>{shown}</a></li>\n'
        )
    return mark_safe("".join(lines))


PLACES = {
    "": "home",
    "wiki": "wiki",
    "people": "people",
    "paths": "paths",
    "search": "search",
    "notifications": "notifications",
}


@register.simple_tag(takes_context=True)
def place(context: Context) -> str:
    """Return which entry of the menu this page belongs to: home, wiki, people, paths, search, notifications or nothing."""
    request = context.get("request")
    return PLACES.get(request.path.split("/")[1], "") if request else ""


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString | str:
    """Return ` data-theme="dark"` for a reader who chose, nothing for one who leaves it to the system.

    The switch of the menu is a cookie of this browser, the profile's setting holds everywhere else.
    """
    request = context.get("request")
    chosen = request.COOKIES.get("loikka_theme", "") if request else ""
    if request and chosen not in {"light", "dark", "auto"}:
        chosen = getattr(getattr(request, "user", None), "theme", "")
    return format_html(' data-theme="{}"', chosen) if chosen in {"light", "dark"} else ""


@register.inclusion_tag("components/editor.html")
def editor(field: Any = None, **options: Any) -> dict[str, Any]:
    """Show a Markdown editor for a bound field, or for `id`, `name` and `value`; options as in its component."""
    defaults: dict[str, Any] = {"value": "", "placeholder": " ", "complete_url": "/complete/"}
    defaults["max_megabytes"] = MAX_BYTES // (1024 * 1024)
    if field is not None:
        defaults |= {
            "id": field.id_for_label or field.html_name,
            "name": field.html_name,
            "value": field.value() or "",
            "errors": field.errors,
            "maxlength": getattr(field.field, "max_length", None),
        }
    return defaults | options


@register.simple_tag
@foldable
def ago_data() -> SafeString:
    """Return the words for fresh times as data attributes of the page, for the script that keeps them true."""
    words = {key: pattern.replace("%(n)s", "%n") for key, pattern in ago_patterns().items()}
    return format_html(' data-ago-now="{now}" data-ago-minutes="{minutes}" data-ago-hours="{hours}"', **words)


@register.filter
def undo_url(message: Any) -> str:
    """Return the address that takes back what a message tells: `extra_tags="undo:/posts/5/restore/"`."""
    for tag in (getattr(message, "extra_tags", "") or "").split():
        if tag.startswith("undo:/") and not tag.startswith("undo://"):
            return str(tag.removeprefix("undo:"))
    return ""


@register.filter
def percent_of(part: float, whole: float) -> int:
    """Return how many hundredths `part` is of `whole`; nothing of nothing is none."""
    return round(100 * part / whole) if whole else 0
