"""An index of its own for every test, and a house with something to find."""

from dataclasses import dataclass
from typing import Any

import pytest


@pytest.fixture
def index(settings, tmp_path):
    """Return the engine of an empty folder."""
    from search.engines import engine

    settings.SEARCH_URL = f"whoosh://{tmp_path}/search"
    return engine()


@dataclass
class House:
    """The cast's places, each with a page and a thread about the same word: `kuutamo`."""

    pages: dict[str, Any]
    posts: dict[str, Any]


@pytest.fixture
def house(cast, index) -> House:
    """Make a page, a post and a reply in each community, all with the word kuutamo, and index them."""
    from feed.actions import publish_post, reply_to_post
    from search.readers import rebuild
    from wiki.actions import create_page

    pages, posts = {}, {}
    for name in ("everyone", "yard", "lab", "vault"):
        place = getattr(cast, name)
        pages[name] = create_page(
            actor=cast.aino, community=place, title=f"Kuutamoretki {name}", body=f"Kuutamossa kävellään. Salaisuus{name}.",
            tags=["kuutamo"], language="fi",
        )  # fmt: skip
        posts[name] = publish_post(
            actor=cast.aino, community=place, body=f"Katsotaan kuutamoa yhdessä, {name}! #kuutamo"
        )
        reply_to_post(actor=cast.ben, post=posts[name], body="Kuutamolla tulen mukaan.")
    rebuild()
    return House(pages, posts)


@pytest.fixture
def catch_up():
    """Return a function that brings the diary to search's reader, as the worker does."""
    from intranet.activity.dispatch import dispatch_due
    from search.readers import index_activity

    return lambda: dispatch_due({"search": index_activity})


@pytest.fixture
def worker(house):
    """Return a function that does what the worker does, an hour later each time."""
    from datetime import timedelta

    from django.db.models import F

    from intranet.activity.dispatch import dispatch_due
    from intranet.notifications.readers import notify
    from search.readers import index_activity
    from search.saved import looking
    from search.saved.models import SavedSearch

    readers = {"search": index_activity, "saved": looking.note_news, "notifications": notify}

    def work():
        dispatch_due(readers)
        hour = timedelta(minutes=61)
        SavedSearch.objects.update(
            due_at=F("due_at") - hour, marked_at=F("marked_at") - hour, looked_at=F("looked_at") - hour
        )
        looking.look_at_due()
        dispatch_due(readers)

    work()
    return work
