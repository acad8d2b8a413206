"""The one way out of the house: asks addresses that people wrote, and never one inside.

A name is resolved here, every address it has must be a public one, and the connection goes to the address that was
looked at (no second look-up, so no DNS rebinding). Each redirect is looked at like the first address. No cookies, no
credentials, no proxy from the environment; bounded in time and bytes (OWASP: Server Side Request Forgery Prevention).
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from dataclasses import replace as with_values
from typing import Any, Literal

import httpcore
import httpx
from django.conf import settings

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Why there is no answer. "inside": it leads into the house, or is an address that nobody should be sent to.
Problem = Literal["", "inside", "address", "name", "time", "tls", "connection", "redirects", "off"]

MAX_SECONDS = 10.0
MAX_BYTES = 64 * 1024
MAX_REDIRECTS = 5
MAX_ADDRESS = 2_000
PORTS = frozenset({80, 443})
USER_AGENT = "Loikka-link-check/1 (+intranet link checker)"

# Of all of IPv6 only what is handed out for the open Internet, without what wraps an IPv4 address or is for papers.
_OPEN_V6 = ipaddress.ip_network("2000::/3")
_CLOSED_V6 = [ipaddress.ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
# What Python calls global and is not for us: relays, multicast, benchmarking, the metadata service's neighbours.
_CLOSED_V4 = [
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
                "224.0.0.0/4", "240.0.0.0/4")
]  # fmt: skip
_HOST = re.compile(rb"[A-Za-z0-9._:-]{1,253}")
# Looking names up blocks and takes as long as the resolver likes; here it can be left behind.
_lookups = ThreadPoolExecutor(4, thread_name_prefix="lookup")


def is_public(address: IPAddress) -> bool:
    """Return whether an address is one of the open Internet."""
    if isinstance(address, ipaddress.IPv6Address):
        # Mapped and other wrapped IPv4 addresses lie outside 2000::/3.
        return address in _OPEN_V6 and not any(address in net for net in _CLOSED_V6) and address.is_global
    return address.is_global and not address.is_multicast and not any(address in net for net in _CLOSED_V4)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: a status, or the problem there was; `url` is where the redirects led."""

    url: str
    status: int = 0
    problem: Problem = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def retry_after(self) -> int:
        """Seconds the host wants to be left alone, 0 when it does not say."""
        value = self.headers.get("retry-after", "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


class Refused(Exception):  # noqa: N818  # named like what it answers
    """The address is not asked; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Problem = problem
        super().__init__(problem)


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self, wanted: float | None = None) -> float:
        """Return the seconds that are left, at most `wanted`. Raises Refused when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Refused("time")
        return left if wanted is None else min(left, wanted)


class _Stream(httpcore.NetworkStream):
    """A connection that ends when the time is over, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens connections to addresses that were looked at, and to no others."""

    def __init__(self, outbound: Outbound, deadline: _Deadline) -> None:
        self._outbound, self._deadline = outbound, deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in self._outbound.addresses_of(host, port, self._deadline)[:3]:
            try:
                stream = self._inner.connect_tcp(str(address), port, self._deadline.left(timeout))
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or Refused("name")

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Refused("inside")

    def sleep(self, seconds: float) -> None:
        time.sleep(self._deadline.left(seconds))


@dataclass(frozen=True)
class Outbound:
    """How far out one may go. The house uses `outside()`; tests make one of their own that may go to their own server."""

    is_allowed: Callable[[IPAddress], bool] = is_public
    ports: frozenset[int] = PORTS
    resolve: Callable[..., Any] = socket.getaddrinfo
    seconds: float = MAX_SECONDS
    proxy: str = ""

    def ask(self, url: str) -> Answer:
        """Ask an address whether it is there: HEAD, then GET where HEAD is not understood. Never raises for what is outside."""
        answer = self.fetch(url, method="HEAD")
        if (answer.status >= 400 and answer.status not in (404, 410, 429)) or answer.problem == "connection":
            return self.fetch(url, method="GET")
        # Many answer HEAD with 404 that have the page: only GET is believed.
        return self.fetch(url, method="GET") if answer.status in (404, 410) else answer

    def fetch(self, url: str, *, method: str = "GET", max_bytes: int = MAX_BYTES) -> Answer:
        """Ask an address, follow its redirects, and return what came of it with at most `max_bytes` of its text."""
        deadline = _Deadline(self.seconds)
        at = url
        try:
            for _hop in range(MAX_REDIRECTS + 1):
                answer = self._one(at, method, max_bytes, deadline)
                if answer.status not in (301, 302, 303, 307, 308) or not answer.headers.get("location"):
                    return answer
                at = str(httpx.URL(at).join(answer.headers["location"]))
            return Answer(at, problem="redirects")
        except Refused as refused:
            return Answer(at, problem=refused.problem)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return Answer(at, problem="address")
        except (httpcore.TimeoutException, TimeoutError):
            return Answer(at, problem="time")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError) as error:
            return Answer(at, problem="tls" if "SSL" in str(error) or "certificate" in str(error) else "connection")

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send something to an address; nothing is followed, and of the answer only status and headers count."""
        try:
            return self._one(url, "POST", 0, _Deadline(self.seconds), body, headers)
        except Refused as refused:
            return Answer(url, problem=refused.problem)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return Answer(url, problem="address")
        except (httpcore.TimeoutException, TimeoutError):
            return Answer(url, problem="time")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, OSError):
            return Answer(url, problem="connection")

    def _one(
        self,
        url: str,
        method: str,
        max_bytes: int,
        deadline: _Deadline,
        content: bytes | None = None,
        more: dict[str, str] | None = None,
    ) -> Answer:
        """Ask once, without following anything."""
        parts = self.looked_at(url)
        headers: dict[bytes | str, bytes | str] = {
            "Host": parts.netloc.decode("ascii"), "User-Agent": USER_AGENT, "Accept": "*/*",
            "Accept-Encoding": "identity", "Connection": "close",
        }  # fmt: skip
        headers.update((more or {}).items())
        if content is not None:
            headers["Content-Length"] = str(len(content))
        target = httpcore.URL(
            scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path
        )  # fmt: skip
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self.seconds)
        with (
            self._pool(deadline) as pool,
            pool.stream(method, target, headers=headers, content=content, extensions={"timeout": timeouts}) as got,
        ):
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in got.headers}
            body = b""
            if max_bytes and method != "HEAD" and got.status < 300:
                for chunk in got.iter_stream():
                    body += chunk
                    deadline.left()
                    if len(body) >= max_bytes:
                        break
        return Answer(url, got.status, headers=said, body=body[:max_bytes])

    def _pool(self, deadline: _Deadline) -> httpcore.ConnectionPool:
        context = httpx.create_ssl_context(trust_env=False)
        if self.proxy:
            # Names are looked up by the proxy, which has to refuse inner ones itself (docs/operations.md).
            to_proxy = _Backend(with_values(self, is_allowed=lambda _address: True), deadline)
            return httpcore.HTTPProxy(self.proxy, ssl_context=context, max_connections=1, network_backend=to_proxy)
        return httpcore.ConnectionPool(
            ssl_context=context, max_connections=1, max_keepalive_connections=0, retries=0,
            network_backend=_Backend(self, deadline),
        )  # fmt: skip

    def looked_at(self, url: str) -> httpx.URL:
        """Return the parts of an address that may be asked. Raises Refused for any other."""
        if len(url) > MAX_ADDRESS or any(ord(sign) < 33 or ord(sign) == 127 for sign in url):
            raise Refused("address")
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise Refused("address") from None
        port = (443 if parts.scheme == "https" else 80) if parts.port is None else parts.port
        if parts.scheme not in ("http", "https") or parts.userinfo or not _HOST.fullmatch(parts.raw_host):
            raise Refused("address")
        if port not in self.ports:
            raise Refused("inside")
        literal = _literal(parts.host)
        if literal is not None and not self.is_allowed(literal):
            raise Refused("inside")
        return parts

    def addresses_of(self, host: str, port: int, deadline: _Deadline) -> list[IPAddress]:
        """Return the addresses of a name. Raises Refused when there are none or one of them is not allowed."""
        looking = _lookups.submit(self.resolve, host, port, type=socket.SOCK_STREAM)
        try:
            rows = looking.result(deadline.left())
        except TimeoutError:
            raise Refused("time") from None
        except OSError:
            raise Refused("name") from None
        # "fe80::1%eth0" has a zone at its end.
        found = list(dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows))
        if not found:
            raise Refused("name")
        if not all(map(self.is_allowed, found)):
            raise Refused("inside")
        return sorted(found, key=lambda address: address.version)


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def outside() -> Outbound | None:
    """Return the way out that the settings allow, None where there is to be none (`OUTBOUND_HTTP`)."""
    return with_values(Outbound(), proxy=settings.OUTBOUND_PROXY) if settings.OUTBOUND_HTTP else None
