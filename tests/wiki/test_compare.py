"""Comparing two versions: which words changed, and where."""

import time

from hypothesis import given
from hypothesis import strategies as st

from wiki.compare import Segment, compare

TEXT = st.lists(st.sampled_from(["", "alpha beta", "alpha gamma", "# Title", "x", "y z"]), max_size=15).map("\n".join)


def test_changed_word_is_found_in_its_line() -> None:
    row = next(
        row for row in compare("a\nthe old house\nb", "a\nthe new house\nb").hunks[0].rows if row.kind == "change"
    )
    assert row.inline == [
        Segment("equal", "the "),
        Segment("delete", "old"),
        Segment("insert", "new"),
        Segment("equal", " house"),
    ]
    assert [s.text for s in row.old] == ["the ", "old", " house"]
    assert [s.text for s in row.new] == ["the ", "new", " house"]
    assert (row.old_number, row.new_number) == (2, 2)


def test_equal_lines_far_from_changes_are_left_out_and_counted() -> None:
    old = "\n".join(f"line {n}" for n in range(100))
    comparison = compare(old, old.replace("line 20\n", "line twenty\n").replace("line 70\n", ""))
    assert [hunk.skipped for hunk in comparison.hunks] == [17, 43]
    assert comparison.skipped == 100 - 71 - 3
    assert [len(hunk.rows) for hunk in comparison.hunks] == [7, 7]


def test_near_changes_share_a_hunk() -> None:
    old = "\n".join(f"line {n}" for n in range(20))
    assert len(compare(old, old.replace("line 5\n", "x\n").replace("line 9\n", "y\n")).hunks) == 1


def test_sizes_of_the_change_are_in_words() -> None:
    comparison = compare("one two\ngone for good\n", "one three, four\n")
    assert (comparison.added, comparison.removed) == (2, 4)


def test_changed_line_is_paired_with_the_line_it_came_from() -> None:
    comparison = compare("keep this sentence here\n", "something new\nkeep this sentence there\n")
    kinds = [row.kind for row in comparison.hunks[0].rows]
    assert kinds[:2] == ["insert", "change"]


def test_line_that_was_written_anew_is_shown_as_two() -> None:
    old, new = (
        "the cat sat on the mat and looked at a bird",
        "nobody knows whether the meeting was useful, but coffee was",
    )
    [row] = compare(old, new).hunks[0].rows
    assert row.inline == [Segment("delete", old), Segment("insert", new)]
    [row] = compare("| --- |", "| :-: |").hunks[0].rows
    assert [segment.kind for segment in row.inline].count("equal") > 0


def test_texts_that_have_too_little_in_common_are_shown_as_a_whole() -> None:
    old, new = "\n".join(f"a{n}" for n in range(3_000)), "\n".join(f"b{n}" for n in range(3_000))
    comparison = compare(f"start\n{old}\nend", f"start\n{new}\nend")
    assert comparison.is_coarse
    [hunk] = comparison.hunks
    assert [row.kind for row in hunk.rows] == ["equal", "change", "equal"]
    assert [segment.text for segment in hunk.rows[1].inline] == [old, new]
    assert (comparison.added, comparison.removed) == (3_000, 3_000)


def test_equal_texts_have_no_hunks() -> None:
    assert compare("a\nb", "a\nb").is_equal
    assert compare("", "").is_equal


@given(TEXT, TEXT)
def test_both_versions_can_be_read_back(old: str, new: str) -> None:
    comparison = compare(old, new, context=10_000)
    if comparison.is_equal:
        assert old == new
        return
    rows = [row for hunk in comparison.hunks for row in hunk.rows]
    old_side = ["".join(s.text for s in row.old) for row in rows if row.old_number]
    new_side = ["".join(s.text for s in row.new) for row in rows if row.new_number]
    assert "\n".join(old_side) == old
    assert "\n".join(new_side) == new
    assert [row.old_number for row in rows if row.old_number] == list(range(1, len(old_side) + 1))
    for row in rows:
        assert all(s.kind != "insert" for s in row.old)
        assert all(s.kind != "delete" for s in row.new)


def test_long_pages_are_compared_fast() -> None:
    page = "\n\n".join(" ".join(f"word{(n * 7 + k) % 400}" for k in range(60)) for n in range(100))
    other = page.replace("word7 ", "changed ").replace("word200 ", "")
    compare(page, other)
    start = time.thread_time()
    compare(page, other)
    assert time.thread_time() - start < 0.4  # 0.2 s on a quiet machine


def test_hostile_pairs_are_compared_within_bounds() -> None:
    pairs = [
        ("a " * 250_000, "b a " * 125_000),
        ("a\n" * 250_000, "b\na\n" * 125_000),
        ("x", "y\n" * 500_000),
        ("".join(f"a{n} b\n" for n in range(50_000)), "".join(f"b a{n}\n" for n in range(50_000))),
    ]
    for old, new in pairs:
        start = time.thread_time()
        comparison = compare(old, new)
        assert time.thread_time() - start < 4
        assert not comparison.is_equal
        assert comparison.added or comparison.removed
