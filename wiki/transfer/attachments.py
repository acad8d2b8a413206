"""Files beside Markdown become attachments."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from feed.actions import add_file, copy_file
from feed.models import Attachment
from intranet import files
from intranet.guarded import ChildFailed, run_guarded
from intranet.people.models import Community, User
from wiki.transfer.front import MANIFEST, OURS

DRAWING = Path(__file__).with_name("drawing.py")
SECONDS, MEMORY = 15, 1536 << 20


def kept_files(folder: Path) -> str:
    """Return the name of the folder that holds an export's attachments, "" for a folder that is no export of ours."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    kept = said.get("files", "") if isinstance(said, dict) and said.get("format") == OURS else ""
    return kept if isinstance(kept, str) else ""


def store_file(
    actor: User, community: Community, path: Path, page_id: int, *, is_ours: bool = False
) -> Attachment | None:
    """Return the attachment of a file, the one stored before if there is one; None for what cannot be taken.

    A drawing (SVG) could carry scripts and is never shown as it is: it becomes an image. What an export of ours holds
    (`is_ours`) is taken as it is, but an image that nobody here has seen is still made anew.
    """
    stored: Any = Attachment.objects.filter(community=community, removed_at__isnull=True).order_by("created_at")
    is_drawing = path.suffix.lower() == ".svg" and not is_ours
    name = f"{path.stem}.png" if is_drawing else path.name
    if is_drawing:
        # Drawing costs a second: not again for a file that is older than the image its page has.
        since = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        drawn: Attachment | None = stored.filter(page_id=page_id, name=name, created_at__gt=since).first()
        if drawn is not None:
            return drawn
    image = draw(path) if is_drawing else None
    content, name = (image, name) if image else (path.read_bytes(), path.name)
    if is_ours and (twin := _known_here(actor, community, stored, content, name)):
        return twin
    try:
        prepared = files.prepare(BytesIO(content), name)
    except files.FileRefused:
        return None
    digest = hashlib.sha256(prepared.content).hexdigest()
    known: Attachment | None = stored.filter(digest=digest, name=prepared.name).first()
    if known is not None:
        return known
    try:
        return add_file(actor=actor, community=community, file=BytesIO(content), name=name)
    except ValidationError:
        return None


def _known_here(actor: User, community: Community, stored: Any, content: bytes, name: str) -> Attachment | None:
    """Return the attachment of a content that this house has made itself and the actor may see, copied if it must be.

    Made anew once more, a photograph would lose a little each time it is exported and brought back.
    """
    digest = hashlib.sha256(content).hexdigest()
    known: Attachment | None = stored.filter(digest=digest, name=name).first()
    if known is not None:
        return known
    elsewhere = Attachment.objects.visible_to(actor).filter(digest=digest).order_by("created_at").first()
    return copy_file(actor=actor, community=community, attachment=elsewhere, name=name) if elsewhere else None


def draw(path: Path) -> bytes | None:
    """Return an SVG file as PNG, None for one that cannot be drawn."""
    with TemporaryDirectory(prefix="drawing-", dir=settings.DATA_DIR) as place:
        folder = Path(place)
        (folder / "drawing.svg").write_bytes(path.read_bytes())
        try:
            run_guarded(DRAWING, folder, seconds=SECONDS, memory=MEMORY)
            return (folder / "drawing.png").read_bytes()
        except (ChildFailed, OSError):
            return None
