"""Live hints end to end: a real server, real streams, the cast listening."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connections

from intranet.activity.dispatch import dispatch_due
from intranet.activity.live import live_app, rights, stream
from intranet.activity.live.bridge import payloads, receive
from intranet.activity.live.hints import announce_activity, hints_of
from intranet.activity.live.hub import Hint, hub
from intranet.activity.models import Activity

READERS = {
    "everyone": {"aino", "ben", "cleo", "mika", "root"},
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}
PATIENCE = 5.0


@pytest.fixture
def say():
    """Return a function that publishes a post."""
    from feed.actions import publish_post

    return lambda actor, community, body="Hello": publish_post(actor=actor, community=community, body=body)


@pytest.fixture
def live_cast(transactional_db):
    from tests.builders import build_cast

    return build_cast()


@pytest.fixture
def server(live_cast) -> Iterator[str]:
    """The live application alone, served by uvicorn in a thread on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(live_app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)
    rights.pool.submit(connections.close_all).result()
    listener.close()


class Listener:
    """Somebody with the page open: notes every topic that arrives, in a thread of its own."""

    def __init__(self, server: str, client, **headers: str) -> None:
        self.topics: list[str] = []
        self.raw = ""
        self.status: int | None = None
        self.ended_at: float | None = None
        cookie = client.cookies["loikka_session"].value
        self.headers = {"Cookie": f"loikka_session={cookie}", **headers}
        self.open = threading.Event()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(server,), daemon=True)
        self.thread.start()
        assert self.open.wait(PATIENCE)

    def _run(self, server: str) -> None:
        try:
            with (
                httpx.Client(timeout=30, trust_env=False) as client,
                client.stream("GET", f"{server}/live/events", headers=self.headers) as answered,
            ):
                self.status = answered.status_code
                for line in answered.iter_lines():
                    self.raw += line + "\n"
                    self.open.set()
                    if line.startswith("data: "):
                        self.topics += json.loads(line.removeprefix("data: "))["topics"]
                    if self.stop.is_set():
                        return
        except httpx.HTTPError:
            pass
        finally:
            self.ended_at = time.monotonic()
            self.open.set()

    def hears(self, topic: str) -> bool:
        """Wait for a topic."""
        return until(lambda: topic in self.topics)


def until(condition, patience: float = PATIENCE) -> bool:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


@contextmanager
def listening(server, sign_in, *people, **headers):
    listeners = [Listener(server, sign_in(person), **headers) for person in people]
    try:
        yield listeners if len(listeners) > 1 else listeners[0]
    finally:
        for listener in listeners:
            listener.stop.set()
        hub.stir()


def test_whoever_may_read_hears_within_a_second_and_nobody_else_hears_anything(server, live_cast, sign_in, say):
    names = list(live_cast.people)
    with listening(server, sign_in, *live_cast.people.values()) as listeners:
        posts = {}
        for place in READERS:
            posts[place] = say(live_cast.aino, getattr(live_cast, place), "secret words for @ben.example")
            started = time.monotonic()
            dispatch_due({"live": announce_activity})
            first = listeners[0]
            assert first.hears(f"thread:{posts[place].pk}")
            assert time.monotonic() - started < 1
        assert until(lambda: f"me:{live_cast.ben.pk}" in listeners[1].topics)
        time.sleep(0.2)
        for name, listener in zip(names, listeners, strict=True):
            heard = {place for place in READERS if f"thread:{posts[place].pk}" in listener.topics}
            assert heard == {place for place, readers in READERS.items() if name in readers}, name
            places = {place for place in READERS if f"community:{getattr(live_cast, place).pk}" in listener.topics}
            assert places == heard
            assert any(topic.startswith("me:") for topic in listener.topics) == (name == "ben")
            assert "secret" not in listener.raw


def test_signing_out_ends_the_stream_within_five_seconds(server, live_cast, sign_in):
    client = sign_in(live_cast.aino)
    listener = Listener(server, client)
    started = time.monotonic()
    client.logout()
    assert until(lambda: listener.ended_at is not None, 6)
    assert listener.ended_at - started < 5


@pytest.mark.parametrize("how", ["closed", "password", "last day", "deleted session"])
def test_a_closed_account_or_a_new_password_ends_the_stream_within_five_seconds(server, live_cast, sign_in, how):
    listener = Listener(server, sign_in(live_cast.aino))
    person = get_user_model().objects.get(pk=live_cast.aino.pk)
    if how == "closed":
        person.is_active = False
    elif how == "password":
        person.set_password("a quite different one 9")
    elif how == "last day":
        person.active_until = "2020-01-01"
    started = time.monotonic()
    person.save()
    if how == "deleted session":
        Session.objects.all().delete()
    assert until(lambda: listener.ended_at is not None, 6)
    assert listener.ended_at - started < 5


