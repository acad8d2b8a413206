"""How well search answers: recall in the first ten and the place of the first right answer, in both modes of Finnish."""

from statistics import mean

import pytest
from simplemma.strategies import DefaultStrategy

from search import analysis
from search.engines import open_engine
from search.finnish import DictionaryFinnish, VoikkoFinnish
from search.spelling import candidates
from search.terms import is_word
from search.voikko import load_voikko
from tests.search.quality import house

# With libvoikko and without: what has to be reached.
LEAST = {"voikko": (0.92, 0.9), "simplemma": (0.84, 0.9)}
# Of nineteen slips, for how many what is proposed leads to the right document.
LEAST_MEANT = {"voikko": 18, "simplemma": 16}
_MEMOS = (analysis._read, analysis.index_terms, analysis.query_terms)


@pytest.fixture(scope="module", params=["voikko", "simplemma"])
def mode(request):
    """Read Finnish with libvoikko, then without."""
    if request.param == "voikko":
        if (voikko := load_voikko()) is None:
            pytest.skip("libvoikko is not installed")
        reader = VoikkoFinnish(voikko)
    else:
        reader = DictionaryFinnish(DefaultStrategy(low_memory=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "finnish", lambda: reader)
        for memo in _MEMOS:
            memo.cache_clear()
        yield request.param
    for memo in _MEMOS:
        memo.cache_clear()


@pytest.fixture(scope="module")
def index(mode, tmp_path_factory):
    """Return the house in a real index."""
    made = open_engine(f"whoosh://{tmp_path_factory.mktemp('quality')}/search")
    made.rebuild(house.documents())
    return made


@pytest.fixture(scope="module")
def given(index):
    """Return the marks of all questions that are written right."""
    return [mark for mark in house.marks(lambda text: house.answered_by(index, text)) if mark.question.kind != "typos"]


def test_the_set_is_large_enough_and_every_answer_exists():
    asked, known = house.questions(), {document.uid.partition(":")[2] for document in house.documents()}
    assert len(known) >= 250
    assert len([one for one in asked if one.kind != "typos"]) >= 150
    assert {language: len({one.kind for one in asked if one.language == language}) for language in ("fi", "sv", "en")}
    assert not {key for one in asked for key in one.relevant} - known


def test_what_is_asked_is_found_and_comes_first(mode, given):
    print(f"\n{mode}\n{house.table(given)}")
    recall, rank = LEAST[mode]
    assert mean(mark.recall for mark in given) >= recall
    assert mean(mark.reciprocal for mark in given) >= rank


def test_what_was_kept_aside_is_answered_as_well(mode, given):
    aside = [mark for mark in given if mark.question.is_aside]
    assert len(aside) >= 50
    assert mean(mark.recall for mark in aside) >= LEAST[mode][0]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_language_is_left_behind(given, language):
    assert mean(mark.recall for mark in given if mark.question.language == language) >= 0.84


@pytest.mark.parametrize(("language", "least"), [("sv", 0.95), ("en", 0.97)])
def test_forms_of_swedish_and_english_words_are_found(given, language, least):
    asked = {"base", "inflected"}
    found = [mark.recall for mark in given if mark.question.language == language and mark.question.kind in asked]
    assert len(found) >= 20
    assert mean(found) >= least


def test_compounds_are_found_by_their_parts(mode, given):
    found = [mark.recall for mark in given if mark.question.kind == "part"]
    assert mean(found) >= {"voikko": 0.9, "simplemma": 0.8}[mode]


@pytest.mark.parametrize("where", ["texts", "names"])
def test_slips_of_the_pen_are_meant_well(index, where):
    """The words that two documents have, and all that something is called, with a letter missing, doubled, swapped or exchanged."""
    found = index.vocabulary(1, 10_000, in_names=True) if where == "names" else index.vocabulary(2, 10_000)
    words = [word for word in sorted(found) if is_word(word) and len(word) >= 5]
    places = []
    for number, word in enumerate(words):
        at = 1 + number % (len(word) - 2)
        slip = (
            word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + "q" + word[at + 1 :],
        )[number % 4]  # fmt: skip
        if slip == word or slip in words:
            continue
        meant = candidates(index, slip, house.KEYS)
        places.append(meant.index(word) + 1 if word in meant else 99)
    first, third = (mean(place <= most for place in places) for most in (1, 3))
    print(f"\n{len(places)} slips in {where}: the first is meant {first:.3f}, one of three {third:.3f}")
    assert len(places) >= 200
    assert third >= 0.95


def test_a_proposal_is_followed_to_the_right_document(mode, index):
    asked = [one for one in house.questions() if one.kind == "typos"]
    found = [set(house.answered_by(index, one.text, follows=True)) & one.relevant for one in asked]
    print(f"\n{sum(map(bool, found))} of {len(found)} slips lead to the right document")
    assert sum(map(bool, found)) >= LEAST_MEANT[mode]
