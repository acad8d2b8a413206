"""Uploads, the pure part: what a file really is, images made anew, and the headers that let nothing of it run.

The type comes from the content alone; name, extension and declared type are only what somebody says. Images are decoded and
written again, so that neither metadata (EXIF, GPS, XMP, colour profiles, comments) nor anything hidden behind the
pixels survives. Everything else is handed out for download only.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote

import filetype
from PIL import Image, ImageOps

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_NAME = 120
THUMBNAIL_WIDTHS = (320, 960)

# Format that Pillow may open -> (type we store, extension). Nothing else is ever decoded: every further decoder is
# further code that strangers can reach.
IMAGE_FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
_IMAGE_TYPES = {media_type for media_type, _ in IMAGE_FORMATS.values()}

# What may be said about a download. Unknown and active types are plain bytes.
_DOWNLOAD_TYPES = {
    "application/pdf", "application/zip", "application/gzip", "application/x-tar", "application/x-7z-compressed",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation", "application/msword", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", "audio/mpeg", "audio/ogg", "audio/x-wav", "video/mp4", "video/webm",
    "video/quicktime", "text/plain",
}  # fmt: skip
UNKNOWN = "application/octet-stream"

_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_BAD_IN_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff\"*:<>?|;\\/]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_SPACES = re.compile(r"\s+")


class FileRefused(ValueError):  # noqa: N818
    """The file is not taken. `reason` is one of "empty", "too_large", "unreadable_image", "too_many_pixels"."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class UnreadableImage(FileRefused):
    """The content begins like an image, but is broken, cut off or too large to unpack."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a content is: media type, usual extension (without dot, "" if unknown) and whether it is shown inline."""

    media_type: str
    extension: str
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be stored. For an image `content` is the re-encoded one and `thumbnails` maps width to WebP bytes."""

    name: str
    kind: Kind
    content: bytes
    width: int | None = None
    height: int | None = None
    thumbnails: dict[int, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of the stored content."""
        return len(self.content)


