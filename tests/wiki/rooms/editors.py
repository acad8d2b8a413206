"""Editors without a browser: the same messages over a real WebSocket, the same document."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from django.conf import settings
from django.db import connections
from pycrdt import Doc, Text
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from intranet.activity.live import rights
from wiki.rooms.documents import NOTHING, BadDocument, Document
from wiki.rooms.hall import hall_of

PATIENCE = 8.0


def until(condition, patience: float = PATIENCE) -> bool:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


@contextmanager
def serving() -> Iterator[str]:
    """The whole house, served by uvicorn in a thread; yields its address."""
    from intranet.asgi import application, close_streams

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, log_level="warning", timeout_graceful_shutdown=2, lifespan="off", ws="websockets-sansio",
        ws_max_size=settings.SOCKET_MESSAGE_BYTES, ws_per_message_deflate=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        hall = hall_of(loops[0])
        loops[0].call_soon_threadsafe(close_streams)
        assert until(lambda: not hall.rooms)
        server.should_exit = True
        thread.join(10)
        hall._pool.submit(connections.close_all).result()
        hall._pool.shutdown()
        rights.pool.submit(connections.close_all).result()
        listener.close()


class SharedDocument(Document):
    """A document that the thread of a test and that of its connection use in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._doc = Doc(allow_multithreading=True)
        self._text = self._doc.get("body", type=Text)


class Editor:
    """Somebody with the page open in the editor, in a thread of its own."""

    def __init__(self, server: str, cookie: str, page: int, **headers: str) -> None:
        self.server, self.page = server, page
        self.headers = {"Cookie": f"loikka_session={cookie}", **headers}
        self.cookie = cookie
        self.lock = threading.RLock()
        self.document = SharedDocument()
        self.key = ""
        self.base: int | None = None
        self.words: list[dict] = []
        self.sent = 0
        self.closed: int | None = None
        self.closed_at = 0.0
        self.unsent: list[bytes] = []
        self.socket = None
        self.connect()

    def connect(self) -> None:
        """Come in, or raise websockets' InvalidStatus."""
        self.closed, self.has_document = None, False
        self.words.clear()
        self.socket = connect(
            f"{self.server.replace('http', 'ws')}/live/pages/{self.page}",
            additional_headers=self.headers,
            origin=self.server,
            max_size=None,
            compression=None,
            proxy=None,
        ).__enter__()
        threading.Thread(target=self._run, args=(self.socket,), daemon=True).start()
        assert until(lambda: self.said("hello") or self.closed), "no hello"
        assert until(lambda: self.has_document or self.closed), "no document"
        if self.sent or self.unsent:
            self.sent = 0
            self.unsent.clear()
            self.send(self.document.update)

    def _run(self, socket) -> None:
        try:
            for message in socket:
                with self.lock:
                    if isinstance(message, bytes):
                        self.document.apply([message])
                        self.has_document = True
                    else:
                        words = json.loads(message)
                        if self.key and words.get("key", self.key) != self.key:
                            self._begin_anew()
                        self.words.append(words)
                        self.key = words.get("key", self.key)
                        self.base = words.get("base", self.base)
        except (ConnectionClosed, BadDocument):
            socket.close()  # a browser goes on with the form alone
        finally:
            self.closed = socket.close_code
            self.closed_at = time.monotonic()

    def _begin_anew(self) -> None:
        """The room is another one: what is typed here goes into it as a text."""
        text, self.document = self.document.text, SharedDocument()
        self.sent = 0
        self.unsent.clear()
        self.say(type="bring", base=self.base, text=text)

    def said(self, kind: str) -> list[dict]:
        """Return what the house said of this kind."""
        return [words for words in list(self.words) if words["type"] == kind]

    @property
    def text(self) -> str:
        with self.lock:
            return self.document.text

    @property
    def people(self) -> list[dict]:
        found = [words for words in list(self.words) if "people" in words]
        return found[-1]["people"] if found else []

    def write(self, text: str) -> None:
        """Turn the text into this one, like somebody typing."""
        with self.lock:
            self.send(self.document.write(text))

    def add(self, words: str) -> None:
        """Type at the end."""
        with self.lock:
            self.write(self.text + words)

    def send(self, update: bytes) -> None:
        if update == NOTHING:
            return
        if self.closed is not None:
            self.unsent.append(update)
            return
        self.sent += 1
        self.socket.send(update)

    def say(self, **words) -> None:
        self.socket.send(json.dumps(words))

    def sees(self, text: str, patience: float = PATIENCE) -> bool:
        return until(lambda: text in self.text, patience)

    def kept(self) -> bool:
        """Wait until everything this editor typed is in the database."""
        return until(lambda: self.sent == 0 or (self.said("kept") or [{"count": 0}])[-1]["count"] >= self.sent)

    def is_ended(self, patience: float = PATIENCE) -> bool:
        return until(lambda: self.closed is not None, patience)

    def go(self) -> None:
        """Leave the page."""
        self.socket.close(1001)

    def fall(self) -> None:
        """Lose the network without a word."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)
        assert self.is_ended()

    def save(self, *, title: str, text: str | None = None, with_state: bool = True, **fields) -> httpx.Response:
        """Press Save in the form of the page."""
        with self.lock:
            body = self.text if text is None else text
            state = base64.b64encode(self.document.update).decode() if with_state else ""
            base = self.base
        data = {
            "title": title, "body": body, "base_revision": base, "language": "en", "tags": "",
            "live_key": self.key if with_state else "", "live_state": state, **fields,
        }  # fmt: skip
        return submit(self.server, self.cookie, f"/wiki/id/{self.page}/edit/", data)


def submit(server: str, cookie: str, path: str, data: dict) -> httpx.Response:
    """Send a form as a browser would."""
    token = "a" * 32
    with httpx.Client(trust_env=False, timeout=60, follow_redirects=False) as client:
        return client.post(
            server + path,
            data={**data, "csrfmiddlewaretoken": token},
            headers={"Cookie": f"loikka_session={cookie}; {settings.CSRF_COOKIE_NAME}={token}", "Origin": server},
        )


def refusal(server: str, cookie: str, page: int | str, **headers: str) -> tuple[int, bytes, dict]:
    """Return how a connection was refused: status, body, headers without the clock."""
    origin = headers.pop("Origin", server)
    try:
        with connect(
            f"{server.replace('http', 'ws')}/live/pages/{page}",
            additional_headers={"Cookie": f"loikka_session={cookie}", **headers},
            origin=origin or None,
            proxy=None,
        ):
            return 101, b"", {}
    except InvalidStatus as refused:
        answer = refused.response
        return answer.status_code, answer.body, {k: v for k, v in answer.headers.raw_items() if k.lower() != "date"}
