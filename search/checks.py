"""What is said before the start when search is set up in a way that cannot work."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core import checks

from intranet import env


@checks.register()
def check_search_server(**kwargs: Any) -> list[checks.CheckMessage]:
    """Is the client there for the server that SEARCH_URL names, and do the texts of the house go to it unread?"""
    if settings.SEARCH_URL.partition("://")[0] not in env.SEARCH_SERVERS:
        return []
    found: list[checks.CheckMessage] = []
    try:
        import opensearchpy  # noqa: F401
    except ImportError:
        found.append(
            checks.Error(
                "SEARCH_URL names an OpenSearch server, and its client is not installed.",
                hint="pip install --require-hashes --no-deps -r requirements/opensearch.txt (`make run` does it).",
                id="search.E001",
            )
        )
    address = env.search_server(settings.SEARCH_URL)
    if not address["is_secure"] and not all(_is_here(host) for host, _ in address["hosts"]):
        found.append(
            checks.Warning(
                "SEARCH_URL sends every text of the house, and the password, over the network in the clear.",
                hint="opensearchs:// (with an s) speaks TLS.",
                id="search.W001",
            )
        )
    return found


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
