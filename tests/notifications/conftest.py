"""What the tests of notifications share."""

import pytest


@pytest.fixture
def tell():
    """Return a function that brings round what is new in the diary, as the worker does."""
    from intranet.activity.models import Activity
    from intranet.notifications.readers import notify

    told: set[int] = set()

    def bring_round(*, again: bool = False) -> None:
        rows = [row for row in Activity.objects.order_by("pk") if again or row.pk not in told]
        told.update(row.pk for row in rows)
        notify(rows)

    return bring_round


@pytest.fixture
def told():
    """Return a function that says what somebody's list says, newest first."""
    from intranet.notifications.reading import notices

    def lines(person, box="updates"):
        return [one.plain for one in notices(person, box, None).rows]

    return lines


@pytest.fixture
def write(cast):
    """Return a function that has Aino write a page in Yard, or somebody elsewhere."""
    from wiki import actions

    def write_page(title, body="one", *, community=None, parent=None, actor=None):
        place = {"parent": parent} if parent is not None else {"community": community or cast.yard}
        return actions.create_page(actor=actor or cast.aino, title=title, body=body, **place)

    return write_page


@pytest.fixture
def change():
    """Return a function that has somebody change the text of a page."""
    from wiki import actions
    from wiki.models import WikiPage

    def save(page, body, *, actor, minor=False):
        now = WikiPage.objects.get(pk=page.pk)
        actions.save_page(actor=actor, page=now.pk, base_revision_id=now.live_revision_id, body=body, is_minor=minor)

    return save
