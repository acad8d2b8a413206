"""The REST API: one NinjaAPI, the apps' routers named in `settings.API_ROUTERS`, one way to say what went wrong.

Programs sign in with `Authorization: Bearer <access token>`; a browser's session works too, with a CSRF token for
everything but reading. Every error is a problem (RFC 9457).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from typing import Annotated, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException, UnreadablePostError
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError
from ninja.errors import ValidationError as InputError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from pydantic import AfterValidator

from intranet import paging
from intranet.errors import PROBLEM_TYPE, problem
from intranet.middleware import SAFE_METHODS

# (token or None, user) of a bearer secret; people live a floor above.
find_bearer = "intranet.people.tokens.find_bearer"


def _plain_text(value: str) -> str:
    """Refuse what no text contains: NUL bytes and halves of characters. PostgreSQL would refuse them with an error."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("contains characters that are not text")
    return value


# Every text that comes in: `name: Text`.
Text = Annotated[str, AfterValidator(_plain_text)]


class Bearer(HttpBearer):
    """A personal access token. Its scope is asked here, by the method alone, so no route can forget it."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the person. A header that is there but wrong is an error: a session beside it does not count."""
        if "Authorization" not in request.headers:
            return None
        scheme, _space, secret = request.headers["Authorization"].partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationError
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the person the token belongs to, refuse a read token that wants to write."""
        found = import_string(find_bearer)(token)
        if found is None:
            raise AuthenticationError
        access, user = found
        if request.method not in SAFE_METHODS and access.scope != "write":
            raise AuthorizationError(message="This access token may only read.")
        _count_request(f"token:{access.pk}")
        request.user = user
        return user


class Session(APIKeyCookie):
    """The session of a browser; everything but reading needs the CSRF token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the person who is signed in."""
        if not request.user.is_authenticated:
            return None
        _count_request(f"user:{request.user.pk}")
        return request.user


def _count_request(who: str) -> None:
    """Refuse more than API_RATE requests a minute. Without a cache nobody is stopped: reading goes on."""
    if not settings.API_RATE:
        return
    now = time.time()
    key = f"api:{who}:{int(now // 60)}"
    try:
        cache.add(key, 0, timeout=120)
        count = cache.incr(key)
    except Exception:  # an evicted key is a ValueError, an absent Redis an error of its own
        return
    if count > settings.API_RATE:
        raise TooManyRequests(int(60 - now % 60) + 1)


class TooManyRequests(HttpError):  # noqa: N818  # named like what it answers
    """Too often; `wait` seconds until the next try."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(429, "Too many requests. Try again later.")


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Conflict(Exception):  # noqa: N818  # named like what it answers
    """409: `members` say what the other one did (both texts, say)."""

    def __init__(self, detail: str = "", **members: Any) -> None:
        self.detail, self.members = detail, members
        super().__init__(detail)


def page_of(
    queryset: QuerySet[Any], order: Sequence[str], *, types: Sequence[type], cursor: str, limit: int
) -> tuple[list[Any], str | None]:
    """Return one page of rows and the cursor of the next one; a cursor that is not ours is bad input (400)."""
    try:
        found = paging.keyset(queryset, order, cursor or None, limit, types=types)
    except paging.BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    return found.rows, found.next_cursor


class API(NinjaAPI):
    """The API of the house; it is described once in each process, which takes half a second of processor time."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description in OpenAPI; nobody changes it."""
        if path_prefix is not None or path_params:
            return super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self._description

    @cached_property
    def _description(self) -> OpenAPISchema:
        return super().get_openapi_schema()


api = API(
    title="Loikka",
    version="1.0.0",
    description="The house for programs: the same people, communities, pages and posts, with the same rights.",
    urls_namespace="api",
    auth=[Bearer(), Session()],
    docs_url=None,
    openapi_url="/openapi.json",
)


def _input_errors(error: InputError) -> list[dict[str, str]]:
    return [
        {"field": ".".join(str(part) for part in entry.get("loc", ())[1:]), "message": _words_of(entry)}
        for entry in error.errors[:50]
    ]


def _words_of(entry: dict[str, Any]) -> str:
    """Return what pydantic says of a value; of a text that may be null it counts "items"."""
    if entry.get("type") == "too_long" and entry.get("ctx", {}).get("field_type") == "Value":
        return f"String should have at most {entry['ctx']['max_length']} characters"
    return str(entry.get("msg", ""))


def _refusal_errors(error: ValidationError) -> list[dict[str, str]]:
    if hasattr(error, "error_dict"):
        return [
            {"field": key, "message": words} for key, all_words in error.message_dict.items() for words in all_words
        ]
    return [{"field": "", "message": words} for words in error.messages]


def _problem_of(error: Exception) -> HttpResponse | None:
    """Return the answer an error means, None for one that is a fault of ours."""
    if isinstance(error, TooManyRequests):
        response = problem(429, error.message)
        response.headers["Retry-After"] = str(error.wait)
        return response
    if isinstance(error, AuthenticationError):
        return problem(401)
    if isinstance(error, HttpError):
        return problem(error.status_code, error.message)
    if isinstance(error, InputError):
        return problem(422, errors=_input_errors(error))
    if isinstance(error, ValidationError):
        return problem(422, " ".join(error.messages)[:1000], errors=_refusal_errors(error))
    if isinstance(error, Conflict):
        return problem(409, error.detail, **error.members)
    if isinstance(error, PermissionDenied):
        return problem(403, str(error))
    if isinstance(error, Http404):
        return problem(404)
    if isinstance(error, RequestDataTooBig):
        return problem(413)
    if isinstance(error, (SuspiciousOperation, BadRequest, UnreadablePostError, RawPostDataException, UnicodeError)):
        return problem(400)
    return None


def _on_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer an error as a problem, and take back what the refused request had written already."""
    response = _problem_of(error)
    if response is None:
        raise error  # the middleware rolls back and `handler500` answers
    if request.method not in SAFE_METHODS and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return response


for _kind in (
    Exception,
    HttpError,
    InputError,
    ValidationError,
    Conflict,
    PermissionDenied,
    Http404,
    SuspiciousOperation,
):
    api.add_exception_handler(_kind, _on_error)  # type: ignore[arg-type]  # an instance, always

for _prefix, _path in settings.API_ROUTERS.items():
    api.add_router(_prefix, import_string(_path))


def _as_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn answers that the library makes itself (405, bad paths) into problems."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except RequestDataTooBig:
            return problem(413)
        if response.status_code >= 400 and response.headers.get("Content-Type") != PROBLEM_TYPE:
            told = problem(response.status_code)
            if "Allow" in response.headers:
                told.headers["Allow"] = response.headers["Allow"]
            return told
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked by `Session`, tokens need none
    return answer


@login_required
@never_cache
def reference(request: HttpRequest) -> HttpResponse:
    """Show what the API offers, for people: a page made from its own description."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or [address.split("/")[3]])[0]
            groups.setdefault(tag, []).append({"method": method.upper(), "address": address, **operation})
    return render(request, "people/api_reference.html", {"groups": groups, "info": schema["info"]})


def urls() -> list[URLPattern]:
    """Return the API's addresses, each wrapped so that every error is a problem."""
    patterns: list[Any] = api.urls[0]
    for pattern in patterns:
        view = require_safe(pattern.callback) if pattern.name == "openapi-json" else pattern.callback
        pattern.callback = _as_problems(view)
    return [path("docs", reference, name="reference"), *patterns]
