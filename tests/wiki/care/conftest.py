"""What the tests of keeping pages right share."""

from datetime import timedelta

import pytest
from django.utils import timezone


@pytest.fixture
def owned(cast, write):
    """Return a function that writes a page (by Aino, in Yard) and gives it to Ben, confirmed so many days ago."""

    from tests.wiki.care.helpers import now_of
    from wiki.care import actions

    def write_owned(title, *, owner=None, community=None, every="3", confirmed_days_ago=None, body="Text"):
        page = write(title, body, community=community)
        keeper = owner or cast.ben
        actions.change_care(actor=cast.aino, page=page, owner=keeper, review_every=every)
        if confirmed_days_ago is not None:
            at = timezone.now() - timedelta(days=confirmed_days_ago)
            actions.confirm_page(actor=keeper, page=page, at=at)
        return now_of(page)

    return write_owned
