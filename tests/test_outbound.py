"""The one way out of the house goes to the open Internet and nowhere else."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.outbound import Outbound, is_public, outside

INNER = [
    "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "169.254.170.2", "100.64.0.1", "100.100.100.200", "0.0.0.0", "0.1.2.3", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "5f00::1",
]  # fmt: skip
OPEN = ["8.8.8.8", "1.1.1.1", "93.184.215.14", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450:4026::8a"]
# Ways to write 127.0.0.1 and the metadata service that libraries understand.
SPELLINGS = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://0x7f.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://localhost/",
    "http://localhost./", "http://LOCALHOST/", "http://127.0.0.1./", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://2852039166/", "http://0/",
    "http://0.0.0.0/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
]  # fmt: skip
NO_ADDRESSES = [
    "", "/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:1", "http://", "http:///x",
    "http://user@example.com/", "http://user:secret@example.com/", "http://example.com:22/", "http://example.com:8080/",
    "https://example.com:0/", "http://example.com:99999/", "http://exa mple.com/", "http://example.com/\r\nX: y",
    "http://example.com/\x00", "http://[::1", "http://\ud800.example/", "http://example.com/" + "x" * 3_000, "http://%00/",
    "http://-.example/\t",
]  # fmt: skip


class Site(BaseHTTPRequestHandler):
    """A server that does what its paths say."""

    asked: list[tuple[str, str, dict[str, str]]]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        type(self).asked.append((self.command, self.path, dict(self.headers)))
        name, _, rest = self.path.lstrip("/").partition("/")
        if name == "slow":
            time.sleep(3)
        if name == "nohead" and self.command == "HEAD":
            return self.answer(405)
        if name == "to":
            return self.answer(302, Location=rest, **{"Set-Cookie": "a=b"})
        if name == "round":
            return self.answer(302, Location="/round")
        if name == "drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
            return None
        if name == "big":
            self.send_response(200)
            self.end_headers()
            if self.command == "GET":
                for _ in range(1_000):
                    self.wfile.write(b"x" * 10_000)
            return None
        return self.answer(int(name) if name.isdigit() else 200)

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(key, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the other side had enough
            super().handle()


@pytest.fixture
def site() -> Iterator[str]:
    """A server on this machine; `Site.asked` is what it was asked."""
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def allowed(site: str, **more) -> Outbound:
    """Return a way out that may go to the test's own server, and only there."""
    port = int(site.rpartition(":")[2])
    return Outbound(is_allowed=lambda address: str(address) == "127.0.0.1", ports=frozenset({port}), **more)


def nothing_asked(*_args, **_more):
    raise AssertionError("a connection was opened")


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_open_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_that_wraps_another_is_public(address) -> None:
    if address.ipv4_mapped or address.sixtofour or address.teredo:
        assert not is_public(address)


@pytest.mark.parametrize("url", SPELLINGS)
def test_this_machine_is_not_asked_however_it_is_spelled(url: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "create_connection", nothing_asked)
    answer = Outbound().fetch(url)
    assert answer.problem in {"inside", "name", "address"}
    assert answer.status == 0


@pytest.mark.parametrize("url", NO_ADDRESSES, ids=lambda url: repr(url)[:40])
def test_what_is_no_address_for_us_is_not_asked(url: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "create_connection", nothing_asked)
    answer = Outbound(resolve=nothing_asked).fetch(url)
    assert answer.problem in {"address", "inside"}


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1"])
def test_name_with_one_inner_address_among_open_ones_is_not_asked(inner: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "create_connection", nothing_asked)

    def resolve(host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("8.8.8.8", inner)]

    assert Outbound(resolve=resolve).fetch("http://rebind.example/").problem == "inside"


