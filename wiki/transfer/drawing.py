"""Run as a process of its own by `intranet.guarded`: `drawing.svg` in a folder becomes `drawing.png` there.

Knows nothing of the house. A drawing may name images by address, also files of this machine: only what it brings along
within itself is drawn. What is drawn 60,000 dots wide or nested 100,000 deep ends this process and no other.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from xml.etree.ElementTree import tostring

WITHIN = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def limit(seconds: int, memory: int) -> None:
    """Give the process its limits, before anything of a stranger's is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: Path) -> None:
    """Draw."""
    import resvg_py
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    # Drawing programs write entities for namespaces; expat bounds what they grow to, and opens no file for them.
    drawing = fromstring((folder / "drawing.svg").read_bytes(), forbid_entities=False)
    for element in drawing.iter():
        for name, value in list(element.attrib.items()):
            if name.rpartition("}")[2] == "href" and not value.strip().startswith(WITHIN):
                del element.attrib[name]
    image = resvg_py.svg_to_bytes(svg_string=tostring(drawing, encoding="unicode"), background="#ffffff")
    (folder / "drawing.png").write_bytes(bytes(image))


if __name__ == "__main__":
    limit(int(sys.argv[2]), int(sys.argv[3]))
    main(Path(sys.argv[1]))
