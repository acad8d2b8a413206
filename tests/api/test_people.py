"""People and communities over the API: visibility, bad input, what cannot be set."""

import json

import pytest

from intranet.people.models import Community, Membership, User
from tests.api.programs import is_problem

NAMES = ("aino", "ben", "cleo", "mika", "gita", "root")
TABLE = {
    "/me": (200, 200, 200, 200, 200, 200),
    "/people": (200, 200, 200, 200, 404, 200),
    "/people/aino.example": (200, 200, 200, 200, 200, 200),
    "/people/cleo.example": (200, 200, 200, 200, 404, 200),
    "/people/gita.example": (200, 200, 404, 200, 200, 404),
    "/people/nobody": (404, 404, 404, 404, 404, 404),
    "/communities": (200, 200, 200, 200, 200, 200),
    "/communities/everyone": (200, 200, 200, 200, 404, 200),
    "/communities/yard": (200, 200, 200, 200, 404, 200),
    "/communities/lab": (200, 200, 200, 200, 200, 200),
    "/communities/vault": (200, 200, 404, 200, 404, 404),
    "/communities/nowhere": (404, 404, 404, 404, 404, 404),
}


@pytest.mark.parametrize("path", TABLE)
def test_each_of_the_cast_gets_what_they_may_see(path, cast, program):
    assert tuple(program(getattr(cast, name)).get(path).status_code for name in NAMES) == TABLE[path]


def test_what_may_not_be_seen_answers_like_what_is_not_there(cast, program):
    outsider = program(cast.cleo)
    hidden, nothing = outsider.get("/communities/vault"), outsider.get("/communities/nowhere")
    assert is_problem(hidden, 404)
    assert (hidden.content, dict(hidden.headers)) == (nothing.content, dict(nothing.headers))


def test_lists_hold_only_what_may_be_known(cast, program):
    slugs = {
        name: {row["slug"] for row in program(getattr(cast, name)).get("/communities").json()["items"]}
        for name in NAMES
    }
    everything = {"everyone", "yard", "lab", "vault"}
    assert slugs["aino"] == slugs["mika"] == everything
    assert slugs["cleo"] == slugs["root"] == everything - {"vault"}
    assert slugs["gita"] == {"lab"}


def test_closed_community_tells_outsiders_neither_size_nor_role(cast, program):
    row = program(cast.cleo).get("/communities/lab").json()
    assert (row["member_count"], row["role"]) == (None, None)
    row = program(cast.mika).get("/communities/lab").json()
    assert (row["member_count"], row["role"]) == (4, "moderator")


def test_community_is_made_with_its_maker_as_moderator(cast, program):
    response = program(cast.cleo, "write").post(
        "/communities", {"name": "Sailing", "kind": "closed", "purpose": "Wind"}
    )
    assert response.status_code == 201
    assert (response.json()["slug"], response.json()["role"]) == ("sailing", "moderator")
    assert is_problem(program(cast.gita, "write").post("/communities", {"name": "Guests"}), 403)


