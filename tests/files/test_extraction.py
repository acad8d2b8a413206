"""The words of documents, and what becomes of documents that mean harm."""

import io
import time
import zipfile
import zlib
from contextlib import suppress

import openpyxl
import pytest

from intranet.extraction import READABLE, UnreadableError, read_text

TYPES = {kind: media_type for media_type, kind in READABLE.items()}
ODT = "application/vnd.oasis.opendocument.text"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
OPEN = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    text = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": text})


def pdf(text: str) -> bytes:
    """A page with one line, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return assemble(objects)


def assemble(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def read(content: bytes, kind: str, tmp_path, **more) -> str:
    path = tmp_path / "document"
    path.write_bytes(content)
    with path.open("rb") as file:
        return read_text(file, TYPES.get(kind, kind), **more)


def test_words_of_every_kind_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Pumput"
    book.active.append(["Tiiviste", 12, None])
    sheet = io.BytesIO()
    book.save(sheet)
    slide = f"<a:p {DRAWING}><a:r><a:t>Vuosi</a:t></a:r><a:r><a:t>kello</a:t></a:r></a:p>"
    content = f"<o {OPEN}><text:h>Otsikko</text:h><text:p>yksi <text:span>kaksi</text:span> kolme</text:p></o>"
    assert read(docx("Hyvää", "huomenta &amp; iltaa"), "docx", tmp_path) == "Hyvää\nhuomenta & iltaa\n"
    assert read(archive({"ppt/slides/slide1.xml": slide}), "pptx", tmp_path) == "Vuosikello\n"
    assert read(sheet.getvalue(), "xlsx", tmp_path) == "Pumput\nTiiviste 12\n"
    assert read(archive({"content.xml": content}), ODT, tmp_path) == "Otsikko\nyksi kaksi kolme\n"
    assert "Pump manual" in read(pdf("Pump manual"), "pdf", tmp_path)
    assert read("åäö\x00".encode(), "txt", tmp_path) == "åäö\n"


BOMB = b"<w:p>" + b"<w:t>" + b"A" * (80 * 1024 * 1024) + b"</w:t></w:p>"
LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or chr(97)};" * 10}">' for n in range(1, 9))
    + "]>"
    f"<w:document {WORD}><w:p><w:t>&a8;</w:t></w:p></w:document>"
)
OUTSIDE = (
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {WORD}><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:document>"
)


def lying_bomb() -> bytes:
    """A zip whose directory says that its only file is small."""
    content = bytearray(archive({"word/document.xml": BOMB}))
    size = len(BOMB).to_bytes(4, "little")
    return bytes(content.replace(size, (100).to_bytes(4, "little")))


def pdf_bomb() -> bytes:
    """A stream that is deflated twice and unpacks to a gigabyte."""
    packed = zlib.compress(zlib.compress(b"0" * 2**20 * 200, 9) * 5, 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream])


def endless_pdf() -> bytes:
    """A tree of pages that is its own child."""
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>"])


HOSTILE = {
    "zip bomb": ("docx", lambda: archive({"word/document.xml": BOMB})),
    "zip bomb that lies": ("docx", lying_bomb),
    "many parts": ("pptx", lambda: archive({f"ppt/slides/slide{n}.xml": "<a/>" for n in range(2_500)})),
    "billion laughs": ("docx", lambda: archive({"word/document.xml": LAUGHS})),
    "entity of a file": ("docx", lambda: archive({"word/document.xml": OUTSIDE})),
    "entity in an odt": (ODT, lambda: archive({"content.xml": OUTSIDE})),
    "broken zip": ("docx", lambda: docx("x")[:-40]),
    "no sheet": ("xlsx", lambda: archive({"xl/workbook.xml": "<x/>"})),
    "no pdf": ("pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100),
    "empty": ("pdf", lambda: b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_document_could_not_be_read(name, tmp_path):
    kind, make = HOSTILE[name]
    with pytest.raises(UnreadableError):
        read(make(), kind, tmp_path)


@pytest.mark.parametrize("make", [pdf_bomb, endless_pdf])
def test_document_that_unpacks_without_end_ends(make, tmp_path):
    started = time.monotonic()
    with suppress(UnreadableError):
        assert len(read(make(), "pdf", tmp_path)) <= 200_000
    assert time.monotonic() - started < 25


def test_document_that_takes_too_long_is_left(tmp_path):
    with pytest.raises(UnreadableError):
        read(docx("x"), "docx", tmp_path, seconds=0.001)


def test_no_more_is_kept_than_can_be_searched(tmp_path):
    assert len(read(b"word " * 100_000, "txt", tmp_path)) == 200_000
