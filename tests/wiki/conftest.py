"""What the tests of the wiki share."""

import pytest


@pytest.fixture
def write(cast):
    """Return a function that has Aino write a page in a community of the cast (Yard when none is named)."""

    def write_page(title, body="", *, community=None, parent=None, actor=None, **more):
        from wiki import actions

        place = {"parent": parent} if parent is not None else {"community": community or cast.yard}
        return actions.create_page(actor=actor or cast.aino, title=title, body=body, **place, **more)

    return write_page
