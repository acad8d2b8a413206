"""Every engine under one contract: Whoosh everywhere, with and without numpy; PostgreSQL where it is the database."""

import pytest

OTHERS = ["postgres"]


def opener(name, folder):
    """Return a function that opens the same index once more, as another process would."""
    from django.db import connection

    from search.engines import open_engine
    from search.engines.whoosh import WhooshEngine
    from search.engines.whoosh.plain import PlainReading

    if name == "postgres":
        if connection.vendor != "postgresql":
            pytest.skip("only on PostgreSQL: the index is a table of it")
        return lambda: open_engine("postgres://")
    if name == "plain":
        return lambda: WhooshEngine(folder / "search", PlainReading())
    return lambda: open_engine(f"whoosh://{folder}/search")


@pytest.fixture(params=["whoosh", "plain", *OTHERS])
def opened(request, tmp_path, db):
    """Return a function that opens an index that is not there yet."""
    return opener(request.param, tmp_path)


@pytest.fixture(params=["plain", *OTHERS])
def other(request, tmp_path, db):
    """Return an engine that is not Whoosh."""
    return opener(request.param, tmp_path)()


@pytest.fixture
def engine(opened):
    """Return an engine with an empty index."""
    made = opened()
    made.rebuild([])
    return made
