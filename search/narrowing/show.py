"""Facets and chips as HTML, put together in Python like the results beside them (`search/cards.py`).

Labels are names people gave and pass `escape`; addresses are made of encoded parts.
"""

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from intranet.templatetags.ui import guest_word, hue, icon
from search.narrowing.addresses import Address
from search.narrowing.facets import Facet, Option


def _name(option: Option) -> str:
    dot = f'<span class="dot {hue(option.place.hue)}"></span> ' if option.place else ""
    return f"{dot}{escape(option.label)}{guest_word(option)}"


def _option(option: Option, address: Address) -> str:
    url = escape(address.toggled(option.name, option.value).url())
    on = ' aria-current="true"' if option.is_on else ""
    count = "" if option.count is None else f' <span class="number">{int(option.count)}</span>'
    mark = f" {icon('check', size=16, label=gettext('chosen'))}" if option.is_on else ""
    return (
        f'<li><a class="facet" href="{url}"{on}><span class="facet-name">{_name(option)}{mark}</span>{count}</a></li>'
    )


def facets(found: list[Facet], address: Address) -> SafeString:
    """Return what can be chosen: a part that opens for each facet."""
    parts = [
        f'<details class="side-section"><summary>{icon(facet.symbol)} {escape(facet.label)}</summary>'
        f'<div class="side-body"><ul class="facet-list">'
        f"{''.join(_option(option, address) for option in facet.options)}</ul></div></details>"
        for facet in found
    ]
    return mark_safe("".join(parts))  # escaped piece by piece


def chips(chosen: list[Option], address: Address) -> SafeString:
    """Return what was chosen, each with the link that takes it away."""
    remove = icon("x", size=14, label=gettext("Remove"))
    parts = [
        f'<a class="chip is-on" href="{escape(address.toggled(option.name, option.value).url())}">'
        f'{_name(option)} <span class="chip-remove">{remove}</span></a>'
        for option in chosen
    ]
    if len(chosen) > 1:
        parts.append(format_html('<a class="chip" href="{}">{}</a>', address.wide().url(), gettext("Remove all")))
    return mark_safe(" ".join(parts))  # escaped piece by piece
