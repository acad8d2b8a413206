"""Mails about accounts. The request only puts a task down; the worker finds the person, makes the link and sends."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from intranet.people.models import Community, User
from intranet.people.models.people import is_current


def password_link(person: User) -> str:
    """Return the address where this person, and nobody else, may set a password once."""
    key = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return f"{settings.BASE_URL}{path}"


def _send(person: User, template: str, context: dict[str, Any]) -> None:
    """Send a mail in the person's language. The template's first line is the subject."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        text = render_to_string(
            f"people/mail/{template}.txt", {"person": person, "house": settings.BASE_URL, **context}
        )
    subject, _line, body = text.strip().partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[person.email]).send()


@task()
def send_reset(email: str) -> None:
    """Send the link to set a new password, when there is an open account of this address; else nothing."""
    person = User.objects.get_queryset().filter(email=email.lower()).first()
    if person is not None and is_current(person):
        _send(person, "reset", {"link": password_link(person)})


@task()
def send_welcome(person_id: int) -> None:
    """Send the first link to somebody who was added."""
    person = User.objects.get_queryset().filter(pk=person_id).first()
    if person is not None and is_current(person):
        _send(person, "welcome", {"link": password_link(person)})


@task()
def send_invitation(person_id: int, community_id: int, inviter_id: int, new: bool) -> None:
    """Tell somebody about a community they were brought into, if they still may read it."""
    person = User.objects.get_queryset().filter(pk=person_id).first()
    inviter = User.objects.get_queryset().filter(pk=inviter_id).first()
    community = Community.objects.visible_to(person).filter(pk=community_id).first()
    if person is None or inviter is None or community is None:
        return
    link = password_link(person) if new else f"{settings.BASE_URL}{community.get_absolute_url()}"
    _send(person, "invitation", {"link": link, "community": community, "inviter": inviter, "new": new})


def queue_reset(email: str) -> None:
    """Put down that somebody asked for a new password: the same work, the same time, whether the address is known."""
    send_reset.enqueue(email)


def queue_welcome(person: User) -> None:
    """Put down that a new person gets the first link."""
    send_welcome.enqueue(person.pk)


def queue_invitation(person: User, *, community: Community, inviter: User, new: bool) -> None:
    """Put down that somebody is told of an invitation."""
    send_invitation.enqueue(person.pk, community.pk, inviter.pk, new)
