"""Whatever the server or the line does: SearchAwayError, so that readers get the plain look-up and writers try again."""

import logging
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest

from search.engines import SearchAwayError, open_engine
from search.engines.base import CatchUp, SearchRequest
from tests.search.conformance.asking import KEYS, ask, document, word
from tests.search.opensearch.fake import INDEX, error, healthy, mapping, searched, serving

pytest.importorskip("opensearchpy")
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

LOGIN = "anna:salasana"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Let nobody wait long for what will not come."""
    from search.engines.opensearch import server, writing

    monkeypatch.setattr(server, "QUESTION", 0.5)
    monkeypatch.setattr(writing, "_PAUSE", 0.01)


@pytest.fixture
def against():
    """Return a function that opens an engine on a server which answers as given."""
    open_ones = []

    def start(answer, scheme="opensearch", **more):
        context = serving(answer, more.pop("context", None))
        served = context.__enter__()
        open_ones.append(context)
        engine = open_engine(f"{scheme}://{LOGIN}@{served.place}/loikka{more.pop('options', '')}")
        return engine, served

    yield start
    for context in open_ones:
        context.__exit__(None, None, None)


def but(path: str, answer):
    """Return a server that is well except for one address."""
    return lambda asked: (
        (answer(asked) if callable(answer) else answer) if asked.path.endswith(path) else healthy(asked)
    )


def questions(engine):
    return [
        lambda: ask(engine, "sana"),
        lambda: ask(engine, newest_first=True),
        lambda: engine.suggest("sana", KEYS),
        lambda: engine.suggest_tags("sa", KEYS),
        engine.uids,
    ]


def is_away(engine, questions=questions):
    for question in questions(engine):
        engine.server._silent_until = 0.0
        with pytest.raises(SearchAwayError) as away:
            question()
        assert "sala" not in str(away.value)


def test_healthy_server_answers(against):
    engine, served = against(healthy)
    assert ask(engine, "sana") == []
    assert engine.uids() == {}
    engine.upsert([document("page:1", "sana")], ["page:2"])
    assert engine.health(thorough=True).is_well
    assert all(asked.headers["Authorization"].startswith("Basic ") for asked in served.asked)


BROKEN = {
    "no room": (429, error("circuit_breaking_exception")),
    "shut out": (401, "Unauthorized"),
    "forbidden": (403, error("security_exception")),
    "not understood": (400, error("parsing_exception")),
    "fault": (500, error("null_pointer_exception")),
    "away": (503, error("cluster_block_exception")),
    "red": (503, error("search_phase_execution_exception")),
    "gone": (404, error("index_not_found_exception")),
    "not json": (200, "<html>Welcome to nginx</html>"),
    "empty": (200, ""),
    "of another shape": {"took": 1},
    "a list": [1, 2],
    "no http": b"SSH-2.0-OpenSSH_9\r\n",
    "cut off": b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"hits":',
    "hung up": None,
    "out of time": searched() | {"timed_out": True},
    "half an answer": searched() | {"_shards": {"failed": 1}},
}


@pytest.mark.parametrize("how", BROKEN)
def test_any_answer_that_is_none_is_away(against, how):
    engine, _ = against(but("/_search", BROKEN[how]))
    is_away(engine)


@pytest.mark.parametrize("how", BROKEN.keys() - {"out of time", "half an answer"})
def test_index_that_cannot_be_named_is_away(against, how):
    engine, _ = against(but("/_mapping", BROKEN[how]))
    is_away(engine)
    assert not engine.health().is_well
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "sana")])


@pytest.mark.parametrize("how", BROKEN.keys() - {"out of time", "half an answer"})
def test_write_that_is_not_confirmed_is_away(against, how):
    engine, _ = against(but("/_bulk", BROKEN[how]))
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "salaisuus")])


def test_readers_do_not_wait_for_a_server_that_is_silent(against):
    engine, served = against(but("/_search", lambda asked: time.sleep(1)))
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(SearchAwayError, match="does not answer"):
            ask(engine, "sana")
    assert time.monotonic() - began < 0.1
    assert len([asked for asked in served.asked if asked.path.endswith("_search")]) == 1
    # The worker asks all the same, and when it is answered, so do readers.
    assert engine.health().is_well
    with pytest.raises(SearchAwayError):
        ask(engine, "sana")
    assert len([asked for asked in served.asked if asked.path.endswith("_search")]) == 2


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    engine = open_engine(f"opensearch://{LOGIN}@127.0.0.1:{port}")
    is_away(engine)
    assert engine.health().reason == "the server does not answer"
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "sana")])
    with pytest.raises(SearchAwayError):
        engine.rebuild([document("page:1", "sana")])


def test_second_host_answers_for_the_first(against):
    with socket.socket() as free, serving(healthy) as served:
        free.bind(("127.0.0.1", 0))
        engine = open_engine(f"opensearch://127.0.0.1:{free.getsockname()[1]},{served.place}")
        assert [ask(engine, "sana") for _ in range(4)] == [[]] * 4


def test_passwords_and_texts_are_in_no_log(against, caplog):
    caplog.set_level(logging.DEBUG)
    for broken in BROKEN.values():
        engine, _ = against(lambda asked, broken=broken: broken if "_mapping" not in asked.path else healthy(asked))
        is_away(engine)
        with pytest.raises(SearchAwayError):
            engine.upsert([document("page:1", "salaisuus")])
        assert "salasana" not in repr(engine.server)
    told = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert told
    assert "sala" not in told


FOREIGN = {
    "another house": lambda: mapping(house="another"),
    "somebody else's": lambda: {INDEX: {"mappings": {"properties": {}}}},
    "an index, no alias": lambda: {"loikka": mapping()[INDEX]},
}


@pytest.mark.parametrize("how", FOREIGN)
def test_index_of_somebody_else_is_neither_read_nor_replaced(against, how):
    engine, served = against(but("/_mapping", FOREIGN[how]()))
    is_away(engine)
    for write in (lambda: engine.rebuild([document("page:1", "a")]), lambda: engine.upsert([document("page:1", "a")])):
        with pytest.raises(SearchAwayError, match="not this house's"):
            write()
    assert {asked.method for asked in served.asked} <= {"GET"}
    assert "not this house's" in engine.health().reason


def test_index_of_another_layout_is_not_read(against):
    engine, _ = against(but("/_mapping", lambda asked: mapping(layout=999)))
    is_away(engine)
    assert engine.health().reason == "the index has another layout"


def test_two_generations_under_one_name_are_not_read(against):
    engine, _ = against(but("/_mapping", lambda asked: {"loikka-1": mapping()[INDEX], "loikka-2": mapping()[INDEX]}))
    is_away(engine)


def test_red_index_is_not_well(against):
    engine, _ = against(but(INDEX, {"status": "red"}))
    assert "red" in engine.health().reason


def test_index_with_a_damaged_document_is_not_well(against):
    def hits(**source):
        sound = {"uid": "page:1", "weights": "AAAAAAAA"}
        return searched([{"_id": "page:1", "_source": sound | source, "sort": ["page:1"]}])

    for told, reason in ((hits(), ""), (hits(weights="AAA="), "damaged"), (hits(uid="page:2"), "damaged"),
                         (hits(weights="!"), "understood"), (searched(), "cannot be read")):  # fmt: skip
        healthy_count = but("_count", {"count": 1})
        engine, _ = against(
            lambda asked, told=told, well=healthy_count: told if asked.path.endswith("_search") else well(asked)
        )
        assert engine.health().is_well
        assert reason in engine.health(thorough=True).reason
        assert engine.health(thorough=True).is_well is (reason == "")


def bulk(*statuses: int):
    """Return a server that refuses documents: one status after another for each request."""
    waiting = list(statuses)

    def answer(asked):
        uids = [line.split('"')[5] for line in asked.text.splitlines() if line.startswith(('{"index"', '{"delete"'))]
        status = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return {"errors": status >= 300, "items": [
            {"index": {"_id": uid, "status": status, **({"error": error("es_exception")["error"]} if status >= 300 else {})}}
            for uid in uids
        ]}  # fmt: skip

    return but("/_bulk", answer)


def written(served) -> list:
    return [asked for asked in served.asked if asked.path.endswith("/_bulk")]


def test_what_there_was_no_room_for_is_sent_again(against):
    engine, served = against(bulk(429, 429, 201))
    engine.upsert([document("page:1", "a"), document("page:2", "b")])
    assert [asked.text for asked in written(served)] == [written(served)[0].text] * 3


def test_no_room_for_long_is_away(against):
    engine, served = against(bulk(429))
    with pytest.raises(SearchAwayError, match="no room"):
        engine.upsert([document("page:1", "a")])
    assert len(written(served)) == 4


@pytest.mark.parametrize(
    ("status", "reason"),
    [(409, "later"), (404, "missing"), (400, r"refused page:1 \(400 es_exception\)"), (503, "503")],
)
def test_refused_document_is_away(against, status, reason):
    engine, served = against(bulk(status))
    with pytest.raises(SearchAwayError, match=reason) as away:
        engine.upsert([document("page:1", "a")])
    assert len(written(served)) == 1
    assert "sala" not in str(away.value)


def test_large_batches_go_in_several_requests_and_are_seen_at_the_end(against, monkeypatch):
    from search.engines.opensearch import writing

    monkeypatch.setattr(writing, "_MOST_DOCUMENTS", 2)
    engine, served = against(healthy)
    engine.upsert((document(f"page:{n}", "a") for n in range(5)), ["page:9"])
    assert [asked.query.split("&")[0] for asked in written(served)] == [
        "refresh=false",
        "refresh=false",
        "refresh=true",
    ]
    assert all("require_alias=true" in asked.query for asked in written(served))
    monkeypatch.setattr(writing, "_MOST_DOCUMENTS", 500)
    monkeypatch.setattr(writing, "_MOST_BYTES", 10)
    engine.upsert([document(f"page:{n}", "a") for n in range(3)])
    assert len(written(served)) == 6


@pytest.mark.parametrize("where", ["_bulk", "_aliases", "PUT"])
def test_rebuild_that_fails_leaves_no_half_generation_and_the_index_in_use(against, where):
    def answer(asked):
        fails = asked.method == "PUT" if where == "PUT" else asked.path.endswith(where)
        return (500, error("fault")) if fails else healthy(asked)

    engine, served = against(answer)
    with pytest.raises(SearchAwayError):
        engine.rebuild([document("page:1", "a")])
    deleted = [asked.path for asked in served.asked if asked.method == "DELETE"]
    assert deleted == [asked.path for asked in served.asked if asked.method == "PUT" and where != "PUT"]
    assert f"/{INDEX}" not in deleted


def test_what_fails_after_the_change_over_leaves_the_new_generation(against):
    class Meanwhile(CatchUp):
        called = 0

        def changes(self):
            self.called += 1
            if self.called == 2:
                raise RuntimeError("the database went away")
            return [], []

    engine, served = against(healthy)
    with pytest.raises(RuntimeError):
        engine.rebuild([document("page:1", "a")], Meanwhile())
    assert not [asked for asked in served.asked if asked.method == "DELETE"]
    assert [asked for asked in served.asked if asked.path == "/_aliases"]


def test_one_rebuild_at_a_time(against):
    engine, _ = against(healthy)

    def documents():
        with pytest.raises(SearchAwayError, match="another process"):
            engine.rebuild([])
        yield document("page:1", "a")

    assert engine.rebuild(documents()) == 1


def test_deep_pages_are_bounded(against):
    engine, served = against(healthy)
    for offset, limit in ((9_995, 10), (10_000, 10), (1_000_000, 10), (0, 1_000_000)):
        engine.search(SearchRequest(KEYS, newest_first=True, offset=offset, limit=limit))
        engine.search(SearchRequest(KEYS, (word("sana"),), offset=offset, limit=limit))
    sizes = [
        (asked.json.get("from", 0), asked.json["size"]) for asked in served.asked if asked.path.endswith("_search")
    ]
    assert sizes
    assert all(start + size <= 10_000 for start, size in sizes)


def test_certificate_has_to_be_trusted(against, tmp_path):
    key, pem = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    engine, served = against(healthy, "opensearchs", context=context)
    is_away(engine)
    assert served.asked == []
    engine, served = against(healthy, "opensearchs", context=context, options=f"?ca={pem}")
    assert ask(engine, "sana") == []
    assert served.asked


def _certificate(folder):
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a server")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "key.pem", folder / "cert.pem"


def test_words_that_no_encoding_knows_are_away(against):
    engine, _ = against(healthy)
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "a", tags=("\ud800",))])
    with pytest.raises(SearchAwayError):
        engine.suggest_tags("\ud800", KEYS)


def test_pages_answer_without_the_server(cast, house, settings, sign_in):
    settings.SEARCH_URL = f"opensearch://127.0.0.1:{_free_port()}"
    for name, user in cast.people.items():
        answer = sign_in(user).get("/search/", {"q": "salaisuusvault"})
        assert answer.status_code == 200
        assert b"Search is being rebuilt" in answer.content
        assert (b"Kuutamoretki vault" in answer.content) is (name in {"aino", "ben", "mika"})


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
