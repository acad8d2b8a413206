"""What every request passes through besides Django's own: transactions, the login wall, the person's language."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

from intranet.locks import turn_to_write, was_thrown_away

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# How often a change is made that the database throws away because of another one.
TRIES = 4
# These answer 401 in their own words instead of sending a program to the sign-in page.
OWN_AUTHENTICATION = ("/api/", "/live/")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class AtomicWrites:
    """Run every view that may write inside one transaction; reading takes no lock.

    ATOMIC_REQUESTS would wrap GET as well, and on SQLite an IMMEDIATE transaction is a write lock: readers would
    stand in one line. Must be the last middleware, because it calls the view itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; what matters happens once its view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Call the view in a transaction; an exception rolls back and goes on as usual.

        Two people who rename pages that name each other may each wait for what the other has. PostgreSQL then throws one
        of the two changes away, and that one is made again.
        """
        if request.method in SAFE_METHODS or getattr(view, "_non_atomic_requests", None):
            return None
        for tries_left in reversed(range(TRIES)):
            try:
                return self._call(view, request, args, kwargs)
            except OperationalError as error:
                if not tries_left or not was_thrown_away(error):
                    raise
                for _name, uploads in request.FILES.lists():
                    for upload in uploads:
                        upload.seek(0)
        return None

    def _call(self, view: Callable[..., Any], request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
        with turn_to_write(), transaction.atomic():
            response: HttpResponseBase = view(request, *args, **kwargs)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class LoginWall(LoginRequiredMiddleware):
    """Ask for sign-in everywhere except views marked `login_not_required` and doors with their own keys."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
        """Send strangers to the sign-in page, programs on to their own check; no address has a NUL in it."""
        if any("\x00" in part for part in kwargs.values() if isinstance(part, str)):
            raise Http404  # PostgreSQL would refuse the question
        if request.path_info.startswith(OWN_AUTHENTICATION):
            return None
        # What is for administrators does not exist for anybody else, whatever groups say inside.
        if request.path_info.startswith("/cms/") and request.user.is_authenticated and not request.user.is_staff:
            raise Http404
        return super().process_view(request, view, args, kwargs)


class Language(LocaleMiddleware):
    """Answer in a language the browser asks for, and leave none behind.

    Django keeps the language of a thread until somebody chooses another one: whatever this thread does next without a
    request, it would do in the language of the last one.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the language before everything that speaks, and put it back when all have spoken."""
        try:
            return super().__call__(request)  # type: ignore[return-value]  # never asynchronous here
        finally:
            translation.deactivate()


class Preferences:
    """Answer in the person's own language and time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set language and time zone before the view, and put the time zone back after it."""
        user = request.user
        if user.is_authenticated:
            if language := getattr(user, "language", ""):
                translation.activate(language)
                request.LANGUAGE_CODE = language
            timezone.activate(ZoneInfo(getattr(user, "time_zone", "") or timezone.get_default_timezone_name()))
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