def read_limited(file: BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """The content of a file object, of which never more than `limit` + 1 bytes are read. Raises FileRefused."""
    content = file.read(limit + 1)
    if len(content) > limit:
        raise FileRefused("too_large", f"The file is larger than {limit // (1024 * 1024)} MB.")
    if not content:
        raise FileRefused("empty", "The file is empty.")
    return content


def recognise(content: bytes) -> Kind:
    """What the content is by its signature. Text and everything active (HTML, SVG, scripts) is plain text or bytes."""
    found = filetype.guess(content[:8192])
    media_type = found.mime if found else ""
    for image_type, extension in IMAGE_FORMATS.values():
        if media_type == image_type:
            return Kind(image_type, extension, is_image=True)
    if media_type == "application/zip" or content[:4] == b"PK\x03\x04":
        return _recognise_zip(content)
    if media_type in _DOWNLOAD_TYPES and found:
        return Kind(media_type, found.extension)
    return Kind("text/plain", "txt") if not media_type and _is_text(content) else Kind(UNKNOWN, "")


def _recognise_zip(content: bytes) -> Kind:
    """Office documents are zip files; only their list of names is read, nothing is unpacked."""
    if content[30:38] == b"mimetype":
        declared = content[38:120].split(b"PK", 1)[0].decode("ascii", "replace")
        for kind, extension in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp")):
            if declared == f"application/vnd.oasis.opendocument.{kind}":
                return Kind(declared, extension)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()[:200]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return Kind(UNKNOWN, "")
    if "[Content_Types].xml" in names:
        for folder, media_type in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return Kind(media_type, {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}[folder])
    return Kind("application/zip", "zip")


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def safe_name(name: str, kind: Kind | None = None) -> str:
    """A file name for people: no path, no control or direction characters, at most 120 characters, never empty.

    With `kind` an image gets the extension of what it is. The name is for show only; storage never uses it as a path.
    """
    text = unicodedata.normalize("NFC", re.split(r"[\\/]", _strip_surrogates(str(name)))[-1])
    text = _SPACES.sub(" ", _BAD_IN_NAME.sub("", text)).strip(" .")
    if _RESERVED.fullmatch(text):
        text = "_" + text
    stem, dot, extension = text.rpartition(".")
    if not dot or not stem or len(extension) > 10:
        stem, extension = text, ""
    if kind and kind.is_image and extension.lower() not in {kind.extension, "jpeg" if kind.extension == "jpg" else ""}:
        extension = kind.extension
    stem = (stem.strip(" .") or "file")[: MAX_NAME - len(extension) - 1].rstrip(" .")
    return f"{stem}.{extension}" if extension else stem


def _strip_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")


def prepare(
    file: BinaryIO, name: str, *, widths: tuple[int, ...] = THUMBNAIL_WIDTHS, limit: int = MAX_BYTES
) -> Prepared:
    """Read, recognise and, when it is an image, re-encode an upload.

    Thumbnails are made for the `widths` that are smaller than the image. Raises FileRefused, UnreadableImage.
    """
    content = read_limited(file, limit)
    kind = recognise(content)
    if not kind.is_image:
        return Prepared(safe_name(name), kind, content)
    image, kind, encoded = _reencode(content)
    thumbnails = {width: thumbnail(image, width) for width in widths if width < image.width}
    return Prepared(safe_name(name, kind), kind, encoded, image.width, image.height, thumbnails)


def open_image(content: bytes) -> Image.Image:
    """A fully decoded image, turned as its EXIF orientation says. Raises UnreadableImage.

    Dimensions are looked at before anything is unpacked; only the four formats of the web are tried.
    """
    try:
        # Pillow warns from a fraction of our limit on; the dimensions below are the check that counts.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(content), formats=list(IMAGE_FORMATS))
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise UnreadableImage("too_many_pixels", "The image has too many pixels.")
            image.load()
            turned = ImageOps.exif_transpose(image)
    except UnreadableImage:
        raise
    except Exception as error:
        # Pillow's decoders raise whatever they stumble over: OSError, SyntaxError, ValueError, struct.error, KeyError,
        # OverflowError, DecompressionBombError, MemoryError. All of them mean the same to the person who uploads.
        raise UnreadableImage("unreadable_image", "The image cannot be read.") from error
    turned.format = image.format
    return turned


def _reencode(content: bytes) -> tuple[Image.Image, Kind, bytes]:
    image = open_image(content)
    media_type, extension = IMAGE_FORMATS[image.format or "PNG"]
    clean = _pixels(image)
    out = BytesIO()
    if media_type == "image/jpeg":
        clean = clean.convert("RGB")
        clean.save(out, "JPEG", quality=88, optimize=True, progressive=True)
    elif media_type == "image/webp":
        clean.save(out, "WEBP", quality=88, method=4)
    else:
        # An animation keeps its first picture: it moves nobody who asked for stillness and cannot be a bomb of frames.
        media_type, extension = "image/png", "png"
        clean.save(out, "PNG")
    return clean, Kind(media_type, extension, is_image=True), out.getvalue()


def _pixels(image: Image.Image) -> Image.Image:
    """A new image of the same pixels and nothing else: no info dictionary, profile, comment or further frame."""
    transparent = "A" in image.getbands() or "transparency" in image.info
    converted = image.convert("RGBA" if transparent else "L" if image.mode in ("1", "L", "I;16") else "RGB")
    clean = Image.new(converted.mode, converted.size)
    clean.paste(converted)
    return clean


def thumbnail(image: Image.Image, width: int) -> bytes:
    """WebP of the image at `width` pixels, in proportion; never enlarged, never higher than four times its width."""
    small = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    small.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def square_avatar(content: bytes, size: int = 256) -> bytes:
    """The middle square of an image as WebP of `size` × `size` pixels. Raises FileRefused, UnreadableImage."""
    if len(content) > MAX_BYTES:
        raise FileRefused("too_large", f"The file is larger than {MAX_BYTES // (1024 * 1024)} MB.")
    image = _pixels(open_image(content))
    square = ImageOps.fit(image.convert("RGBA" if "A" in image.getbands() else "RGB"), (size, size))
    out = BytesIO()
    square.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()


def is_shown_inline(kind: Kind) -> bool:
    """Only images that were re-encoded here may be shown in the page; SVG never is."""
    return kind.is_image and kind.media_type in _IMAGE_TYPES


def response_headers(kind: Kind, name: str) -> dict[str, str]:
    """Headers for handing a stored file out (RFC 6266, RFC 8187): nothing of it may run or be taken for another type.

    Includes Content-Type. Caching is left to the view, which knows who asks.
    """
    disposition = "inline" if is_shown_inline(kind) else "attachment"
    safe = safe_name(name, kind if kind.is_image else None)
    ascii_name = re.sub(
        r"[^A-Za-z0-9 ._()-]", "_", unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    )
    media_type = kind.media_type if kind.media_type in _DOWNLOAD_TYPES or is_shown_inline(kind) else UNKNOWN
    return {
        "Content-Type": "text/plain; charset=utf-8" if media_type == "text/plain" else media_type,
        "Content-Disposition": f'{disposition}; filename="{ascii_name.strip() or "file"}"; '
        f"filename*=UTF-8''{quote(safe, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
