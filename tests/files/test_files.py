"""U1 to U4: uploads are what their content is, images are made anew, names are only names."""

import io
import struct
import zipfile
import zlib
from contextlib import suppress
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from intranet.files import (
    MAX_NAME,
    FileRefused,
    Kind,
    UnreadableImage,
    is_shown_inline,
    open_image,
    prepare,
    recognise,
    response_headers,
    safe_name,
    square_avatar,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **terms: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 1).save(out, kind, **terms)
    return out.getvalue()


def upload(content: bytes, name: str = "x.png"):  # type: ignore[no-untyped-def]
    return prepare(io.BytesIO(content), name)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


# -- the type is that of the content


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_images_of_the_web_are_recognised(kind: str, media_type: str) -> None:
    assert recognise(picture(kind)) == Kind(media_type, {"JPEG": "jpg"}.get(kind, kind.lower()), is_image=True)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (zipped("a.txt"), "application/zip"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("hyvää päivää\n".encode(), "text/plain"),
        (SVG, "text/plain"),
        (HTML, "text/plain"),
        (b'<?xml version="1.0"?><svg/>', "text/plain"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "application/octet-stream"),
        (b"PK\x03\x04broken", "application/octet-stream"),
        (bytes(range(256)), "application/octet-stream"),
    ],
)
def test_other_contents_are_downloads(content: bytes, media_type: str) -> None:
    kind = recognise(content)
    assert kind.media_type == media_type
    assert not is_shown_inline(kind)


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.html", "x.svg", "x", "x.png.html"])
@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        b"<?xml version='1.0'?><!DOCTYPE svg><svg/>",
        b"\xef\xbb\xbf<html>",
        b"#!/bin/sh\n",
        b"%PDF-1.4 <script>",
    ],
)
def test_no_name_makes_active_content_inline(content: bytes, name: str) -> None:
    prepared = upload(content, name)
    headers = response_headers(prepared.kind, prepared.name)
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Type"].split(";")[0] in ("text/plain", "application/octet-stream", "application/pdf")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_hides_behind_the_pixels_is_gone(kind: str) -> None:
    for hidden in (HTML, SVG, zipped("evil.html"), b"<?php system($_GET[0]); ?>"):
        prepared = upload(picture(kind) + hidden)
        assert prepared.kind.is_image
        assert hidden not in prepared.content
        assert b"script" not in prepared.content


def test_comment_of_a_gif_and_text_of_a_png_are_gone() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    assert b"script" not in upload(picture("PNG", pnginfo=info)).content
    assert b"script" not in upload(picture("GIF", comment=b"<script>alert(1)</script>")).content


# -- images


def test_place_and_camera_are_removed_and_the_picture_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (60.0, 10.0, 5.0)
    for kind in ("JPEG", "WEBP", "PNG"):
        content = picture(kind, exif=exif)
        assert b"SecretCamera" in content
        prepared = upload(content)
        assert (prepared.width, prepared.height) == (200, 400)
        again = Image.open(io.BytesIO(prepared.content))
        assert not again.getexif()
        assert "exif" not in again.info
        assert "icc_profile" not in again.info
        assert b"SecretCamera" not in prepared.content
        assert not any(b"SecretCamera" in thumbnail for thumbnail in prepared.thumbnails.values())


def test_thumbnails_are_webp_of_the_asked_widths_and_never_larger_than_the_image() -> None:
    prepared = upload(picture(size=(1200, 600)))
    sizes = {width: Image.open(io.BytesIO(content)) for width, content in prepared.thumbnails.items()}
    assert {width: image.size for width, image in sizes.items()} == {320: (320, 160), 960: (960, 480)}
    assert {image.format for image in sizes.values()} == {"WEBP"}
    assert upload(picture(size=(300, 10))).thumbnails == {}


