"""Saying what went wrong, in words and without details: as a page, or to programs as a problem (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

API = "/api/"
PROBLEM_TYPE = "application/problem+json"
DETAILS = {
    400: "The request could not be understood.",
    401: "Send a valid access token: Authorization: Bearer …",
    403: "This is not yours to do.",
    404: "There is nothing here, or nothing for you.",
    405: "This address does not know that method.",
    409: "Somebody changed this in the meantime.",
    413: "The request is too large.",
    415: "Send JSON.",
    422: "Something in the request is not right.",
    429: "Too many requests. Try again later.",
    500: "Something went wrong on our side. Nothing was changed.",
    503: "The house is busy. Try again in a moment.",
}


def problem(status: int, detail: str = "", **members: Any) -> HttpResponse:
    """Return a problem details answer; `members` are added to it ("errors": what is wrong with which field)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or DETAILS.get(status, HTTPStatus(status).phrase),
        **members,
    }
    # ascii escapes: whatever odd characters came in, they go out as valid UTF-8
    response = HttpResponse(json.dumps(body, default=str), status=status, content_type=PROBLEM_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Loikka"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, status: int, template: str) -> HttpResponse:
    if request.path_info.startswith(API):
        return problem(status)
    return render(request, f"errors/{template}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent could not be understood, or was too large (413)."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, "413")
    return _answer(request, 400, "400")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, but not allowed."""
    return _answer(request, 403, "403")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form does not come from a page of ours, or from one that was open too long."""
    return _answer(request, 403, "csrf")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: is not there, or not for this person; the words are the same."""
    return _answer(request, 404, "404")


def not_offered(request: HttpRequest, **kwargs: Any) -> NoReturn:
    """404 for an address that a library would answer and this house does not."""
    raise Http404


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too often; allauth asks for this at sign-in."""
    response = _answer(request, 429, "429")
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page needs neither database nor session."""
    return _answer(request, 500, "500")
