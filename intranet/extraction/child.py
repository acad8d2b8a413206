"""Run as a program of its own: reads a document from standard input and writes its words. Knows nothing of the house."""

from __future__ import annotations

import io
import resource
import sys
import zipfile
from collections.abc import Iterator

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 15
MAX_CHARACTERS = 200_000
MAX_PART = 64 * 1024 * 1024  # bytes of one file inside a document, unpacked
MAX_UNPACKED = 192 * 1024 * 1024  # and of all of them together
MAX_PARTS = 2_000
MAX_PAGES = 1_000
MAX_CELLS = 200_000


def limit() -> None:
    """Give back what this process does not need; the kernel holds it to that."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,  # writes to no file; pipes are none
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))


def read_pdf(content: bytes) -> Iterator[str]:
    """The words of a PDF, page by page; one that needs a password is refused."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("protected")
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        yield page.extract_text() or ""


def open_zip(content: bytes) -> zipfile.ZipFile:
    """Open the archive a document is, after looking at the sizes it declares."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise ValueError("too large")
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one file of the archive, never more than it may have, whatever it declares."""
    with archive.open(name) as part:
        data = part.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise ValueError("too large")
    return data


def words_of_xml(data: bytes, block: str) -> Iterator[str]:
    """The text of Office's XML, a line for each element called `block`; entities and DTDs are refused."""
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    line: list[str] = []
    for _event, element in iterparse(io.BytesIO(data), forbid_dtd=True):
        name = element.tag.rpartition("}")[2]
        if name == "t":
            line.append(element.text or "")
        elif name in {"tab", "br", "cr"}:
            line.append(" ")
        elif name == block:
            yield " ".join("".join(line).split())
            line = []
        element.clear()


def read_docx(content: bytes) -> Iterator[str]:
    """The words of a Word document with its headers, footers and notes."""
    archive = open_zip(content)
    wanted = ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml", "word/endnotes.xml")
    for name in sorted(archive.namelist()):
        if name.startswith(wanted) and name.endswith(".xml"):
            yield from words_of_xml(read_part(archive, name), "p")


def read_pptx(content: bytes) -> Iterator[str]:
    """The words of a presentation with the notes of its speaker."""
    archive = open_zip(content)
    for name in sorted(archive.namelist(), key=lambda one: (len(one), one)):
        if name.startswith(("ppt/slides/slide", "ppt/notesSlides/notesSlide")) and name.endswith(".xml"):
            yield from words_of_xml(read_part(archive, name), "p")


def read_xlsx(content: bytes) -> Iterator[str]:
    """The names of the sheets and what stands in their cells."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    open_zip(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    cells = 0
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            cells += len(row)
            if cells > MAX_CELLS:
                return
            yield " ".join(str(value) for value in row if value is not None)


def read_odf(content: bytes) -> Iterator[str]:
    """The words of an OpenDocument text, spreadsheet or presentation."""
    archive = open_zip(content)
    from defusedxml.ElementTree import fromstring

    root = fromstring(read_part(archive, "content.xml"), forbid_dtd=True)
    for element in root.iter():
        if element.tag.rpartition("}")[2] in {"p", "h"}:
            yield " ".join("".join(element.itertext()).split())


def read_txt(content: bytes) -> Iterator[str]:
    """Plain words."""
    yield content.decode("utf-8", "replace")


READERS = {
    "pdf": read_pdf, "docx": read_docx, "pptx": read_pptx, "xlsx": read_xlsx, "odf": read_odf, "txt": read_txt,
}  # fmt: skip


def main(kind: str) -> int:
    """Write the words of what comes in, as many as are wanted; 1 for what could not be read."""
    content = sys.stdin.buffer.read()
    limit()
    left = MAX_CHARACTERS
    try:
        for piece in READERS[kind](content):
            if text := piece.strip()[:left]:
                sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
                left -= len(text) + 1
            if left <= 0:
                break
        sys.stdout.buffer.flush()
    except BaseException as error:  # decoders raise whatever they stumble over, MemoryError among it
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
