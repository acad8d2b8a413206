"""Paths as cards below posts that link to them (`settings.LINK_CARDS`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from feed.linkcards.kinds import Card, Kind, text
from feed.linkcards.own import first_part, key_column
from wiki.onboarding.models import Path


def _find(links: Sequence[str]) -> dict[str, str]:
    wanted = {link: first_part(link, "/paths/") for link in links}
    there = dict(Path.objects.filter(slug__in=wanted.values()).values_list("slug", "pk"))
    return {link: str(there[slug]) for link, slug in wanted.items() if slug in there}


def _part(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = Path.objects.visible_to(viewer).filter(pk__in=list(keys)).order_by()
    return found.values_list(
        text("path"), key_column(), "title", "community__name", F("community__hue"), "slug", Left("purpose", 120),
        text(),
    )  # fmt: skip


def _card(row: Sequence[Any]) -> Card:
    _kind, key, title, place, hue, slug, purpose, _none = row
    return Card("path", key, title, reverse("onboarding:path", args=[slug]), "route", place, hue, purpose)


KINDS = [Kind("path", ("/paths/",), _find, _part, _card)]
