"""A page as PDF: what it shows, what it must not show, and what a hostile page cannot make of it."""

import io
import re
import threading
import time

import pypdf
import pytest
from PIL import Image

from feed.actions import add_file
from intranet.guarded import ChildFailed
from tests.wiki.test_visibility import CAST, READERS
from wiki import downloads
from wiki.models import WikiPage
from wiki.pdf import make

LONG = "\n\n".join(
    f"## Luku {n}\n\n" + "Epäjärjestelmällistyttämättömyydellään kahvinkeittimen strategia. " * 60 for n in range(6)
)


def pdf_of(user, page, client):
    answer = client.get(f"/wiki/id/{page.pk}/pdf/")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(content))


def words(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.fixture
def picture(cast):
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "PNG")
    return content.getvalue()


def test_page_has_title_contents_page_numbers_and_divided_words(cast, write, sign_in):
    page = write("Kahvin keitto", LONG, language="fi")
    reader = pdf_of(cast.cleo, page, sign_in(cast.cleo))
    text = words(reader)
    assert len(reader.pages) > 3
    first = reader.pages[0].extract_text()
    assert "Kahvin keitto" in first
    assert "Luku 5" in first
    assert "Aino" in first
    assert f"1 / {len(reader.pages)}" in first
    # The contents name the page each chapter is on.
    number = next(n for n, sheet in enumerate(reader.pages[1:], 2) if "Luku 4" in sheet.extract_text())
    assert re.search(rf"Luku 4\W+{number}\b", first), first
    divided = re.findall(r"(\w+)[‐-]\n(\w+)", text)
    assert len(divided) > 5
    assert all(right[0] not in "aeiouyäö" and right[1] in "aeiouyäö" for _left, right in divided), divided
    assert reader.metadata.title == "Kahvin keitto"
    assert reader.outline


@pytest.mark.parametrize("who", CAST)
def test_everybody_gets_a_document_of_what_she_may_read(cast, write, sign_in, who):
    page = write("Secret", "canary", community=cast.lab)
    answer = sign_in(cast.people[who]).get(f"/wiki/id/{page.pk}/pdf/")
    assert answer.status_code == (200 if who in READERS["lab"] else 404)
    if who in READERS["lab"]:
        assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_picture_is_shown_to_those_who_may_see_it(cast, write, sign_in, picture):
    mine = add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(picture), name="kaavio ä & b.png")
    page = write("With picture", f"![a plan]({mine.get_absolute_url()}?w=320)")
    assert len(pdf_of(cast.cleo, page, sign_in(cast.cleo)).pages[0].images) == 1
    theirs = add_file(actor=cast.ben, community=cast.lab, file=io.BytesIO(picture), name="b.png")
    write("In the lab", f"![x]({theirs.get_absolute_url()})", community=cast.lab, actor=cast.ben)
    page = write("Names it", f"![x]({theirs.get_absolute_url()})")
    assert len(pdf_of(cast.ben, page, sign_in(cast.ben)).pages[0].images) == 1
    assert len(pdf_of(cast.cleo, page, sign_in(cast.cleo)).pages[0].images) == 0


@pytest.fixture
def listener():
    """A server on loopback that notes whoever calls."""
    import socket

    calls = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stopped = threading.Event()

    def listen():
        while not stopped.is_set():
            try:
                calls.append(server.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    stopped.set()
    thread.join()
    server.close()


def test_no_text_makes_it_call_a_network_or_read_a_file(cast, write, sign_in, tmp_path, listener):
    port, calls = listener
    secret = tmp_path / "secret.png"
    Image.new("RGB", (9, 9)).save(secret)
    page = write("Hostile", "x")
    html = "".join(
        f'<img src="{url}"><link rel="stylesheet" href="{url}"><link rel="attachment" href="{url}">'
        f'<object data="{url}"></object><embed src="{url}"><div style="background:url({url})">x</div>'
        f"<style>@import url({url}); @font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>"
        for url in (f"http://127.0.0.1:{port}/a.png", f"file://{secret}", f"//127.0.0.1:{port}/b.css", "file:///etc/passwd",
                    "/files/../../../../etc/passwd", "/etc/passwd", f"ftp://127.0.0.1:{port}/x")
    )  # fmt: skip
    WikiPage.objects.filter(pk=page.pk).update(
        html=f"<p>{html}</p>"
    )  # past the sanitiser, which lets none of it through
    reader = pdf_of(cast.aino, page, sign_in(cast.aino))
    assert calls == []
    assert sum(len(sheet.images) for sheet in reader.pages) == 0
    assert not reader.attachments
    assert "root:" not in words(reader)


def test_endless_work_is_stopped_and_said_in_words(cast, write, sign_in, monkeypatch):
    monkeypatch.setattr(make, "SECONDS", 2)
    page = write("Endless", "x")
    WikiPage.objects.filter(pk=page.pk).update(html="<table><tr><td>x</td></tr></table>" * 60_000)
    client = sign_in(cast.aino)
    began = time.monotonic()
    answer = client.get(f"/wiki/id/{page.pk}/pdf/", follow=True)
    assert time.monotonic() - began < 20
    assert "too large or too complicated" in answer.content.decode()


def test_memory_is_bounded(cast, write, monkeypatch):
    monkeypatch.setattr(make, "MEMORY", 120 << 20)
    page = WikiPage.objects.select_related("community").get(pk=write("Large", LONG).pk)
    with pytest.raises(make.PdfFailed):
        make.write_pdf(user=cast.aino, page=page, stream=io.BytesIO())


def test_missing_libraries_are_said_in_words(cast, write, sign_in, monkeypatch):
    def missing(*_arguments, **_limits):
        raise ChildFailed(3, "cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(make, "run_guarded", missing)
    page = write("Page", "x")
    said = sign_in(cast.aino).get(f"/wiki/id/{page.pk}/pdf/", follow=True).content.decode()
    assert "libraries are missing" in said


def test_third_at_a_time_is_asked_to_wait(cast, write, sign_in, monkeypatch):
    monkeypatch.setattr(downloads, "AT_A_TIME", threading.BoundedSemaphore(1))
    page = write("Page", "x")
    client = sign_in(cast.aino)
    with downloads.AT_A_TIME:
        answer = client.get(f"/wiki/id/{page.pk}/export/", follow=True)
        assert "Others are exporting" in answer.content.decode()
        assert client.get(f"/api/v1/pages/{page.pk}/export").status_code == 503
    assert b"".join(client.get(f"/wiki/id/{page.pk}/export/").streaming_content).startswith(b"PK")


def test_programs_get_the_same(cast, write, sign_in):
    page = write("Page", "x")
    client = sign_in(cast.cleo)
    for url, kind in (
        (f"/api/v1/pages/{page.pk}/export", b"PK"), (f"/api/v1/pages/{page.pk}/export?format=pdf", b"%PDF"),
        ("/api/v1/communities/yard/export", b"PK"),
    ):  # fmt: skip
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert b"".join(answer.streaming_content).startswith(kind)
    assert client.get(f"/api/v1/pages/{page.pk}/export?format=exe").status_code == 422
    assert client.get("/api/v1/communities/lab/export").status_code == 404
