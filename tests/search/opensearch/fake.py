"""An HTTP server that answers as a test says: the engine, its client and the connection between are the real ones."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

INDEX = "loikka-1"


def mapping(**changes) -> dict:
    """Return what a healthy index of this house says of itself."""
    from search.analysis import analyzer_version
    from search.engines.opensearch.layout import LAYOUT, house

    mark = {"house": house(), "layout": LAYOUT, "analyzer": analyzer_version(), **changes}
    return {INDEX: {"mappings": {"_meta": {"loikka": mark}}}}


def searched(hits=(), **aggregations) -> dict:
    """Return the answer to a search."""
    told = {
        "kinds": {"values": {"buckets": []}},
        "length": {"value": 1.0},
        "title_length": {"value": 1.0},
        **aggregations,
    }
    return {
        "timed_out": False, "_shards": {"failed": 0}, "aggregations": told,
        "hits": {"total": {"value": 0}, "hits": list(hits)},
    }  # fmt: skip


def error(kind: str) -> dict:
    """Return what the server says of an error; its reason repeats what was asked, as servers do."""
    return {"error": {"type": kind, "reason": "secret salaisuus"}, "status": 0}


Answer = Callable[[SimpleNamespace], object]


def healthy(asked: SimpleNamespace) -> object:
    """Answer everything as a server does that is well and has an empty index."""
    if asked.path.endswith("/_mapping"):
        return mapping()
    if asked.path.endswith("/_search"):
        answer = searched()
        count = len(asked.json["aggs"]["words"]["filters"]["filters"]) if "words" in asked.json.get("aggs", {}) else 0
        answer["aggregations"]["words"] = {"buckets": [{"doc_count": 3}] * count}
        answer["aggregations"]["tags"] = {"buckets": []}
        return answer
    if asked.path.endswith("/_bulk"):
        kinds = [line for line in map(json.loads, asked.text.splitlines()) if {"index", "delete"} & line.keys()]
        return {
            "errors": False,
            "items": [{"index": {"_id": one["index"]["_id"], "status": 201}} for one in kinds if "index" in one],
        }
    if asked.path.startswith("/_cluster/health"):
        return {"status": "green"}
    return {"count": 0} if asked.path.endswith("/_count") else {"acknowledged": True}


@contextmanager
def serving(answer: Answer, context=None):
    """Serve on a free port: `answer` is given what was asked and returns JSON, (status, JSON), or bytes to send as they are."""
    asked_all: list[SimpleNamespace] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path, _, query = self.path.partition("?")
            text = body.decode()
            asked = SimpleNamespace(
                method=self.command, path=path, query=query, text=text, headers=self.headers,
                json=json.loads(text) if text.startswith("{") and "\n{" not in text else None,
            )  # fmt: skip
            asked_all.append(asked)
            given = answer(asked)
            if given is None:  # the line is cut
                self.close_connection = True
                return
            if isinstance(given, bytes):
                self.wfile.write(given)
                self.close_connection = True
                return
            status, told = given if isinstance(given, tuple) else (200, given)
            data = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815

        def log_message(self, *args):
            pass

        def handle(self):
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # a client that will not trust us goes away in the middle
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield SimpleNamespace(port=server.server_port, asked=asked_all, place=f"127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
