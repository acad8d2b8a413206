"""Who hears of new hits, and what a saved search is called (`settings.NOTIFICATION_RECIPIENTS`, `NOTIFICATION_OBJECTS`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Gone, Hearing, Outcome, Why
from search.saved.models import SavedSearch

KIND = SavedSearch._meta.label_lower


def of_search(activity: Activity) -> Iterator[Outcome]:
    """Tell whose search has new hits: one line for each search, however many they are and how often they come."""
    pk = int(activity.object_id)
    if activity.verb == "search.dropped":
        yield Gone(KIND, [pk])
    elif activity.verb == "search.found":
        saved = SavedSearch.objects.filter(pk=pk, is_watched=True).first()
        if saved is not None:
            yield Hearing("found", (KIND, pk), {saved.user_id: Why("saved")}, f"search:{pk}")
    elif activity.verb == "search.answered":
        asked = SavedSearch.objects.filter(pk=pk).first()
        if asked is not None:
            page = (activity.target_type, activity.target_id)
            why = {asked.user_id: Why("sought")}
            yield Hearing("page_found", page, why, f"search:{pk}", activity.community_id, is_direct=True)


def describe_saved(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return those of `user`'s own searches; they lead to what she finds then, the newest first."""
    rows = SavedSearch.objects.visible_to(user).kept().filter(pk__in=keys)
    return {str(row.pk): Described(row.name, f"{row.get_absolute_url()}&sort=new") for row in rows}
