"""Addresses of the house, made without asking the map of addresses for each of a hundred links of a page."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

_STAND_IN = 7_000_007


@lru_cache(maxsize=256)
def _shape(name: str, numbers: int, _urls: str) -> str:
    """Return an address with %s where its numbers go."""
    stand_ins = [_STAND_IN + n for n in range(numbers)]
    found = reverse(name, args=stand_ins).replace("%", "%%")
    for number in stand_ins:
        found = found.replace(str(number), "%s")
    return found


def address(name: str, *numbers: int) -> str:
    """Return the address called `name` that has numbers in it, in their order."""
    return _shape(name, len(numbers), settings.ROOT_URLCONF) % numbers


def own_path(link: str) -> str:
    """Return the path (with query and fragment) of an address of this house, whole or from its root; "" for any other."""
    link = link.strip()
    if link.startswith(f"{settings.BASE_URL}/"):
        link = link.removeprefix(settings.BASE_URL)
    # "//host" and "/\\host" lead elsewhere in a browser.
    return link if link.startswith("/") and not link.startswith(("//", "/\\")) and "\x00" not in link else ""
