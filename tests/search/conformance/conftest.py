"""Every engine under one contract: Whoosh everywhere, with and without numpy; PostgreSQL where it is the database;
OpenSearch on a server, or on what plays one."""

import pytest

from tests.search.opensearch.servers import an_address

OTHERS = ["postgres", "opensearch"]


def address(name, folder):
    """Return the SEARCH_URL of an index that is not there yet; skips where there is no such engine."""
    from django.db import connection

    if name == "postgres" and connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL: the index is a table of it")
    if name == "opensearch":
        return an_address()
    return "postgres://" if name == "postgres" else f"whoosh://{folder}/search"


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch):
    """Give what plays a server time: it and its caller share the processors of one machine."""
    from search.engines.opensearch import server

    monkeypatch.setattr(server, "QUESTION", 30.0)


def opener(name, folder):
    """Return a function that opens the same index once more, as another process would."""
    from search.engines import open_engine
    from search.engines.whoosh import WhooshEngine
    from search.engines.whoosh.plain import PlainReading

    if name == "plain":
        return lambda: WhooshEngine(folder / "search", PlainReading())
    url = address(name, folder)
    return lambda: open_engine(url)


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
