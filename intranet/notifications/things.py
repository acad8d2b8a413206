"""The names of things for one reader: asked of the apps that own them, so that nothing stored can tell what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from intranet.notifications.hearing import Described, Thing
from intranet.people.models import Community

Describer = Callable[[Any, list[str]], dict[str, Described]]
# What a watch of a kind is about, as the diary calls it.
OBJECTS = {"page": "wiki.wikipage", "branch": "wiki.wikipage", "thread": "feed.post", "community": "people.community"}


def describe_communities(user: Any, ids: list[str]) -> dict[str, Described]:
    """Return the communities among these that `user` may read (`settings.NOTIFICATION_OBJECTS`)."""
    rows = Community.objects.visible_to(user).filter(pk__in=ids)
    return {str(row.pk): Described(row.name, row.get_absolute_url()) for row in rows}


def described(user: Any, objects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Described]:
    """Return what `user` may see of these things, as (type, key) of the diary: one question for each type."""
    wanted: dict[str, set[str]] = {}
    for label, key in objects:
        wanted.setdefault(label, set()).add(key)
    found: dict[tuple[str, str], Described] = {}
    for label, keys in wanted.items():
        if path := settings.NOTIFICATION_OBJECTS.get(label):
            describe: Describer = import_string(path)
            found |= {(label, key): one for key, one in describe(user, sorted(keys)).items()}
    return found


def described_things(user: Any, things: Iterable[Thing]) -> dict[Thing, Described]:
    """Return what `user` may see of these watched things."""
    things = list(things)
    found = described(user, [(OBJECTS[kind], str(number)) for kind, number in things if kind in OBJECTS])
    return {
        (kind, number): found[key] for kind, number in things if (key := (OBJECTS.get(kind, ""), str(number))) in found
    }
