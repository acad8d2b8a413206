"""What the tests of notifications share."""

from datetime import timedelta
from hashlib import sha256

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


@pytest.fixture
def service():
    from tests.notifications.push_service import PushService

    made = PushService()
    yield made
    made.close()


@pytest.fixture
def switched_on(service, sign_in):
    """Return a function that has somebody switch push on in a new browser, signed in there."""

    from intranet.notifications.models import PushSubscription

    def switch_on(person, name="a", **fields):
        browser, client = service.browser(name), sign_in(person)
        PushSubscription.objects.create(
            user=person, endpoint=browser.endpoint, digest=sha256(browser.endpoint.encode()).hexdigest(),
            p256dh=browser.p256dh, auth=browser.auth, session_key=client.session.session_key, name="Firefox", **fields
        )  # fmt: skip
        browser.client = client
        return browser

    return switch_on


@pytest.fixture
def send(service):
    from intranet.notifications.push.sending import send_due

    return lambda: send_due(service.way, settle=timedelta(0))
