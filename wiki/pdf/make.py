"""A page becomes a PDF: with contents and page numbers, and with those pictures that its reader may see."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from feed.models import Attachment
from intranet.guarded import ChildFailed, run_guarded
from intranet.people.models import User
from wiki.models import WikiPage
from wiki.pdf.child import MISSING_LIBRARIES
from wiki.transfer.rewriting import FILE

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
SECONDS = 30
MEMORY = 1 << 30
MOST_PICTURES = 300
AUTHORS = 6


@dataclass
class PdfFailed(Exception):  # noqa: N818
    """There is no document; the words are for the person who asked."""

    words: str


def write_pdf(*, user: User, page: WikiPage, stream: IO[bytes]) -> None:
    """Write a page, which the person may read, as PDF. Raises PdfFailed."""
    with TemporaryDirectory(prefix="pdf-", dir=settings.DATA_DIR) as place:
        folder = Path(place)
        files = _copy_pictures(user, page, folder)
        (folder / "files.json").write_text(json.dumps(files), "utf-8")
        (folder / "page.html").write_text(_html(page), "utf-8")
        shutil.copy(HERE / "page.css", folder)
        try:
            run_guarded(HERE / "child.py", folder, seconds=SECONDS, memory=MEMORY)
        except ChildFailed as failed:
            raise PdfFailed(_words_for(failed)) from failed
        with (folder / "page.pdf").open("rb") as made:
            shutil.copyfileobj(made, stream)


def _words_for(failed: ChildFailed) -> str:
    if failed.code == MISSING_LIBRARIES:
        log.error("PDF needs the system libraries of pango; docs/operations.md names them. %s", failed.said[:300])
        return _(
            "This house cannot make PDFs yet: libraries are missing on its machine. The administrator finds them in docs/operations.md."
        )
    log.warning("A PDF could not be made: exit code %s. %s", failed.code, failed.said[-300:])
    return _("This page is too large or too complicated for a PDF. Print it from the browser instead.")


def _copy_pictures(user: User, page: WikiPage, folder: Path) -> dict[str, str]:
    """Put the pictures of the page that the person may see into the folder; return their types by number, and `base`."""
    wanted = list(dict.fromkeys(FILE.findall(page.html)))[:MOST_PICTURES]
    shown = Attachment.objects.visible_to(user).filter(pk__in=wanted, width__isnull=False)
    files = {"base": f"{settings.BASE_URL}/"}
    for picture in shown:
        try:
            with default_storage.open(picture.stored_as, "rb") as stored, (folder / str(picture.pk)).open("wb") as out:
                shutil.copyfileobj(stored, out)
        except FileNotFoundError:
            continue
        files[str(picture.pk)] = picture.content_type
    return files


def _html(page: WikiPage) -> str:
    """Return the whole document, in the language the page is written in."""
    people = User.objects.filter(pk__in=page.contributors[:AUTHORS]).values_list("pk", "name")
    names = dict(people)
    context = {
        "page": page,
        "community": page.community.name,
        "authors": [names[pk] for pk in page.contributors if pk in names],
        "contents": [line for line in page.contents if line["level"] < 5] if len(page.contents) > 1 else [],
    }
    with translation.override(page.language):
        return render_to_string("wiki/pdf.html", context)
