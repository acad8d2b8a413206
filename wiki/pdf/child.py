"""Run as a process of its own by `intranet.guarded`: `page.html` in a folder becomes `page.pdf` there.

Knows nothing of the house. What the text may show lies in the folder under its number and is listed in `files.json`
({number: media type}, and the house's address as `base`); any other address is refused, so no text can make this process ask a network or read another file.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

MISSING_LIBRARIES = 3


def limit(seconds: int, memory: int) -> None:
    """Give the process its limits, before anything of a stranger's is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200 << 20, 200 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def patterns() -> str:
    """Return where Finnish words may be divided, as hyphenation patterns: before a consonant with a vowel behind it.

    Not within the consonants that a word begins with (stra-te-gia). Compounds whose second part begins with a vowel are
    divided by their sound; Kielitoimiston ohjepankki, "Tavutus", calls that the weaker but possible way.
    """
    consonants, vowels = "bcdfghjklmnpqrsštvwxzž", "aeiouyåäö"
    lines = [f"1{consonant}{vowel}" for consonant in consonants for vowel in vowels]
    lines += [f".{consonant}2" for consonant in consonants]
    lines += [f".{first}{second}2" for first in consonants for second in consonants]
    return "\n".join(["UTF-8", *lines, ""])


def main(folder: Path) -> None:
    """Make the document."""
    try:
        import pyphen
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:  # pango or one of its companions
        sys.stderr.write(str(error))
        sys.exit(MISSING_LIBRARIES)
    files = json.loads((folder / "files.json").read_text("utf-8"))
    (folder / "hyph_fi.dic").write_text(patterns(), "utf-8")
    pyphen.LANGUAGES["fi"] = folder / "hyph_fi.dic"
    pyphen.LANGUAGES_LOWERCASE["fi"] = "fi"

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Fetches what lies in the folder and refuses the rest."""

        def fetch(self, url: str, headers: object = None) -> object:
            """Return one of the files of the list."""
            found = re.fullmatch(rf"{re.escape(files['base'])}files/([0-9a-f-]{{36}})/.*", url)
            if found is None or found[1] not in files:
                raise ValueError("not a file of this page")
            return URLFetcherResponse(url, (folder / found[1]).read_bytes(), {"Content-Type": files[found[1]]})

    document = HTML(
        string=(folder / "page.html").read_text("utf-8"), base_url=files["base"],
        url_fetcher=OwnFiles(), media_type="print",
    )  # fmt: skip
    style = CSS(string=(folder / "page.css").read_text("utf-8"), url_fetcher=OwnFiles())
    document.write_pdf(folder / "page.pdf", stylesheets=[style], optimize_images=False)


if __name__ == "__main__":
    limit(int(sys.argv[2]), int(sys.argv[3]))
    main(Path(sys.argv[1]))
