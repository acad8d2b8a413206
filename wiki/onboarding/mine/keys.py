"""Where people make and close the addresses that open without signing in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from intranet.people.models import User
from wiki.onboarding.mine import actions, doors, early
from wiki.onboarding.mine.forms import WelcomeForm
from wiki.onboarding.models import CalendarDoor, Enrolment, Welcome
from wiki.onboarding.permissions import can_look_after
from wiki.onboarding.ways import day_of, with_people
from wiki.views.shared import me


def calendar_address(person: User) -> str:
    """Return the address of somebody's calendar, "" when there is none."""
    door = CalendarDoor.objects.filter(person=person).first()
    return f"{settings.BASE_URL}{reverse('onboarding:calendar', args=[doors.calendar_token(door)])}" if door else ""


def welcome_for(enrolment: Enrolment) -> Welcome | None:
    """Return the link that was made for somebody, None for none."""
    found = Welcome.objects.filter(enrolment=enrolment).select_related("created_by").first()
    if found is not None:
        found.enrolment = enrolment
    return found


def welcome_address(welcome: Welcome, viewer: User) -> str:
    """Return the link that is sent to the new hire, "" for whom it would let read more than she may."""
    if not early.may_have(viewer, welcome):
        return ""
    return f"{settings.BASE_URL}{reverse('onboarding:welcome', args=[doors.welcome_token(welcome)])}"


def welcome_mail(welcome: Welcome, address: str, sender: User) -> str:
    """Return a mail with the link, in the language of the person, as an address that opens the mail program.

    To whom is for the sender to say: the house does not know where somebody reads mail before the first day.
    """
    enrolment = welcome.enrolment
    with translation.override(enrolment.person.language or enrolment.path.language):
        text = _(
            "Hello %(name)s,\n\nyour first day is %(day)s. Here is something to read before it, without signing in:\n"
            "%(address)s\n\nThe link is for you alone and works until %(until)s.\n\n%(me)s"
        )
        body = text % {
            "name": enrolment.person.name.split(" ")[0], "day": date_format(enrolment.start_on, "DATE_FORMAT"),
            "address": address, "until": date_format(welcome.until_on, "DATE_FORMAT"), "me": sender.name,
        }  # fmt: skip
        return "mailto:?" + urlencode({"subject": _("Before your first day"), "body": body}, quote_via=quote)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_key(request: HttpRequest) -> HttpResponse:
    """The address of my calendar: seen, made, made anew."""
    if request.method == "POST":
        actions.open_calendar(actor=me(request))
        messages.success(request, _("The address is made."))
        return redirect("onboarding:calendar_key")
    return render(request, "onboarding/mine/calendar.html", {"address": calendar_address(me(request))})


@require_POST
def calendar_close(request: HttpRequest) -> HttpResponse:
    """Close the address of my calendar."""
    actions.close_calendar(actor=me(request))
    messages.success(request, _("The address is closed."))
    return redirect("onboarding:calendar_key")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The link for somebody before the first day: seen, made, made anew; for those who look after the person."""
    enrolment = _looked_after(request, pk)
    welcome = welcome_for(enrolment)
    latest = max(enrolment.start_on, day_of(enrolment.person) + timedelta(days=1))
    form = WelcomeForm(request.POST or None, initial={"until_on": welcome.until_on if welcome else latest})
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_welcome(actor=me(request), enrolment=enrolment, until_on=form.cleaned_data["until_on"])
            return redirect("onboarding:welcome_key", pk=pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "enrolment": enrolment,
        "form": form,
        "welcome": welcome,
        "address": (address := welcome_address(welcome, me(request)) if welcome else ""),
        "mail": welcome_mail(welcome, address, me(request)) if welcome and address else "",
        "is_over": welcome is not None and welcome.until_on < day_of(enrolment.person),
        "pages": early.early_pages(enrolment, me(request)),
    }
    return render(request, "onboarding/welcome/key.html", context, status=422 if form.errors else 200)


@require_POST
def welcome_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the link at once."""
    actions.close_welcome(actor=me(request), enrolment=_looked_after(request, pk))
    messages.success(request, _("The link is closed."))
    return redirect("onboarding:welcome_key", pk=pk)


def _looked_after(request: HttpRequest, pk: int) -> Enrolment:
    found: Enrolment = get_object_or_404(with_people(Enrolment.objects.visible_to(me(request))), pk=pk)
    if not can_look_after(me(request), found):
        raise Http404
    return found
