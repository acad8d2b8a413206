"""Talking to the server through its official client. Whatever goes wrong on the way is SearchAwayError.

`opensearchpy` is an optional package, imported at the first question: a house with another engine pays nothing for it.
"""

import logging
import threading
import time
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from intranet import env
from search.engines.base import SearchAwayError

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

logger = logging.getLogger(__name__)

# Seconds until a connection stands, and until a question, a write, and a change of generation are answered.
_CONNECTING = 1.0
QUESTION, WRITING, ADMINISTERING = 4.0, 30.0, 60.0
# Threads of a process that talk at once without waiting for each other.
_CONNECTIONS = 16
# Who did not answer is not asked by readers for so long: each would wait as long as the one before.
_SILENCE = 5.0


class GoneError(SearchAwayError):
    """The server answers, and what was asked for is not there."""


class Server:
    """One cluster, as a SEARCH_URL names it. Safe for threads: connections are pooled."""

    def __init__(self, url: str) -> None:
        self._address = env.search_server(url)
        self.alias = str(self._address["index"])
        self._client: OpenSearch | None = None
        self._making = threading.Lock()
        self._silent_until = 0.0

    def __repr__(self) -> str:
        return f"Server({self.alias!r})"  # never the address: it holds a password

    def ask(self, what: str, patience: float | None = None, **arguments: Any) -> Any:
        """Ask a question of a reader, who must not wait for a server that has just been silent."""
        if time.monotonic() < self._silent_until:
            raise SearchAwayError("the server does not answer")
        return self.tell(what, patience, **arguments)

    def tell(self, what: str, patience: float | None = None, **arguments: Any) -> Any:
        """Call a method of the client (`indices.create`) and return the answer, whatever was before."""
        client = self._connected()
        import opensearchpy
        import urllib3

        # The client hands the timeout on as it is.
        waiting = urllib3.Timeout(connect=_CONNECTING, read=patience or QUESTION)
        try:
            answer = attrgetter(what)(client)(request_timeout=waiting, **arguments)
        except opensearchpy.ConnectionError as error:  # also no TLS, also too late
            self._silent_until = time.monotonic() + _SILENCE
            logger.warning("search: the server does not answer: %s", type(error).__name__)
            raise SearchAwayError("the server does not answer") from error
        except opensearchpy.NotFoundError as error:
            raise GoneError("the index is missing") from error
        except opensearchpy.TransportError as error:
            # Its own words may repeat what was asked: only its kind is told.
            logger.warning("search: the server refused: %s %s", error.status_code, error.error)
            raise SearchAwayError(f"the server refused ({error.status_code} {error.error})") from error
        except opensearchpy.OpenSearchException as error:
            logger.warning("search: the server could not be understood: %s", type(error).__name__)
            raise SearchAwayError("the server could not be understood") from error
        self._silent_until = 0.0
        return answer

    def _connected(self) -> "OpenSearch":
        with self._making:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "OpenSearch":
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise SearchAwayError("the client of OpenSearch is not installed") from error
        # They would log every refusal once more, and, where somebody logs everything, all texts of the house.
        for name in ("opensearch", "opensearchpy.trace"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        address = self._address
        login = (address["user"], address["password"]) if address["user"] else None
        certificates = {"ca_certs": address["ca"]} if address["ca"] else {}
        return OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address["hosts"]],
            http_auth=login,
            use_ssl=address["is_secure"],
            **({"verify_certs": True, **certificates} if address["is_secure"] else {}),
            pool_maxsize=_CONNECTIONS,
            # Once more at another host, or by a new connection; who is only slow is not asked twice.
            max_retries=1,
            retry_on_timeout=False,
        )