def test_transparency_is_kept() -> None:
    prepared = upload(picture(mode="RGBA"))
    assert Image.open(io.BytesIO(prepared.content)).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_every_mode_of_pixels_is_taken(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (50, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert upload(out.getvalue()).width == 50


def test_animation_keeps_its_first_picture_as_png() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    prepared = upload(out.getvalue(), "dance.gif")
    assert (prepared.name, prepared.kind.media_type) == ("dance.png", "image/png")
    assert Image.open(io.BytesIO(prepared.content)).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that declares any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "size", [(97_000_000, 1_048_000_000), (60_000, 60_000), (8_000, 8_000), (1, 50_000), (2**31 - 1, 1)]
)
def test_image_bombs_are_refused_before_they_are_unpacked(size: tuple[int, int]) -> None:
    start = thread_time()
    with pytest.raises(UnreadableImage):
        upload(bomb(*size))
    assert thread_time() - start < 0.5


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_truncated_and_damaged_images_are_refused_or_read_but_never_crash(kind: str) -> None:
    content = picture(kind, size=(120, 90))
    with pytest.raises(UnreadableImage, match="cannot be read"):
        upload(content[: len(content) // 3] if kind != "JPEG" else content[:100])
    for at in range(0, len(content), 7):
        damaged = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        for broken in (damaged, content[:at]):
            with suppress(FileRefused):
                assert upload(broken).content


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "EPS", "PCX", "TGA"])
def test_no_other_decoder_of_pillow_is_reached(kind: str) -> None:
    content = picture(kind)
    assert not recognise(content).is_image
    with pytest.raises(UnreadableImage):
        open_image(content)


def test_avatar_is_a_square_without_metadata() -> None:
    avatar = Image.open(io.BytesIO(square_avatar(picture("JPEG", size=(300, 900)), 128)))
    assert (avatar.size, avatar.format) == ((128, 128), "WEBP")
    with pytest.raises(UnreadableImage):
        square_avatar(SVG, 128)


# -- sizes


def test_too_large_and_empty_files_are_refused_and_not_read_to_the_end() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "read without a limit"
            self.taken += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(FileRefused, match="larger than 25 MB") as refused:
        prepare(endless, "x")  # type: ignore[arg-type]
    assert refused.value.reason == "too_large"
    assert endless.taken == 25 * 1024 * 1024 + 1
    with pytest.raises(FileRefused, match="empty"):
        upload(b"")


def test_zip_bombs_are_named_and_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(20):
            archive.writestr(f"../../{n}.xml", b"\0" * 5_000_000)
    start = thread_time()
    assert recognise(out.getvalue()).media_type == "application/zip"
    assert thread_time() - start < 0.3


# -- names

TRAVERSALS = [
    up * depth + target
    for up in (
        "../",
        "..\\",
        "/",
        "\\",
        "....//",
        "..%2f",
        "%2e%2e/",
        "..;/",
        "C:\\",
        "\\\\server\\share\\",
        "./",
        "\u202e/",
        "..\x00/",
    )
    for depth in (1, 3, 9)
    for target in (
        "etc/passwd",
        "x.png",
        "",
        ".",
        "..",
        "con",
        "NUL.txt",
        ".htaccess",
        "a\r\nSet-Cookie: x=y",
        'a"b.html',
        "a;b",
    )
]


@pytest.mark.parametrize("kind", [None, Kind("image/png", "png", is_image=True)])
def test_no_name_is_a_path_or_a_header(kind: Kind | None) -> None:
    for name in TRAVERSALS:
        made = safe_name(name, kind)
        assert made
        assert len(made) <= MAX_NAME
        assert not set(made) & set('/\\\x00\r\n":*?<>|;')
        assert not made.startswith(".")
        assert ".." not in made.split(".png")[0][:2]
        for value in response_headers(kind or Kind("text/plain", "txt"), name).values():
            assert value.isascii()
            assert "\r" not in value
            assert "\n" not in value


def test_names_keep_what_people_call_things() -> None:
    assert safe_name("Pöytäkirja 3.11. (lopullinen).pdf") == "Pöytäkirja 3.11. (lopullinen).pdf"
    assert safe_name("C:\\Users\\aino\\kuva.JPG") == "kuva.JPG"
    assert safe_name("invoice\u202egnp.exe") == "invoicegnp.exe"
    assert safe_name("") == safe_name("...") == safe_name("\ud800") == "file"
    assert safe_name("CON.txt") == "_CON.txt"
    assert safe_name("x.html", Kind("image/png", "png", is_image=True)) == "x.png"
    assert safe_name("a" * 500 + ".pdf") == "a" * (MAX_NAME - 4) + ".pdf"


@given(st.text(max_size=300))
def test_any_name_is_made_safe_and_stays_so(name: str) -> None:
    made = safe_name(name)
    assert made
    assert len(made) <= MAX_NAME
    assert safe_name(made) == made
    made.encode()
    response_headers(Kind("application/pdf", "pdf"), name)["Content-Disposition"].encode("ascii")


def test_images_are_inline_with_their_own_type() -> None:
    headers = response_headers(Kind("image/webp", "webp", is_image=True), "kissä.webp")
    assert headers["Content-Type"] == "image/webp"
    assert headers["Content-Disposition"] == "inline; filename=\"kissa.webp\"; filename*=UTF-8''kiss%C3%A4.webp"
    assert response_headers(Kind("image/svg+xml", "svg", is_image=True), "x.svg")["Content-Disposition"].startswith(
        "attachment"
    )
    assert response_headers(Kind("text/html", "html"), "x.html")["Content-Type"] == "application/octet-stream"
