"""How a typed word fits a title: words, inside words, initials, forms, any order."""

import pytest

from search.completing import fit, forms_of, readings


def best(typed: str, *titles: str, name: bool = False) -> list[str]:
    """Return the titles that fit, best first, as an engine gives them."""
    for reading in readings(typed):
        ranks = {title: fit(reading, forms_of(title, "fi", is_name=name), len(title.split())) for title in titles}
        if found := sorted((title for title in titles if ranks[title]), key=lambda title: -ranks[title]):
            return found
    return []


PLACES = ("Perehdytysopas", "Uuden työntekijän opas", "Matkaohjeet", "Helsingin toimisto", "Työsuhdeasiat ja käytännöt")
PEOPLE = ("Aino Virtanen", "Aino Mäkinen", "Ben Lindström", "Anna-Maija Kivi-Koskinen", "Helsinki Joki")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("opas", ["Uuden työntekijän opas", "Perehdytysopas"]),
        ("pereh", ["Perehdytysopas"]),
        ("perehdytykse", []),
        ("matkaohjeesta", ["Matkaohjeet"]),
        ("matka", ["Matkaohjeet"]),
        ("ohje", ["Matkaohjeet"]),
        ("Helsingin toimistolla", ["Helsingin toimisto"]),
        ("toimisto helsinki", ["Helsingin toimisto"]),
        ("tk", ["Työsuhdeasiat ja käytännöt"]),
        ("tjk", ["Työsuhdeasiat ja käytännöt"]),
        ("utyö", []),
        ("uto", ["Uuden työntekijän opas"]),
        ("tyontekijan op", ["Uuden työntekijän opas"]),
        ("opas matka", []),
        ("?!", []),
    ],
)
def test_titles(typed, found):
    assert best(typed, *PLACES) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("av", ["Aino Virtanen"]),
        ("aino", ["Aino Virtanen", "Aino Mäkinen"]),
        ("aino makinen", ["Aino Mäkinen"]),
        ("virtanen aino", ["Aino Virtanen"]),
        ("virt ai", ["Aino Virtanen"]),
        ("Ainolle", ["Aino Virtanen", "Aino Mäkinen"]),
        ("Virtasen", ["Aino Virtanen"]),
        ("aino virtaselle", ["Aino Virtanen"]),
        ("Makiselta", ["Aino Mäkinen"]),
        ("lindstrom", ["Ben Lindström"]),
        ("koskinen", ["Anna-Maija Kivi-Koskinen"]),
        ("amkk", ["Anna-Maija Kivi-Koskinen"]),
        ("b l", ["Ben Lindström"]),
        ("b", []),
    ],
)
def test_names(typed, found):
    assert best(typed, *PEOPLE, name=True) == found


def test_bare_letters_are_a_second_chance_only():
    assert best("sälä", "Sälä", "Salassa") == ["Sälä"]
    assert best("sälä", "Salassa") == ["Salassa"]
    assert best("kay", "Käyttö") == ["Käyttö"]


def test_whole_word_before_beginning_before_inside_before_form():
    assert best("ohje", "Matkaohje", "Ohjelma", "Ohje") == ["Ohje", "Ohjelma", "Matkaohje"]
    assert best("ohjeista", "Ohje", "Matkaohje", "Ohjeista kysytään") == ["Ohjeista kysytään", "Ohje", "Matkaohje"]


def test_no_more_words_than_a_person_types():
    assert [len(reading) for reading in readings("sana " * 500)] == [8]
