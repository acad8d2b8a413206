"""Merging, tried with pages and edits nobody thought of: what every merge has to keep, whatever two people did.

Each line that is written carries a word that occurs nowhere else (`w12`), so that it can be followed through the merge.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.merge import Conflict, Merged, merge

SHAPES = [
    "Line {} of the page", "and {} in a paragraph", "# Heading {} of it", "- item {} of a list", "1. step {} of many",
    "> quoted {} by me", "| cell {} of | x |", "- [ ] box {} to tick", "```", "", "", "---", "same",
]  # fmt: skip
TRIES = settings(max_examples=200, deadline=None)


@dataclass(frozen=True)
class Case:
    """A page and what two people made of it; `mine_new` and `theirs_new` are the words each brought in."""

    base: str
    mine: str
    theirs: str
    mine_new: frozenset[str]
    theirs_new: frozenset[str]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\b[wmt][0-9]+\b", text))


def line(draw, name: str, number: int) -> str:
    return draw(st.sampled_from(SHAPES)).format(f"{name}{number}")


def edit(draw, lines: list[str], name: str) -> list[str]:
    """Return the page after some edits: lines put in, changed, taken out, moved, doubled."""
    after = list(lines)
    for number in range(draw(st.integers(0, 4))):
        what = draw(st.sampled_from(["insert", "insert", "change", "change", "delete", "move", "block"]))
        at = draw(st.integers(0, len(after)))
        if what == "insert":
            after.insert(at, line(draw, name, number))
        elif what == "block":
            after[at:at] = [line(draw, name, number * 10 + 100 + more) for more in range(draw(st.integers(1, 4)))]
        elif at < len(after):
            gone = after.pop(at)
            if what == "change":
                after.insert(at, f"{gone} {name}{number}" if draw(st.booleans()) else line(draw, name, number))
            elif what == "move":
                after.insert(draw(st.integers(0, len(after))), gone)
    return after


def joined(draw, lines: list[str]) -> str:
    return "\n".join(lines) + ("\n" if lines and draw(st.integers(0, 9)) else "")


@st.composite
def cases(draw) -> Case:
    lines = [line(draw, "w", number) for number in range(draw(st.integers(0, 14)))]
    base = joined(draw, lines)
    mine, theirs = joined(draw, edit(draw, lines, "m")), joined(draw, edit(draw, lines, "t"))
    old = set(words(base))
    return Case(base, mine, theirs, frozenset(set(words(mine)) - old), frozenset(set(words(theirs)) - old))


def kept(merged: Merged) -> str:
    """Return all text that is in the merge or shown to the person who decides."""
    return "\n".join(f"{part.mine}\n{part.theirs}" if isinstance(part, Conflict) else part for part in merged.parts)


@TRIES
@given(cases())
def test_no_word_that_somebody_wrote_is_lost_without_being_shown(case: Case) -> None:
    found = set(words(kept(merge(case.base, case.mine, case.theirs))))
    assert case.mine_new <= found
    assert case.theirs_new <= found


@TRIES
@given(cases())
def test_silent_merge_has_every_new_word_as_often_as_its_author(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs)
    if merged.text is None:
        return
    found = words(merged.text)
    for side, new in ((case.mine, case.mine_new), (case.theirs, case.theirs_new)):
        assert {word: found[word] for word in new} == {word: words(side)[word] for word in new}


@TRIES
@given(cases())
def test_word_that_nobody_took_out_is_still_there(case: Case) -> None:
    found = set(words(kept(merge(case.base, case.mine, case.theirs))))
    assert set(words(case.mine)) & set(words(case.theirs)) <= found


@TRIES
@given(cases())
def test_word_that_both_took_out_does_not_come_back(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs)
    assert set(words(kept(merged))) <= set(words(case.mine)) | set(words(case.theirs))


@TRIES
@given(cases())
def test_word_that_one_took_out_and_the_other_left_alone_is_gone_after_a_silent_merge(case: Case) -> None:
    text = merge(case.base, case.mine, case.theirs).text
    if text is None:
        return
    old = set(words(case.base))
    for gone_from in (case.mine, case.theirs):
        gone = old - set(words(gone_from))
        # Unless the other side wrote the line anew: moved it, or put something beside it in the same line.
        other = case.theirs if gone_from is case.mine else case.mine
        as_it_was = {word for word in gone if line_of(word, other) == line_of(word, case.base)}
        if not moved(case.base, other):
            assert not as_it_was & set(words(text))


def line_of(word: str, text: str) -> list[str]:
    return [one for one in text.split("\n") if re.search(rf"\b{word}\b", one)]


def moved(base: str, other: str) -> bool:
    """Return whether the lines that both have stand in another order, or not as often."""
    left = [one for one in base.split("\n") if one in set(other.split("\n"))]
    right = [one for one in other.split("\n") if one in set(base.split("\n"))]
    return left != right


@TRIES
@given(cases())
def test_who_saves_first_does_not_matter(case: Case) -> None:
    one, two = merge(case.base, case.mine, case.theirs), merge(case.base, case.theirs, case.mine)
    assert one.text == two.text
    assert [(c.base, c.mine, c.theirs) for c in one.conflicts] == [(c.base, c.theirs, c.mine) for c in two.conflicts]


@TRIES
@given(cases())
def test_side_that_changed_nothing_takes_the_other_and_equal_sides_stay(case: Case) -> None:
    assert merge(case.base, case.base, case.theirs).text == case.theirs
    assert merge(case.base, case.mine, case.base).text == case.mine
    assert merge(case.base, case.mine, case.mine).text == case.mine


@TRIES
@given(cases())
def test_merging_the_result_again_changes_nothing(case: Case) -> None:
    """A text that arrives a second time, on the old base, is what it was already, or is asked about; never doubled."""
    text = merge(case.base, case.mine, case.theirs).text
    if text is None:
        return
    for side in (case.mine, case.theirs):
        assert merge(side, text, side).text == text
        assert merge(case.base, text, text).text == text
        again = merge(case.base, text, side).text
        # Lines that are equal to others, blank ones say, may be told apart in more ways than one.
        assert again is None or words(again) == words(text)


def test_merged_list_that_is_sent_again_upon_its_old_base_is_no_conflict() -> None:
    base = "- one\n- two\n- three\n"
    mine, theirs = base.replace("one", "1"), base.replace("two", "2")
    text = merge(base, mine, theirs).text
    assert text == "- 1\n- 2\n- three\n"
    assert merge(base, mine, text).text == text
    assert merge(base, theirs, text).text == text


def test_line_that_one_deletes_and_the_other_changes_is_asked_about_after_a_change_of_both() -> None:
    merged = merge("- a\n- b\n", "- P\n", "- P\n- b, but better\n")
    assert len(merged.conflicts) == 1


@TRIES
@given(cases())
def test_decided_conflict_holds_one_side_whole_and_no_word_of_the_other_place(case: Case) -> None:
    merged = merge(case.base, case.mine, case.theirs)
    mine = merged.choose(["mine"] * len(merged.conflicts))
    assert case.mine_new <= set(words(mine))
    theirs = merged.choose(["theirs"] * len(merged.conflicts))
    assert case.theirs_new <= set(words(theirs))


@st.composite
def far_apart(draw) -> tuple[str, str, str, list[str]]:
    """A page of paragraphs of which each person changes others, never neighbours."""
    count = draw(st.integers(3, 20))
    paragraphs = [f"Paragraph w{number} of the page." for number in range(count)]
    whose = [draw(st.sampled_from("mt..")) for _ in range(count)]
    for at in range(1, count):
        if whose[at] != "." and whose[at - 1] not in (".", whose[at]):
            whose[at] = "."
    sides = {}
    for name in "mt":
        side = []
        for at, paragraph in enumerate(paragraphs):
            if whose[at] != name:
                side.append(paragraph)
            else:
                what = draw(st.sampled_from(["change", "delete", "split", "append"]))
                side += {
                    "change": [f"Rewritten by {name}{at}."], "delete": [], "split": [paragraph, f"More by {name}{at}."],
                    "append": [f"{paragraph} And {name}{at}."],
                }[what]  # fmt: skip
        sides[name] = side
    text = {name: "\n\n".join(side) + "\n" for name, side in (("b", paragraphs), *sides.items())}
    new = [word for word in words(text["m"]) + words(text["t"]) if word[0] in "mt"]
    return text["b"], text["m"], text["t"], new


@TRIES
@given(far_apart())
def test_changes_to_paragraphs_that_are_no_neighbours_merge_silently_with_both(case) -> None:
    base, mine, theirs, new = case
    merged = merge(base, mine, theirs)
    assert merged.text is not None
    assert set(new) <= set(words(merged.text))