def test_connection_goes_to_the_address_that_was_looked_at(site: str) -> None:
    """A name that is another address at the second look (DNS rebinding) is looked up once a connection."""
    port, looked = int(site.rpartition(":")[2]), []

    def resolve(host, to_port, **_more):
        looked.append(host)
        address = "127.0.0.1" if len(looked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, to_port))]

    way = Outbound(is_allowed=lambda one: str(one) == "127.0.0.1", ports=frozenset({port}), resolve=resolve)
    assert way.fetch(f"http://rebind.example:{port}/200").status == 200
    assert looked == ["rebind.example"]
    assert Site.asked[0][2]["Host"] == f"rebind.example:{port}"
    assert way.fetch(f"http://rebind.example:{port}/200").problem == "inside"
    assert len(Site.asked) == 1


@pytest.mark.parametrize(
    "to",
    ["http://10.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://[::1]/"],
)
def test_redirect_into_the_house_is_not_followed(site: str, to: str) -> None:
    answer = allowed(site).fetch(f"{site}/to/{to}")
    assert answer.problem in {"inside", "address"}
    assert len(Site.asked) == 1


def test_redirects_are_followed_a_few_times_without_cookies(site: str) -> None:
    answer = allowed(site).fetch(f"{site}/to/{site}/404")
    assert (answer.status, answer.url) == (404, f"{site}/404")
    assert all("Cookie" not in headers and "Authorization" not in headers for _how, _path, headers in Site.asked)
    assert all(headers["User-Agent"].startswith("Loikka") for _how, _path, headers in Site.asked)
    assert allowed(site).fetch(f"{site}/round").problem == "redirects"


def test_head_is_asked_first_and_get_where_head_says_no(site: str) -> None:
    assert allowed(site).ask(f"{site}/200").status == 200
    assert [how for how, *_rest in Site.asked] == ["HEAD"]
    assert allowed(site).ask(f"{site}/nohead").status == 200
    assert allowed(site).ask(f"{site}/404").status == 404
    assert [how for how, *_rest in Site.asked] == ["HEAD", "HEAD", "GET", "HEAD", "GET"]


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_slow_answers_end_when_the_time_is_over(site: str, path: str) -> None:
    started = time.monotonic()
    assert allowed(site, seconds=0.5).fetch(f"{site}/{path}").problem == "time"
    assert time.monotonic() - started < 2


def test_slow_name_ends_when_the_time_is_over() -> None:
    def resolve(*_args, **_more):
        time.sleep(1)
        return []

    started = time.monotonic()
    assert Outbound(resolve=resolve, seconds=0.2).fetch("http://example.com/").problem == "time"
    assert time.monotonic() - started < 1


def test_no_more_is_read_than_wanted(site: str) -> None:
    assert len(allowed(site).fetch(f"{site}/big", max_bytes=50_000).body) == 50_000


def test_nobody_there_and_bad_certificates_are_told_apart(site: str) -> None:
    port = int(site.rpartition(":")[2])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
        way = Outbound(is_allowed=lambda _one: True, ports=frozenset({port, free}), seconds=3)
        assert way.fetch(f"http://127.0.0.1:{free}/").problem == "connection"
    assert way.fetch(f"https://127.0.0.1:{port}/").problem in {"tls", "connection"}


def test_settings_shut_the_way_out(settings) -> None:
    settings.OUTBOUND_HTTP = False
    assert outside() is None
    settings.OUTBOUND_HTTP = True
    way = outside()
    assert way is not None
    assert way.is_allowed is is_public
    assert way.ports == {80, 443}


def test_nothing_else_in_the_house_opens_connections_to_the_web() -> None:
    """Who needs the web asks `intranet.outbound`; mail, databases and the provider of identities have their own ways."""
    import ast
    from pathlib import Path

    found = []
    for app in ("intranet", "wiki", "feed", "search"):
        for path in Path(app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                banned = {"httpx", "httpcore", "requests", "aiohttp", "urllib3", "urllib.request", "http.client"}
                if banned & set(names):
                    found.append(str(path))
    # These name the errors of the library their client is made with: it asks nobody but whom the settings name, the
    # provider of identities and the server of the index.
    assert set(found) == {
        "intranet/outbound.py", "intranet/people/views/single_sign_on.py", "search/engines/opensearch/server.py",
    }  # fmt: skip