def test_lists_are_leafed_through_with_a_cursor(cast, program):
    for n in range(25):
        Community.objects.create(name=f"C{n}", slug=f"c{n}")
    reader, seen, cursor = program(cast.aino), [], ""
    while cursor is not None:
        page = reader.get("/communities", limit=7, cursor=cursor).json()
        seen += [row["slug"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 29


@pytest.mark.parametrize(
    "field", ["id", "slug", "is_everyone", "created_by", "created_by_id", "mail_name", "memberships"]
)
def test_columns_that_are_not_offered_cannot_be_set(field, cast, program):
    response = program(cast.aino, "write").post("/communities", {"name": "Sly", field: 1})
    assert is_problem(response, 422)
    assert not Community.objects.filter(name="Sly").exists()


USER_FIELDS = [field.name for field in User._meta.get_fields() if getattr(field, "column", None)]


@pytest.mark.parametrize(
    ("address", "extra"),
    [
        ("/me/settings/", {"form": "profile"}),
        ("/me/settings/", {"form": "preferences"}),
        ("/accounts/theme/", {"theme": "dark"}),
    ],
)
def test_form_sets_only_its_own_columns(address, extra, cast, sign_in):
    offered = {"title", "about", "languages", "phone", "time_zone", "language", "theme"}
    before = User.objects.get_queryset().filter(pk=cast.aino.pk).values().get()
    evil = {field: "1" for field in USER_FIELDS if field not in offered}
    valid = {"language": "fi", "time_zone": "Europe/Helsinki", "theme": "dark", "title": "T"}
    sign_in(cast.aino).post(address, {**evil, **valid, **extra, "community": cast.vault.pk, "role": "moderator"})
    after = User.objects.get_queryset().filter(pk=cast.aino.pk).values().get()
    assert {key for key in after if after[key] != before[key]} <= offered | {"last_login"}
    assert not Membership.objects.filter(user=cast.aino, role="moderator").exists()


NAUGHTY = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "a" * 81, "a" * 100_000, "\u202eevil", "<script>", "' OR 1=1 --", "％00", "𝕬" * 80,
    None, True, 0, -1, 1e308, [], {}, [[]], {"name": "x"}, "\u2028", "\\u0000", "NaN", "../../etc/passwd", "{{ 7*7 }}",
]  # fmt: skip


@pytest.mark.parametrize("field", ["name", "kind", "purpose", "hue", "by_request"])
def test_odd_values_are_bad_input_never_an_error(field, cast, program):
    writer = program(cast.aino, "write")
    for value in NAUGHTY:
        response = writer.post("/communities", json.dumps({"name": f"N{field}", field: value}))
        assert response.status_code in (201, 422), (field, value)
        if response.status_code == 422:
            assert is_problem(response, 422)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"name": 1e999}', b'{"name": NaN}', b"\x00"],
)
def test_bodies_that_are_no_json_are_bad_input(body, cast, program):
    response = program(cast.aino, "write").client.generic(
        "POST", "/api/v1/communities", body, content_type="application/json"
    )
    assert response.status_code in (400, 422)
    assert is_problem(response, response.status_code)


def test_body_that_is_too_large_is_told_so(cast, program, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = program(cast.aino, "write").post("/communities", {"name": "x", "purpose": "a" * 2000})
    assert is_problem(response, 413)


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=%00", "limit=0", "limit=-1", "limit=x", "limit=99999999999999999999", "cursor=" + "a" * 5000,
     "cursor=W10", "q=%00", "q=" + "a" * 101, "team=%00", "skill=%ED%A0%80", "limit=1&limit=2", "x=1"],
)  # fmt: skip
def test_odd_questions_are_bad_input_never_an_error(query, cast, program):
    reader = program(cast.aino)
    for path in ("/people", "/communities"):
        response = reader.client.get(f"/api/v1{path}?{query}")
        assert response.status_code in (200, 400, 422)
        if response.status_code != 200:
            assert is_problem(response, response.status_code)


@pytest.mark.parametrize(
    "path", ["/people/%00", "/communities/%00", "/people/" + "a" * 3000, "/communities/%ED%A0%80", "/nowhere", "/"]
)
def test_odd_addresses_are_not_there(path, cast, program):
    response = program(cast.aino).client.get(f"/api/v1{path}")
    assert response.status_code in (404, 422)
    assert is_problem(response, response.status_code)


def test_method_that_is_not_known_is_told_so(cast, program):
    response = program(cast.aino, "write").client.delete("/api/v1/communities")
    assert is_problem(response, 405)
    assert "POST" in response.headers["Allow"]


def test_fault_of_ours_is_a_problem_without_details(cast, program, monkeypatch):
    from intranet.people import api

    monkeypatch.setattr(api, "can_see_directory", lambda user: 1 / 0)
    reader = program(cast.aino)
    reader.client.raise_request_exception = False
    response = reader.get("/people")
    assert is_problem(response, 500)
    assert "Zero" not in response.content.decode()


def test_lists_cost_the_same_with_few_and_many_rows(cast, program, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path):
        reader = program(cast.aino)
        reader.get("/me")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.get(path, limit=100)
        return len(queries)

    few = cost("/people"), cost("/communities")
    for n in range(30):
        User.objects.create_user(f"n{n}@loikka.example", name=f"N {n}", handle=f"n{n}")
        Community.objects.create(name=f"N{n}", slug=f"n{n}")
    assert (cost("/people"), cost("/communities")) == few
    assert max(few) <= 3
