"""Words in three languages, with libvoikko and without."""

import unicodedata

import pytest
from simplemma.strategies import DefaultStrategy

from search import analysis
from search.completing import readings
from search.engines.base import Document
from search.finnish import DictionaryFinnish, VoikkoFinnish
from search.query import parse
from search.terms import document_terms
from search.voikko import load_voikko


@pytest.fixture(params=["voikko", "simplemma"])
def chain(request, monkeypatch):
    """Analyse with each reader of Finnish in turn."""
    if request.param == "voikko":
        voikko = load_voikko()
        if voikko is None:
            pytest.skip("libvoikko is not installed")
        reader = VoikkoFinnish(voikko)
    else:
        reader = DictionaryFinnish(DefaultStrategy(low_memory=True))
    monkeypatch.setattr(analysis, "finnish", lambda: reader)
    for memo in (analysis._read, analysis.index_terms, analysis.query_terms):
        memo.cache_clear()
    yield request.param
    for memo in (analysis._read, analysis.index_terms, analysis.query_terms):
        memo.cache_clear()


def finds(typed: str, written: str, language: str = "fi", least: float = 0.0) -> bool:
    """Does a query of this word find a text with that one?"""
    index = dict(analysis.index_terms(written, language))
    return any(weight * index.get(term, 0) > least for term, weight in analysis.query_terms(typed))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("tieto", "tietoa"), ("tietoa", "tieto"), ("hiljainen", "hiljaista"), ("perehdytys", "perehdytyksessä"),
        ("perehdytys", "perehdytysprosessin"), ("prosessi", "perehdytysprosessin"), ("teatteri", "kaupunginteatterin"),
        ("lomake", "lomakkeen"), ("kokous", "kokouksissa"), ("työ", "kotityön"), ("wiki", "wikiä"),
        ("ihminen", "ihmisoikeus"), ("hyvinvointi", "työhyvinvointikyselyssä"), ("kysely", "työhyvinvointikyselyn"),
    ],
)  # fmt: skip
def test_finnish_is_found_in_every_form_and_as_a_part_of_a_compound(chain, typed, written):
    assert finds(typed, written)


def test_verbal_noun_that_begins_a_compound_is_found_where_libvoikko_reads_it(chain):
    assert finds("perehdyttäminen", "perehdyttämisprosessin") is (chain == "voikko")


def test_query_does_not_take_its_own_compound_apart(chain):
    assert not finds("perehdytysprosessi", "prosessi")


def test_vowels_with_dots_are_letters_of_their_own_and_bare_ones_a_weak_second_chance(chain):
    assert finds("paiva", "päivä")
    assert not finds("paiva", "päivä", least=0.5)
    assert finds("päivä", "päivänä", least=0.9)
    assert not finds("väärä", "vaara")
    assert finds("ängby", "Ängby", least=0.9)


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("sv", "bok", "böckerna"), ("sv", "möte", "mötena"), ("sv", "anställd", "anställda"),
        ("en", "meeting", "meetings"), ("en", "organize", "organized"), ("en", "policy", "policies"),
    ],
)  # fmt: skip
def test_swedish_and_english_are_found_in_every_form(chain, language, typed, written):
    assert finds(typed, written, language)


def test_english_word_in_a_finnish_text_is_found_in_its_base_form(chain):
    assert finds("deadline", "deadlines", "fi")


@pytest.mark.parametrize("code", ["ABC-123", "v2.3.1", "snake_case", "PerehdytysPolku", "ISO-9001:2015"])
def test_codes_are_found_whole_and_exactly(chain, code):
    assert finds(code.lower(), code, least=0.9)


def test_pieces_of_codes_and_of_joined_words_are_found(chain):
    assert finds("123", "ABC-123")
    assert finds("abc", "ABC-123")
    assert finds("polku", "PerehdytysPolku")
    assert finds("case", "snake_case")
    assert not finds("ABC-124", "ABC-123")
    assert not finds("ABC123", "ABC-123", least=0.9)


@pytest.mark.parametrize(("one", "other"), [("near-miss", "nearmiss"), ("e-mail", "email"), ("wi-fi", "WiFi")])
def test_a_hyphen_more_or_less_is_the_same_word(chain, one, other):
    assert finds(one, other, "en")
    assert finds(other, one, "en")


def test_letters_in_pieces_printed_signs_and_hidden_hyphens_make_the_same_words():
    text = unicodedata.normalize("NFD", "Päivän työ ") + "pereh\u00addytys oﬃce"
    assert analysis.words(text) == ["Päivän", "työ", "perehdytys", "office"]
    assert parse(unicodedata.normalize("NFD", "päivä")).must == parse("päivä").must
    assert readings(unicodedata.normalize("NFD", "päi")) == readings("päi")


def test_names_are_not_inflected():
    assert dict(analysis.name_terms("Laine")) == {"laine": 1.0}
    assert "^aijala" in dict(analysis.name_terms("Äijälä"))


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The plan for the week is here and we have cake", "fi", "en"),
        ("Vi har ett möte och det är i dag för alla", "fi", "sv"),
        ("Tämä on hyvä ja se on myös valmis", "en", "fi"),
        ("Kaffe", "sv", "sv"),
        ("", "", "fi"),
    ],
)
def test_language_of_a_text_is_heard_from_its_small_words(text, declared, language):
    assert analysis.guess_language(analysis.words(text), declared) == language


@pytest.mark.parametrize(
    "word", ["a" * 10_000, "-" * 500, "’", "\x00", "\ud800", "ﷺ", "İ", "💡", "9" * 300, "ä" * 300, "A-" * 300]
)
def test_odd_words_are_analysed_without_harm(chain, word):
    for term, weight in (*analysis.index_terms(word, "fi"), *analysis.query_terms(word)):
        assert len(term) <= analysis.LONGEST_WORD * 2 + 2
        assert 0 < weight <= 1


def test_title_weighs_more_than_body_and_places_follow_the_text():
    terms = document_terms(
        Document("page:1", "page", frozenset({"c:1"}), "Perehdytys", "Vuosi alkaa. Perehdytys alkaa.")
    )
    assert terms.text["perehdytys"] > 3 * terms.text["vuosi"]
    assert len(terms.places["perehdytys"]) == 2
    assert terms.places["alkaa"][0] == terms.places["vuosi"][0] + 1
    assert terms.title_length == 1


def test_version_names_the_reader_of_finnish(chain):
    assert chain in analysis.analyzer_version()
