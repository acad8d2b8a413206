"""Accounts, for administrators: adding people, changing what the house decides, closing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intranet.people import actions
from intranet.people.forms import PersonForm
from intranet.people.models import User
from intranet.people.permissions import can_add_people
from intranet.people.views.doors import do, fill, person_or_404, status_of


def _administrator(request: HttpRequest) -> User:
    """Return the administrator who asks; anybody else is refused."""
    if not can_add_people(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Open an account; the new person gets a link to set a password."""
    me = _administrator(request)
    form = PersonForm(request.POST if request.method == "POST" else None, viewer=me)
    made: list[User] = []
    if form.is_valid() and fill(
        form, lambda: made.append(actions.add_person(actor=me, send_link=True, **form.cleaned_data))
    ):
        messages.success(request, _("%(name)s gets a mail with a link to set a password.") % {"name": made[0].name})
        return redirect(made[0])
    return render(request, "people/person_form.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, handle: str) -> HttpResponse:
    """Change name, title, team, office, working days, manager, last day, administrator or not."""
    me = _administrator(request)
    person = person_or_404(request, handle)
    fields = ("name", "title", "team", "active_until", "is_staff", "may_announce", "office")
    initial = {key: getattr(person, key) for key in fields}
    initial["manager"] = person.manager.handle if person.manager else ""
    form = PersonForm(request.POST if request.method == "POST" else None, viewer=me, person=person, initial=initial)
    if form.is_valid() and fill(form, lambda: actions.change_account(actor=me, person=person, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(person)
    return render(request, "people/person_form.html", {"form": form, "person": person}, status=status_of(form))


@require_POST
def person_close(request: HttpRequest, handle: str) -> HttpResponse:
    """Close an account at once."""
    me = _administrator(request)
    person = person_or_404(request, handle)
    return do(
        request,
        lambda: actions.close_account(actor=me, person=person),
        done=_("The account of %(name)s is closed.") % {"name": person.name},
        back="people:directory" if person.is_guest else person.get_absolute_url(),
    )


@require_POST
def person_reopen(request: HttpRequest, handle: str) -> HttpResponse:
    """Open a closed account again."""
    me = _administrator(request)
    person = person_or_404(request, handle)
    return do(
        request,
        lambda: actions.reopen_account(actor=me, person=person),
        done=_("The account of %(name)s is open again.") % {"name": person.name},
        back=person.get_absolute_url(),
    )
