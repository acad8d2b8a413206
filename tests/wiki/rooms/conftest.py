"""A served house, a page in it, and people who come to write."""

import pytest


@pytest.fixture
def cast(transactional_db):
    from tests.builders import build_cast  # models, which pytest-django loads after this file

    return build_cast()


@pytest.fixture
def server(cast):
    from tests.wiki.rooms.editors import serving

    with serving() as address:
        yield address


@pytest.fixture
def plan(cast):
    """A page of the closed community Lab: Aino, Ben, Mika and Gita may change it, Cleo and Root know nothing of it."""
    from wiki import actions

    return actions.create_page(actor=cast.aino, community=cast.lab, title="Plan", body="First line.\n\nLast line.\n")


@pytest.fixture
def cookie(sign_in):
    """Return a function: somebody -> the cookie of her session."""
    return lambda user: sign_in(user).cookies["loikka_session"].value


@pytest.fixture
def come(server, cookie):
    """Return a function: somebody, page -> her, in the room."""
    from tests.wiki.rooms.editors import Editor

    editors: list[Editor] = []

    def open_editor(user, page, server=server) -> Editor:
        editors.append(Editor(server, cookie(user), page.pk))
        return editors[-1]

    yield open_editor
    for editor in editors:
        editor.socket.close()
