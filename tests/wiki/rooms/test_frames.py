"""What a client sends may be anything: the connection ends, the room and the server go on."""

import json
import os
import random
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from intranet.text import MAX_PAGE
from tests.wiki.rooms.editors import SharedDocument, until
from wiki.models import Room
from wiki.rooms import room
from wiki.rooms.documents import BadDocument, Document, check_update

MALFORMED = [
    b"", b"\x00", b"\xff" * 40, b"not an update", b"\x01\x01\x01\x00\x04\x01\x04body\xff\xff\xff\xff\x0f",
    "", "x", "null", "[]", "1", '"caret"', "{}", '{"type": "saved"}', '{"type": 1}', '{"type": "caret", "caret": 5}',
    '{"type": "caret", "caret": ["a"]}', '{"type": "caret", "caret": ["<b>", "<i>"]}',
    '{"type": "caret", "caret": [["AA=="], "AA=="]}', json.dumps({"type": "caret", "caret": ["A" * 200, "AA=="]}),
    json.dumps({"type": "caret", "caret": None, "more": "x" * 5_000}), '{"type": "bring"}',
    '{"type": "bring", "text": 5}', '{"type": "bring", "text": "a", "before": 1}',
    '{"type": "bring", "text": "a", "base": "1"}', '{"type": "bring", "text": "a", "base": true}', "[" * 10_000,
    '{"type": "caret", "caret": ["AA==\\n", "AA=="]}',
]  # fmt: skip


@pytest.mark.parametrize("message", MALFORMED)
def test_malformed_message_ends_the_connection_and_nothing_else(cast, plan, come, message):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.socket.send(message)
    assert ben.is_ended()
    assert ben.closed == 4400
    again = come(cast.ben, plan)
    again.add("Still here.\n")
    assert aino.sees("Still here.")
    assert aino.closed is None


@pytest.mark.parametrize("text", ["\x00", "a\x00b\r\nc", "\ud800", "\u202e right", "x" * (MAX_PAGE + 10)])
def test_hostile_text_that_is_brought_is_made_clean(cast, plan, come, text):
    aino = come(cast.aino, plan)
    aino.socket.send(json.dumps({"type": "bring", "text": plan.body + text, "base": 2**63}))
    assert until(lambda: aino.said("brought"))
    assert "\x00" not in aino.text
    assert "\r" not in aino.text
    assert len(aino.text) <= MAX_PAGE


def test_message_that_is_too_large_ends_the_connection(cast, plan, come, settings):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    # The house may hang up while the rest is still being sent.
    with suppress(ConnectionClosed):
        ben.socket.send(b"x" * (settings.SOCKET_MESSAGE_BYTES + 1))
    assert ben.is_ended()
    assert aino.closed is None


def test_whoever_sends_too_fast_is_ended(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    for _ in range(2_000):
        if ben.closed is not None:
            break
        with suppress(ConnectionClosed):
            ben.say(type="caret", caret=None)
    assert ben.is_ended()
    assert ben.closed == 4429
    assert aino.closed is None


def test_document_does_not_grow_without_end(cast, plan, come, monkeypatch):
    monkeypatch.setattr("wiki.actions.rooms.MAX_SIZE", 20_000)
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.add("x" * 30_000)
    assert ben.is_ended()
    assert ben.closed == 4413
    assert aino.is_ended()
    assert Room.objects.get(page=plan).size < 20_000


def test_something_that_is_no_text_makes_the_room_begin_anew(cast, plan, come):
    from pycrdt import Array

    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.document._text.insert_embed(0, {"picture": 1})
    ben.send(ben.document.update)
    assert ben.kept()
    other = SharedDocument()
    other._doc["more"] = Array([1, 2])
    ben.send(other.update)
    aino.go()
    again = come(cast.aino, plan)
    assert again.text == plan.body
    assert ben.is_ended()
    assert ben.closed == 4409


def test_bytes_at_random_are_an_update_or_refused():
    document = Document()
    document.write("Hello 😀 world, and more of it.")
    whole, chance = document.update, random.Random(5)
    for _ in range(3_000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        for data in (bytes(broken), os.urandom(chance.randint(0, 50))):
            try:
                check_update(data)
                Document(whole, data)
            except BadDocument:
                continue


@pytest.mark.parametrize("number", ["efc7f8af71", "ffffffff07", "ffffff7f", "ffff7f", "33"])
def test_update_that_promises_more_than_it_has_is_refused_before_room_is_made_for_it(number):
    with pytest.raises(BadDocument, match="more writers"):
        check_update(bytes.fromhex(number) + bytes(40))


def test_document_that_is_spoilt_ends_its_own_room_alone(cast, plan, come, monkeypatch):
    from wiki import actions

    other = actions.create_page(actor=cast.aino, community=cast.lab, title="Other", body="One.\n")
    aino, ben = come(cast.aino, plan), come(cast.ben, other)
    read = room._news

    def news(page, *words):
        if page == plan.pk:
            raise BadDocument("spoilt between a save and the look at it")
        return read(page, *words)

    monkeypatch.setattr(room, "_news", news)
    for page in (plan, other):
        actions.save_page(
            actor=cast.mika, page=page.pk, base_revision_id=page.live_revision_id, body=f"{page.body}\nMika's.\n"
        )
    assert aino.is_ended()
    assert aino.closed == 4409
    assert ben.sees("Mika's.")
    assert ben.closed is None
