"""A server to try the OpenSearch engine on.

`OPENSEARCH_TEST_URL=opensearch://127.0.0.1:9200` names a real one, which is used under names that begin with
`loikka-test-` and cleaned afterwards. Without it osmem plays the server: a program that imitates OpenSearch 3.8 in
memory (the dev package `osmem-server`). It is no OpenSearch, and no test here says that it is.
"""

import atexit
import contextlib
import functools
import itertools
import os

import pytest

_numbers = itertools.count(1)


@functools.cache
def imitation() -> str:
    """Return where osmem listens, started once for this process and ended with it."""
    pytest.importorskip("opensearchpy", reason="needs the client of OpenSearch")
    osmem = pytest.importorskip("osmem_server", reason="only on an OpenSearch server (OPENSEARCH_TEST_URL)")
    server = osmem.OsmemServer.start(japanese=False)
    atexit.register(server.close, grace=0)
    return server.url.replace("http://", "opensearch://")


def an_address() -> str:
    """Return the SEARCH_URL of an index of its own that is not there yet."""
    given = os.environ.get("OPENSEARCH_TEST_URL", "")
    name = f"loikka-test-{os.getpid()}-{next(_numbers)}"
    url = f"{(given or imitation()).rstrip('/')}/{name}"
    atexit.register(_clean, url)
    return url


def _clean(url: str) -> None:
    from opensearchpy import OpenSearch

    server, _, name = url.rpartition("/")
    with contextlib.suppress(Exception):  # osmem is gone already
        OpenSearch(server.replace("opensearch", "http", 1), max_retries=0).indices.delete(index=f"{name}-*")
