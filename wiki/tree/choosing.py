"""The tree as a chooser: where a page goes, inside the form of another page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from intranet.people.models import User
from wiki.reading import Row
from wiki.tree.lines import Look, tree, tree_url
from wiki.tree.reading import filtered, opened, way_to


def chooser(
    user: User,
    section: Row,
    *,
    name: str = "parent",
    chosen: int = 0,
    moving: int = 0,
    here: str = "",
    keep: Sequence[tuple[str, str]] = (),
    query: str = "",
    ways: Sequence[int] = (),
) -> SafeString:
    """Show a section (`reading.section_row`) as radio buttons of the field `name`, opened on the way to `chosen`.

    `moving` and what is below it cannot be chosen. Links that open a page lead to `here` with `keep` and `open`, for
    browsers without scripts: hand what came in `open` back as `ways` (`numbers_from`). `query` filters by title.
    """
    root = section["wiki_section__pk"] or 0
    marks: dict[str, Any] = {"here": here, "keep": tuple(keep), "name": name, "chosen": chosen, "moving": moving}
    open_now: tuple[int, ...] = ()
    if query:
        found = filtered(user, section["pk"], query)
        parts, marks["matches"] = found.parts, found.matches
    else:
        open_now = tuple(dict.fromkeys([*ways, *way_to(user, section["pk"], chosen)[:-1]]))
        parts = opened(user, root, [one for one in open_now if one != moving], chosen)
    look = Look(url=tree_url(section["slug"]), opened=open_now, **marks)
    label = gettext("Pages of %(name)s") % {"name": section["name"]}
    top = gettext("Top of %(name)s") % {"name": section["name"]}
    return tree(parts, root, look, label=label, top=top)
