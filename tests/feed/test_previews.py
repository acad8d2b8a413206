"""What an address outside says of itself: asked by the worker through the one way out, kept once, never by readers."""

import contextlib
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from feed import actions
from feed.linkcards import fetching
from feed.linkcards.models import PreviewUse, WebPreview
from feed.linkcards.previews import forget_unused
from feed.linkcards.reading import said_by
from intranet.outbound import Outbound
from tests.feed.test_link_cards import cards_of
from tests.house.world import picture

HEAD = (
    '<html><head><meta charset="utf-8"><title>Plain</title><meta property="og:title" content="Saa &amp; &lt;b&gt;s\u00e4\u00e4&lt;/b&gt;">'
    "<meta content='Everything about the weather' name=description><meta property=og:image content=/p.png>"
    '<meta property="og:site_name" content="Weather\u202e house"></head><body>'
).encode()


class Site(BaseHTTPRequestHandler):
    """A server that does what its paths say."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if self.path == "/p.png":
            return self.answer(200, picture(), "image/png")
        if self.path == "/inside":
            return self.answer(302, b"", "text/html", Location="http://169.254.169.254/latest/")
        if self.path == "/busy":
            return self.answer(503, b"", "text/html")
        if self.path == "/file.pdf":
            return self.answer(200, b"%PDF-1.4", "application/pdf")
        if self.path == "/bomb":
            return self.answer(200, HEAD.replace(b"/p.png", b"/bomb.png"), "text/html")
        if self.path == "/bomb.png":
            return self.answer(200, picture()[:60] + b"x" * 5_000_000, "image/png")
        return self.answer(200, HEAD + b"x" * 400_000, "text/html; charset=utf-8")

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site():
    """A server on this machine that `example.com` leads to."""
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def way_out(site):
    """Return a way out that finds the test's own server under every name."""

    def resolve(_host, _port, **_more):
        return [(2, 1, 6, "", ("127.0.0.1", site))]

    return Outbound(
        is_allowed=lambda address: str(address) == "127.0.0.1", ports=frozenset({80, site}), resolve=resolve, seconds=5
    )


@pytest.fixture
def outbound_on(settings):
    settings.OUTBOUND_HTTP = True


def fetched(way_out):
    return fetching.fetch_waiting(way_out)


@pytest.fixture
def posted(cast, say, site, outbound_on):
    """Return a function that links to a path of the site; port 80 is the only one posts may ask, so the row is moved."""

    def post(path="/weather", author=None, place=None):
        made = say(author or cast.aino, place or cast.yard, f"See http://example.com{path} now")
        for row in WebPreview.objects.exclude(url__contains=f":{site}"):
            row.url = row.url.replace("http://example.com", f"http://example.com:{site}")
            row.save()
        return made

    return post


def test_the_worker_asks_once_and_every_post_with_the_address_shows_it(cast, posted, way_out, sign_in):
    first = posted()
    assert cards_of(sign_in(cast.ben).get(first.get_absolute_url()).content.decode()) == []
    assert Site.asked == []  # nobody asks but the worker
    second = posted(author=cast.ben, place=cast.lab)
    assert fetched(way_out) == 1
    assert Site.asked == ["/weather", "/p.png"]
    for post in (first, second):
        html = sign_in(cast.ben).get(post.get_absolute_url()).content.decode()
        assert cards_of(html) == ["Saa &amp; &lt;b&gt;s\u00e4\u00e4&lt;/b&gt;"]
        assert "Everything about the weather" in html
        assert "Weather house" in html  # without what turns a line round
        assert "example.com:" not in html.partition("<img")[2].partition(">")[0]
    assert fetched(way_out) == 0


