"""Who may knock: access tokens, sessions, scopes, limits."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from intranet.people import actions
from intranet.people.models import AccessToken, Community
from tests.api.programs import Program, is_problem

COMMUNITY = {"name": "Made by a program", "kind": "open"}


def test_token_is_shown_once_and_kept_as_a_digest(cast, sign_in):
    client = sign_in(cast.aino)
    page = client.post("/me/tokens/", {"name": "script", "scope": "read", "days": "30"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert secret not in client.get("/me/tokens/").content.decode()
    token = AccessToken.objects.get()
    assert secret not in repr(vars(token))
    assert Program(secret=secret).get("/me").json()["handle"] == "aino.example"


def test_command_prints_a_working_token(cast, capsys):
    call_command("issue_token", "Aino@loikka.example", "--scopes", "read,write")
    secret = capsys.readouterr().out.strip()
    assert Program(secret=secret).post("/communities", COMMUNITY).status_code == 201


@pytest.mark.parametrize("arguments", [("nobody@loikka.example",), ("aino@loikka.example", "--scopes", "admin")])
def test_command_refuses_in_words(arguments, cast):
    with pytest.raises(CommandError):
        call_command("issue_token", *arguments)


def test_nobody_gets_in_without_a_token(cast, program):
    response = program().get("/communities")
    assert is_problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "Bearer loikka_" + "a" * 43,
        "Bearer \x00",
        "Bearer " + "a" * 5000,
        "loikka",
    ],
)
def test_wrong_token_is_not_helped_by_a_session(header, cast, sign_in):
    client = sign_in(cast.aino, HTTP_AUTHORIZATION=header)
    assert is_problem(client.get("/api/v1/me"), 401)


@pytest.mark.parametrize("end", ["revoked", "run out", "closed", "over", "guest is removed"])
def test_token_stops_at_once(end, cast, program):
    reader = program(cast.ben)
    token = AccessToken.objects.get()
    assert reader.get("/me").status_code == 200
    if end == "revoked":
        actions.revoke_token(actor=cast.ben, token=token)
    elif end == "run out":
        AccessToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "closed":
        actions.close_account(actor=cast.root, person=cast.ben)
    elif end == "over":
        actions.change_account(actor=cast.root, person=cast.ben, active_until=date(2020, 1, 1))
    else:
        actions.remove_member(actor=cast.mika, community=cast.lab, person=cast.ben)
        assert reader.get("/communities/lab").json()["role"] is None
        return
    assert is_problem(reader.get("/me"), 401)


def test_use_is_noted_once_a_minute(cast, program):
    reader = program(cast.aino)
    reader.get("/me")
    first = AccessToken.objects.get().last_used_at
    reader.get("/me")
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(seconds=61))
    reader.get("/me")
    assert AccessToken.objects.get().last_used_at > first - timedelta(seconds=1)


def api_routes() -> list[tuple[str, tuple[str, ...]]]:
    """Every address of the API with an example for each parameter, from the URL configuration itself."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and route.startswith("api/v1/"):
                found.append(route)

    walk(get_resolver().url_patterns, "")
    return found


def spellings(path: str) -> list[tuple[str, dict]]:
    """Ways to write an address that a careless check would take for another one."""
    return [
        (path, {}),
        (path + "/", {}),
        (path + "?x=1", {}),
        (path + "#fragment", {}),
        (path + "?_method=GET", {}),
        (path.replace("/api", "//api", 1), {}),
        (path.replace("/v1/", "/v1//", 1), {}),
        (path.replace("/v1/", "/v1/./", 1), {}),
        (path.replace("/v1/", "/v1/x/../", 1), {}),
        (path.replace("/v1/", "/%761/", 1), {}),
        (path.replace("v1", "V1", 1), {}),
        (path, {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}),
    ]


def test_read_token_writes_nowhere_however_the_address_is_spelled(cast, program):
    import re

    reader = program(cast.aino)
    before = Community.objects.count()
    routes = api_routes()
    assert "api/v1/communities" in routes
    for route in routes:
        path = "/" + re.sub(r"<[^>]*>", "1", route)
        for spelled, extra in spellings(path):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                body = '{"name": "x", "kind": "open", "body": "x", "community": "yard", "markdown": "x", "title": "x"}'
                response = reader.client.generic(method, spelled, body, content_type="application/json", **extra)
                assert response.status_code in (301, 302, 403, 404, 405), (method, spelled, response.status_code)
    assert Community.objects.count() == before


def test_write_token_writes(cast, program):
    assert program(cast.aino, "write").post("/communities", COMMUNITY).status_code == 201


def test_read_token_is_told_so(cast, program):
    response = program(cast.aino).post("/communities", COMMUNITY)
    assert is_problem(response, 403)
    assert "only read" in response.json()["detail"]


def test_session_reads_and_needs_the_form_token_to_write(cast, sign_in):
    client = sign_in(cast.aino, enforce_csrf_checks=True)
    assert client.get("/api/v1/me").status_code == 200
    refused = client.post("/api/v1/communities", COMMUNITY, content_type="application/json")
    assert is_problem(refused, 403)
    client.get("/me/settings/")
    token = client.cookies["loikka_csrf"].value
    sent = client.post("/api/v1/communities", COMMUNITY, content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert sent.status_code == 201


def test_too_many_requests_are_told_when_to_come_back(cast, program, settings):
    settings.API_RATE = 3
    reader = program(cast.aino)
    assert [reader.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    response = reader.get("/me")
    assert is_problem(response, 429)
    assert 0 < int(response.headers["Retry-After"]) <= 61
    assert program(cast.ben).get("/me").status_code == 200


def test_nobody_ends_or_sees_another_ones_token(cast, program, sign_in):
    program(cast.aino)
    token = AccessToken.objects.get()
    client = sign_in(cast.ben)
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert client.get("/me/tokens/").context["tokens"].count() == 0
    token.refresh_from_db()
    assert token.revoked_at is None
    assert sign_in(cast.aino).post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_description_needs_no_token_and_no_other_host(client, db):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    assert "/api/v1/communities" in schema["paths"]
    schemes = schema["components"]["securitySchemes"]
    assert {(scheme["type"], scheme.get("scheme") or scheme.get("in")) for scheme in schemes.values()} == {
        ("http", "bearer"),
        ("apiKey", "cookie"),
    }


def test_description_is_worked_out_once():
    from intranet.api import api

    assert api.get_openapi_schema() is api.get_openapi_schema()


def test_strangers_with_a_guessed_session_are_nobody(db):
    client = Client()
    client.cookies["loikka_session"] = "a" * 32
    assert is_problem(client.get("/api/v1/me"), 401)
