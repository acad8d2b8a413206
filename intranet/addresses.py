"""Addresses of the house, made without asking the map of addresses for each of a hundred links of a page."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

_STAND_IN = 7_000_007


@lru_cache(maxsize=256)
def _parts(name: str, _urls: str) -> tuple[str, str]:
    """Return what stands before and behind the number in an address."""
    before, _number, behind = reverse(name, args=[_STAND_IN]).partition(str(_STAND_IN))
    return before, behind


def address(name: str, pk: int) -> str:
    """Return the address called `name` that has one number in it."""
    before, behind = _parts(name, settings.ROOT_URLCONF)
    return f"{before}{pk}{behind}"
