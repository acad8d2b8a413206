"""People are named in forms as one calls them: by name, handle or mail address."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import make_person
from wiki.onboarding.forms import PersonField
from wiki.onboarding.making.enrol_forms import PeopleField


def people_field(viewer) -> PeopleField:
    field = PeopleField()
    field.viewer = viewer
    return field


def person_field(viewer) -> PersonField:
    field = PersonField(required=False)
    field.viewer = viewer
    return field


@pytest.mark.parametrize("text", ["Ben Example", "ben example", " @ben.example ", "BEN.EXAMPLE", "ben.email"])
def test_somebody_is_found_by_what_people_call_them(cast, text):
    text = text.replace("ben.email", cast.ben.email.upper())
    assert person_field(cast.mika).clean(text) == cast.ben


def test_accents_do_not_matter_and_nothing_is_nobody(cast):
    asa = make_person("Asa", name="Åsa Öhman")
    assert person_field(cast.mika).clean("asa ohman") == asa
    assert person_field(cast.mika).clean("  ") is None


def test_of_two_of_one_name_it_asks_which(cast):
    twins = [make_person(first, name="Tuija Virtanen") for first in ("Tuija", "Tuijaa")]
    with pytest.raises(forms.ValidationError) as refused:
        person_field(cast.mika).clean("Tuija Virtanen")
    assert all(twin.handle in refused.value.messages[0] for twin in twins)
    assert person_field(cast.mika).clean(twins[1].handle) == twins[1]


def test_a_guest_finds_nobody_she_may_not_see(cast):
    with pytest.raises(forms.ValidationError, match="Nobody is known by"):
        person_field(cast.gita).clean("Cleo Example")


@pytest.mark.parametrize(
    "text",
    [
        "Aino Example, Ben Example",
        "aino.example ben.example",
        "@aino.example;ben.example,",
        "Aino Example, aino.example, ben.example, Ben Example",
        "aino.example ben.example, Ben Example",
    ],
)
def test_several_are_named_in_any_way_once(cast, text):
    assert people_field(cast.mika).clean(text) == [cast.aino, cast.ben]


@pytest.mark.parametrize("text", ["Nobody Here", "Aino Example, Nobody Here", "aino.example nobody.here"])
def test_who_is_unknown_is_named_in_the_message(cast, text):
    with pytest.raises(forms.ValidationError, match=r"(?i)nobody is known by “nobody.here”"):
        people_field(cast.mika).clean(text)


def test_three_and_thirty_are_asked_for_at_once(cast):
    def asked(count: int) -> int:
        people = [make_person(f"Person{count}x{number}") for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert people_field(cast.mika).clean(", ".join(person.name for person in people)) == people
        return len(queries)

    assert asked(3) == asked(30)
