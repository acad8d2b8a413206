"""Merging two people's changes: nothing that anybody typed is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.merge import Conflict, merge

LINES = st.lists(
    st.sampled_from(["", "alpha", "beta", "- item", "- other", "# Title", "gamma delta", "|a|b|"]), max_size=12
)
TEXT = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))
PAGE = "# Title\n\nFirst paragraph.\n\nSecond paragraph.\n\n- one\n- two\n- three\n"


def test_changes_to_different_paragraphs_merge_silently() -> None:
    merged = merge(PAGE, PAGE.replace("First", "1st"), PAGE.replace("Second", "2nd"))
    assert merged.text == PAGE.replace("First", "1st").replace("Second", "2nd")


def test_changes_to_neighbouring_list_items_merge_silently() -> None:
    merged = merge(PAGE, PAGE.replace("- one", "- 1"), PAGE.replace("- two", "- 2"))
    assert merged.text == PAGE.replace("- one", "- 1").replace("- two", "- 2")


def test_changes_to_neighbouring_lines_of_one_wrapped_paragraph_are_a_conflict() -> None:
    base = "The quick brown fox\njumps over the dog.\n"
    merged = merge(base, base.replace("quick", "slow"), base.replace("dog", "cat"))
    assert merged.conflicts == [Conflict(base, base.replace("quick", "slow"), base.replace("dog", "cat"))]


def test_last_line_changed_by_one_and_page_continued_by_the_other_merge() -> None:
    assert merge("a\n\nlast", "a\n\nLAST", "A\n\nlast").text == "A\n\nLAST"
    assert merge("a\n\nlast", "a\n\nlast\n\nmore", "A\n\nlast").text == "A\n\nlast\n\nmore"


def test_same_paragraph_changed_by_both_is_a_conflict_between_agreed_texts() -> None:
    mine, theirs = PAGE.replace("First", "My").replace("three", "3"), PAGE.replace("First", "Their")
    merged = merge(PAGE, mine, theirs)
    assert merged.text is None
    assert merged.parts == [
        "# Title\n\n",
        Conflict("First paragraph.\n", "My paragraph.\n", "Their paragraph.\n"),
        "\nSecond paragraph.\n\n- one\n- two\n- 3\n",
    ]
    assert merged.choose(["mine"]) == mine
    assert merged.choose(["theirs"]) == theirs.replace("three", "3")
    assert merged.resolve(["Our paragraph."]) == mine.replace("My", "Our")


def test_identical_changes_merge() -> None:
    changed = PAGE.replace("First", "1st")
    assert merge(PAGE, changed + "\nmine\n", changed).text == changed + "\nmine\n"


def test_one_deletes_what_the_other_edits_is_a_conflict() -> None:
    merged = merge("a\n\nb\n\nc\n", "a\n\nc\n", "a\n\nB\n\nc\n")
    assert len(merged.conflicts) == 1
    assert "B\n" in merged.conflicts[0].theirs
    assert "B" not in merged.conflicts[0].mine


def test_both_append_different_text_is_a_conflict_with_both_texts() -> None:
    merged = merge("a\n", "a\nmine\n", "a\ntheirs\n")
    assert merged.conflicts == [Conflict("", "mine\n", "theirs\n")]


def test_wrong_number_of_decisions_is_refused() -> None:
    merged = merge("a\n", "b\n", "c\n")
    for decide in (merged.resolve, merged.choose):
        with pytest.raises(ValueError, match="needed"):
            decide([])


@given(TEXT, TEXT)
def test_unchanged_side_takes_the_other_text_exactly(base: str, other: str) -> None:
    assert merge(base, base, other).text == other
    assert merge(base, other, base).text == other
    assert merge(base, other, other).text == other


@given(TEXT, TEXT, TEXT)
def test_sides_may_be_swapped(base: str, mine: str, theirs: str) -> None:
    one, two = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.is_clean == two.is_clean
    assert [(c.base, c.mine, c.theirs) for c in one.conflicts] == [(c.base, c.theirs, c.mine) for c in two.conflicts]


@given(TEXT, TEXT, TEXT)
def test_no_typed_line_vanishes(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    kept: list[str] = []
    for part in merged.parts:
        kept += (part.mine + "\n" + part.theirs if isinstance(part, Conflict) else part).split("\n")
    for side in (mine, theirs):
        for line in set(side.split("\n")) - set(base.split("\n")):
            assert line in kept


@given(TEXT, TEXT, TEXT)
def test_choosing_one_side_everywhere_keeps_all_its_added_lines(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    chosen = merged.choose(["mine"] * len(merged.conflicts)).split("\n")
    assert set(mine.split("\n")) - set(base.split("\n")) <= set(chosen)


@given(
    st.text(alphabet="ab\n", max_size=40), st.text(alphabet="ab\n", max_size=40), st.text(alphabet="ab\n", max_size=40)
)
def test_any_text_can_be_merged_and_decided(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    assert merged.is_clean == (merged.text is not None)
    merged.choose(["theirs"] * len(merged.conflicts))


def test_merge_of_large_and_of_hostile_pages_is_fast() -> None:
    words = "\n\n".join(f"Paragraph {n} with some words in it and a few more of them." for n in range(500))
    million = "".join(f"line {n % 97}\n\n" for n in range(100_000))
    cases = [
        (words, words.replace("Paragraph 7 ", "My 7 "), words.replace("Paragraph 300 ", "Their 300 ")),
        (million, million.replace("line 5\n", "line V\n"), "x\n" + million),
        ("a\n" * 500_000, "b\na\n" * 250_000, "a\nb\n" * 250_000),
        ("a\n\n" * 300_000, "\na\n" * 300_000 + "z", "\n" * 900_000),
    ]
    for base, mine, theirs in cases:
        start = time.thread_time()
        merge(base, mine, theirs)
        assert time.thread_time() - start < 6
