"""The same filters and facets for programs."""

import pytest

from tests.search.test_find import places_of


def get(client, **parameters):
    answer = client.get("/api/v1/search", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_program_narrows_and_is_told_the_same_facets_as_the_page(cast, varied, sign_in):
    client = sign_in(cast.ben)
    found = get(client, q="kuutamo", facets="true", **{"in": ["lab", "yard"], "lang": "sv"})
    assert found["total"] == 2
    facets = {facet["parameter"]: facet["values"] for facet in found["facets"]}
    assert {value["value"]: value["count"] for value in facets["in"]} == {"lab": 1, "yard": 1, "vault": 1}
    assert facets["lang"][0] == {"value": "sv", "label": "Swedish", "count": 2}
    assert [hit["community"] for hit in found["hits"]] in (["lab", "yard"], ["yard", "lab"])
    assert all(":~:text=" in hit["anchor"] for hit in found["hits"])
    assert get(client, q="kuutamo")["facets"] == []
    for narrow, total in (
        ({"is": "open"}, 3), ({"is": ["open", "answered"]}, 6), ({"has": "file"}, 3), ({"from": "ben.example"}, 13),
        ({"tag": ["kuutamo", "only-lab"]}, 0), ({"year": 1999}, 0), ({"is": "mine"}, 16),
    ):  # fmt: skip
        assert get(client, q="kuutamo", **narrow)["total"] == total, narrow


def test_nobody_is_told_of_more_than_she_may_see(cast, varied, sign_in):
    for name, user in cast.people.items():
        found = get(sign_in(user), q="kuutamo", facets="true")
        for facet in found["facets"]:
            values = {value["value"] for value in facet["values"]}
            if facet["parameter"] == "in":
                assert values <= places_of(name), name
            if facet["parameter"] == "tag":
                assert values <= {"kuutamo", *(f"only-{place}" for place in places_of(name))}, name
        assert get(sign_in(user), q="kuutamo", **{"in": "vault"})["total"] == (6 if "vault" in places_of(name) else 0)


@pytest.mark.parametrize(
    "wrong", [{"is": "strange"}, {"lang": "xx"}, {"year": "x"}, {"year": 99999}, {"has": "x"}, {"tag": ["t"] * 11}]
)
def test_value_that_means_nothing_is_refused_with_a_reason(cast, varied, sign_in, wrong):
    answer = sign_in(cast.ben).get("/api/v1/search", {"q": "kuutamo", **wrong})
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.content.decode()


def test_parameters_are_documented(cast, sign_in):
    operation = sign_in(cast.root).get("/api/v1/openapi.json").json()["paths"]["/api/v1/search"]["get"]
    described = {one["name"]: one for one in operation["parameters"]}
    assert {"q", "kind", "in", "from", "tag", "year", "lang", "is", "has", "facets"} <= described.keys()
    assert described["in"]["schema"]["type"] == "array"
    assert described["is"]["description"]
