"""Two texts become one without asking anybody, for a page that people are typing in at this moment. Pure.

`wiki.merge` asks a person where both changed the same lines. People who write together cannot be stopped for that, and
they see what comes: so such lines are woven word by word, and where both put something in the same place, both stand
there. Nothing that anybody put in is left out.
"""

from __future__ import annotations

from wiki.differences import Change, find_changes
from wiki.merge import Conflict, merge
from wiki.rooms.documents import TOKEN


def weave(base: str, mine: str, theirs: str) -> str:
    """Return the text with what either side put in and without what either took out; both began as `base`."""
    merged = merge(base, mine, theirs)
    if merged.text is not None:
        return merged.text
    return merged.resolve([_weave_words(part) for part in merged.conflicts])


def _weave_words(part: Conflict) -> str:
    base, mine, theirs = (TOKEN.findall(text) for text in (part.base, part.mine, part.theirs))
    mine_changes, their_changes = find_changes(base, mine), find_changes(base, theirs)
    put_mine, put_theirs = _put_in(mine, mine_changes), _put_in(theirs, their_changes)
    gone = {at for change in [*mine_changes, *their_changes] for at in range(change.a_start, change.a_end)}
    woven = ""
    is_cut = False  # what stood between two words is gone: they do not become one
    for at in range(len(base) + 1):
        put = _side_by_side(put_mine.get(at, ""), put_theirs.get(at, ""))
        stays = at < len(base) and at not in gone
        for piece in (put, base[at] if stays else ""):
            if piece:
                woven += " " * (is_cut and woven[-1:].isalnum() and piece[:1].isalnum()) + piece
                is_cut = False
        is_cut |= not stays
    return woven


def _put_in(words: list[str], changes: list[Change]) -> dict[int, str]:
    """Return what was put in, by the place in the base."""
    return {change.a_start: "".join(words[change.b_start : change.b_end]) for change in changes}


def _side_by_side(mine: str, theirs: str) -> str:
    for longer, shorter in ((mine, theirs), (theirs, mine)):
        # The same, or the same and more; whole words only: "plan" is no beginning of "planet".
        words = TOKEN.findall(shorter)
        if TOKEN.findall(longer)[: len(words)] == words:
            return longer
    meet = mine[-1:].isspace() or theirs[:1].isspace()
    return mine + ("" if meet else "\n" if "\n" in mine + theirs else " ") + theirs