def test_the_picture_is_ours_small_and_only_for_readers_of_the_post(cast, posted, way_out, sign_in):
    posted(place=cast.lab)
    fetched(way_out)
    preview = WebPreview.objects.get()
    url = f"/previews/{preview.token}.webp"
    answered = sign_in(cast.gita).get(url)
    assert (answered.status_code, answered["Content-Type"]) == (200, "image/webp")
    assert answered.content[8:12] == b"WEBP"
    assert sign_in(cast.cleo).get(url).status_code == 404
    assert sign_in(cast.gita).get(f"/previews/{'0' * 32}.webp").status_code == 404


def test_a_preview_of_a_hidden_place_is_no_card_elsewhere_and_programs_see_the_same(cast, posted, way_out, program):
    post = posted(place=cast.vault)
    fetched(way_out)
    assert program(cast.ben).get(f"/posts/{post.pk}").json()["cards"][0]["kind"] == "web"
    assert program(cast.cleo).get(f"/posts/{post.pk}").status_code == 404


@pytest.mark.parametrize("path", ["/inside", "/file.pdf"])
def test_what_leads_inside_or_is_no_page_gets_no_card_and_is_not_asked_again(cast, posted, way_out, path):
    posted(path)
    assert fetched(way_out) == 1
    row = WebPreview.objects.get()
    assert (row.state, row.due_at, row.title) == ("nothing", None, "")


def test_a_picture_that_is_too_large_is_left_out(cast, posted, way_out):
    posted("/bomb")
    fetched(way_out)
    assert WebPreview.objects.get().token == ""
    assert WebPreview.objects.get().state == "ready"


def test_a_busy_server_is_asked_three_times_and_later(cast, posted, way_out):
    posted("/busy")
    for _attempt in range(3):
        assert fetched(way_out) == 1
        assert fetched(way_out) == 0
        WebPreview.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    assert WebPreview.objects.get().state == "nothing"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/x", "http://testserver/wiki/", "http://a.b:8080/",
            "http://user:pw@example.com/"],
)  # fmt: skip
def test_inner_addresses_are_not_even_written_down(cast, say, outbound_on, url):
    assert say(cast.aino, cast.yard, f"See {url} now").cards is None
    assert not WebPreview.objects.exists()


def test_nothing_is_kept_or_asked_where_the_way_out_is_closed(cast, say):
    assert say(cast.aino, cast.yard, "See http://example.com/ now").cards is None
    assert not WebPreview.objects.exists()
    assert fetching.fetch_due() == 0


def test_the_author_takes_a_preview_away(cast, posted, way_out, sign_in):
    post = posted()
    fetched(way_out)
    preview = WebPreview.objects.get()
    aino = sign_in(cast.aino)
    aino.post(f"/posts/{post.pk}/cards/remove/", {"card": f"web:{preview.pk}"})
    assert cards_of(aino.get(post.get_absolute_url()).content.decode()) == []
    assert not PreviewUse.objects.exists()
    assert aino.get(f"/previews/{preview.token}.webp").status_code == 404


def test_previews_that_no_post_shows_are_forgotten(cast, posted, way_out):
    post, other = posted(), posted("/other")
    fetched(way_out)
    WebPreview.objects.update(created_at=timezone.now() - timedelta(days=8))
    actions.delete_post(actor=cast.aino, post=post)
    assert forget_unused() == 1
    assert WebPreview.objects.get().url.endswith("/other")
    actions.edit_post(actor=cast.aino, post=other, body="Nothing here")
    assert forget_unused() == 1


def test_a_hostile_head_is_read_in_no_time_and_says_nothing_it_should_not():
    import time

    started = time.process_time()
    for body in (b"<meta " * 60_000, b"<title" * 60_000, b"<meta content=" + b'"' * 200_000, b"\x00\xff" * 100_000,
                 b"<meta a=" * 40_000 + b">", b"<!--" * 80_000):  # fmt: skip
        said_by(body, "text/html; charset=nonsense")
    assert time.process_time() - started < 2
    said = said_by(b"<title>\x00 A \xed\xa0\x80 page </title>", "text/html")
    assert said is not None
    assert "\x00" not in said.title
