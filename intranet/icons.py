"""Drawings out of Lucide's archive, which is opened once: the package itself opens it anew for every icon, 8 ms each."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from xml.etree import ElementTree
from zipfile import ZipFile

_XMLNS = "{http://www.w3.org/2000/svg}"
_reading = Lock()


@cache
def _archive() -> ZipFile:
    """Open the archive in memory: processes that are forked would share the place at which an open file is read."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


def draw(name: str, attributes: dict[str, str]) -> str:
    """Return an icon as an element of HTML with these attributes; KeyError when the set has none of that name."""
    with _reading:
        drawing = _archive().read(f"{name}.svg")
    svg = ElementTree.fromstring(drawing)  # noqa: S314  # out of the installed package
    for element in svg.iter():
        element.tag = element.tag.removeprefix(_XMLNS)
    svg.attrib.update(attributes)
    return ElementTree.tostring(svg, encoding="unicode")
