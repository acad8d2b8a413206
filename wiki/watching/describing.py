"""What pages are called for one reader (`settings.NOTIFICATION_OBJECTS`)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.notifications.hearing import Described
from intranet.people.models import User
from intranet.people.models.people import is_current
from wiki.care.models import ReviewBundle
from wiki.links import page_url
from wiki.models import WikiPage


def describe_pages(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the pages among these that `user` may read, also those that can be brought back from the trash."""
    found = {}
    for trashed, rows in ((False, WikiPage.objects.visible_to(user)), (True, WikiPage.objects.trashed_for(user))):
        columns = rows.filter(pk__in=keys).order_by().values_list("pk", "title", "address", "community__name")
        for pk, title, address, place in columns:
            found[str(pk)] = Described(title, reverse("wiki:trash") if trashed else page_url(address), place)
    return found


def describe_hand_overs(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the pages that these people kept, by the names of the people `user` may know."""
    found = User.objects.visible_to(user).filter(pk__in=[key for key in keys if key.isdigit()])
    url = reverse("wiki:care_mine") + "?show=all"
    return {str(row.pk): Described(_("pages of %(name)s") % {"name": row.name}, url) for row in found}


def describe_bundles(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return what the weekly bundles of `user` among these say."""
    if not is_current(user):
        return {}
    rows = ReviewBundle.objects.filter(person_id=user.pk, pk__in=keys)
    words = {
        row.pk: ngettext("%(n)d page waits for your look", "%(n)d pages wait for your look", row.pages) for row in rows
    }
    return {str(row.pk): Described(words[row.pk] % {"n": row.pages}, reverse("wiki:care_mine")) for row in rows}
