"""Views behind the doors that open without signing in: a calendar program's, and the new hire's before the first day."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from feed.views.files import serve
from intranet import errors
from intranet.files import Kind, response_headers
from wiki.onboarding.mine import doors, early
from wiki.onboarding.mine.calendar import calendar_for
from wiki.onboarding.models import Welcome


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """The due dates of whoever the address belongs to."""
    if doors.is_too_often(request):
        return _busy(request)
    door = doors.calendar_of(token)
    if door is None:
        raise Http404
    with translation.override(door.person.language or translation.get_language()):
        body = calendar_for(door.person)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="loikka.ics"'
    return doors.shut_in(response)


@login_not_required
@require_safe
def welcome(request: HttpRequest, token: str) -> HttpResponseBase:
    """What there is to read before the first day."""
    return _page(request, token, 0)


@login_not_required
@require_safe
def welcome_page(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """One of these pages, by its place in the list."""
    return _page(request, token, number)


@login_not_required
@require_safe
def welcome_file(request: HttpRequest, token: str, file: UUID) -> HttpResponseBase:
    """A picture or another file that one of these pages shows."""
    if doors.is_too_often(request):
        return _busy(request)
    found = early.early_file(_opened(token), file)
    if found is None:
        raise Http404
    headers = response_headers(Kind(found.content_type, "", is_image=found.is_image), found.name)
    headers["ETag"] = quote_etag(found.digest[:32])
    try:
        return doors.shut_in(serve(request, found.stored_as, headers))
    except FileNotFoundError as gone:
        raise Http404 from gone


def _page(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    if doors.is_too_often(request):
        return _busy(request)
    opened = _opened(token)
    enrolment, steps = opened.enrolment, early.early_steps(opened.enrolment)
    pages = early.pages_behind(opened, steps)
    if number > len(pages):
        raise Http404
    page = pages[number - 1] if number else None
    with translation.override(enrolment.person.language or enrolment.path.language):
        context = {
            "enrolment": enrolment,
            "token": token,
            "pages": list(enumerate(pages, start=1)),
            "page": page,
            "number": number,
            "steps": [] if page else early.told(opened, token, steps, pages),
            "html": early.told_page(opened, token, page, pages) if page else "",
        }
        return doors.shut_in(render(request, "onboarding/welcome/page.html", context))


def _opened(token: str) -> Welcome:
    opened = doors.welcome_of(token)
    if opened is None:
        raise Http404
    return opened


def _busy(request: HttpRequest) -> HttpResponseBase:
    return doors.shut_in(errors.too_many(request))
