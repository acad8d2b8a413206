"""Two texts become one without asking: nothing that either side put in is left out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rooms.documents import Document, edits
from wiki.rooms.weaving import weave


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "woven"),
    [
        ("- [ ] paint\n", "- [ ] paint the gate\n", "- [x] paint\n", "- [x] paint the gate\n"),
        ("One two.\n", "One three.\n", "One four.\n", "One three four.\n"),
        ("One two.\n", "One new two.\n", "Rewritten.\n", "Rewritten new .\n"),
        ("", "hello world", "hello world", "hello world"),
        ("A\n\nB\n", "A, mine\n\nB\n", "A\n\nB, theirs\n", "A, mine\n\nB, theirs\n"),
    ],
)
def test_words_of_both_stand(base, mine, theirs, woven):
    assert weave(base, mine, theirs) == woven


WORDS = st.lists(st.sampled_from(["plan", "ö", "😀", "\n", "\n\n", "- [ ] ", "two words", "."]), max_size=30)


@given(
    base=WORDS,
    puts=st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=8),
    cuts=st.sets(st.integers(0, 29)),
)
def test_nothing_put_in_is_left_out_whatever_the_other_side_takes_out(base, puts, cuts):
    sides = {True: list(base), False: [word for n, word in enumerate(base) if n not in cuts]}
    for number, (is_mine, at) in enumerate(puts):
        sides[is_mine].insert(at, f" q{number}q ")
    text = weave(" ".join(base), " ".join(sides[True]), " ".join(sides[False]))
    assert sorted(re.findall(r"q\dq", text)) == sorted(f"q{number}q" for number in range(len(puts)))


@given(old=WORDS, new=WORDS)
def test_edits_turn_one_text_into_another(old, new):
    before, after = " ".join(old), " ".join(new)
    document = Document()
    document.write(before)
    update = document.write(after)
    assert document.text == after
    assert (update == b"\x00\x00") == (before == after)
    assert edits(after, after) == []