def test_losing_a_membership_silences_the_community_within_five_seconds(server, live_cast, sign_in, say):
    with listening(server, sign_in, live_cast.gita, live_cast.ben) as (gita, ben):
        live_cast.gita.memberships.all().delete()
        time.sleep(4.8)
        post = say(live_cast.aino, live_cast.lab)
        dispatch_due({"live": announce_activity})
        assert ben.hears(f"thread:{post.pk}")
        time.sleep(0.1)
        assert gita.topics == []


def test_a_new_membership_is_heard_on_the_open_stream(server, live_cast, sign_in, say):
    from intranet.people.models import Membership

    with listening(server, sign_in, live_cast.cleo) as cleo:
        Membership.objects.create(user=live_cast.cleo, community=live_cast.vault)
        get_user_model().objects.filter(pk=live_cast.cleo.pk).update(rights_version=7)
        time.sleep(stream.CHECK + 0.5)
        post = say(live_cast.aino, live_cast.vault)
        dispatch_due({"live": announce_activity})
        assert cleo.hears(f"thread:{post.pk}")


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/live/events", "GET", {}, 401),
        ("/live/events", "GET", {"Cookie": "loikka_session=" + "a" * 32}, 401),
        ("/live/events", "GET", {"Cookie": "loikka_session='; ;;=,\\"}, 401),
        ("/live/events", "GET", {"Cookie": "loikka_session=" + "a" * 5000}, 401),
        ("/live/events", "POST", {}, 405),
        ("/live/else", "GET", {}, 404),
        ("/live/events/", "GET", {}, 404),
        ("/live/events", "GET", {"Origin": "http://evil.example"}, 403),
        ("/live/events", "GET", {"Origin": "null"}, 403),
        ("/live/events", "GET", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/live/events", "GET", {"Host": ""}, 400),
    ],
)
def test_strangers_and_strange_pages_get_no_stream(server, sign_in, live_cast, path, method, headers, status):
    if "Origin" in headers or "Sec-Fetch-Site" in headers:
        headers = headers | {"Cookie": f"loikka_session={sign_in(live_cast.aino).cookies['loikka_session'].value}"}
    with httpx.Client(trust_env=False) as client:
        assert client.request(method, server + path, headers=headers).status_code == status


def test_another_host_is_refused(server, settings):
    settings.ALLOWED_HOSTS = ["house.example"]
    with httpx.Client(trust_env=False) as client:
        assert client.get(server + "/live/events", headers={"Host": "evil.example"}).status_code == 400
        assert client.get(server + "/live/events", headers={"Host": "house.example"}).status_code == 401


def test_our_own_page_may_say_where_it_comes_from(server, live_cast, sign_in):
    host = server.removeprefix("http://")
    with listening(server, sign_in, live_cast.aino, Origin=f"http://{host}") as listener:
        assert listener.status == 200


def test_nobody_holds_more_than_twenty_streams(server, live_cast, sign_in):
    with listening(server, sign_in, *[live_cast.aino] * stream.MOST_PER_PERSON):
        assert Listener(server, sign_in(live_cast.aino)).status == 429
        with listening(server, sign_in, live_cast.ben) as other:
            assert other.status == 200


def test_a_client_that_goes_is_forgotten(server, live_cast, sign_in):
    with listening(server, sign_in, live_cast.aino):
        assert len(hub.streams()) == 1
    assert until(lambda: not hub.streams())


def test_silence_is_filled(server, live_cast, sign_in, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.2)
    with listening(server, sign_in, live_cast.aino) as listener:
        assert until(lambda: listener.raw.count(": still here") > 2)


# --- Without a server ------------------------------------------------------------------------------------------------


def line(**fields) -> Activity:
    return Activity(**{"verb": "post.published", "actor_id": 3, "object_type": "feed.post", "object_id": "1"} | fields)


def test_hints_of_reading_go_to_the_reader_alone():
    activity = line(verb="post.read", community_id=7, data={"thread": 5})
    assert list(hints_of(activity)) == [Hint("me:3", ("me:3", "thread:5"))]


def test_a_reaction_stirs_the_thread_and_not_the_list():
    activity = line(verb="post.reacted", community_id=7, data={"thread": 5, "kind": "love"})
    assert list(hints_of(activity)) == [Hint("community:7", ("thread:5",))]


def test_a_saved_page_is_heard_by_readers_of_its_community():
    activity = line(verb="page.edited", object_type="wiki.wikipage", object_id="9", community_id=7)
    assert list(hints_of(activity)) == [Hint("community:7", ("page:9", "community:7"))]


def test_many_hints_travel_in_parts_and_none_is_lost():
    hints = [Hint(f"community:{n}", (f"thread:{n}", f"community:{n}")) for n in range(1000)]
    parts = payloads(hints)
    assert max(map(len, parts)) < 8000
    assert [tuple(one) for part in parts for one in json.loads(part)] == [
        (hint.audience, list(hint.topics)) for hint in hints
    ]


@pytest.mark.parametrize("payload", ["", "{", "7", '["x"]', '[["a"]]', "[[1,2]]", b"\xff"])
def test_strange_messages_on_the_bridge_are_passed_over(payload):
    receive(payload)
