"""An address that opens one task, for colleagues who rarely sign in: made, found, used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.actions.walking import complete_step
from wiki.onboarding.locks import lock_enrolment
from wiki.onboarding.models import Enrolment, Step, TaskLink
from wiki.onboarding.permissions import can_manage
from wiki.onboarding.tasks import Task, live_links, task_for
from wiki.onboarding.ways import way_of

LASTS = timedelta(days=14)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_task_link(*, actor: User, enrolment: Enrolment, step: Step) -> str:
    """Return the secret of a new link to a colleague's task; the one before it is dead. It is kept nowhere."""
    enrolment = lock_enrolment(enrolment)
    way = way_of(enrolment)
    line = way.line(step.pk)
    if not can_manage(actor, enrolment) or line is None or line.step.kind != Step.Kind.TASK:
        raise PermissionDenied
    doer = way.doer(line.step)
    if doer is None or not way.is_open(step.pk) or task_for(doer, enrolment.pk, step.pk) is None:
        raise ValidationError(_("There is nobody whom the link could be for."))
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    TaskLink.objects.update_or_create(
        enrolment=enrolment,
        step=step,
        defaults={
            "colleague": doer, "digest": digest_of(secret), "made_by": actor, "created_at": now,
            "expires_at": now + LASTS, "used_at": None,
        },
    )  # fmt: skip
    record(actor=actor, verb="step.link_made", object=step, target=enrolment, data={"for": doer.pk})
    return secret


def link_to(actor: User, enrolment: Enrolment, step: Step) -> TaskLink | None:
    """Return the link to a task that works just now, for whoever may make one. Raises PermissionDenied."""
    if not can_manage(actor, enrolment):
        raise PermissionDenied
    found: TaskLink | None = (
        live_links().filter(enrolment=enrolment, step=step).select_related("colleague", "made_by").first()
    )
    return found


@transaction.atomic
def withdraw_task_link(*, actor: User, enrolment: Enrolment, step: Step) -> None:
    """End the link to a task at once; ending twice is ending once."""
    enrolment = lock_enrolment(enrolment)
    link = link_to(actor, enrolment, step)
    if link is not None:
        record(actor=actor, verb="token.revoked", object=step, target=enrolment, data={"scope": "task"})
        link.delete()


def find_task(secret: str) -> tuple[TaskLink, Task] | None:
    """Return the link of a secret and its task, None for every link that is dead.

    Dead is what was used or replaced, is too old, was made for somebody who is not to do the task any more, or whose
    task is done, skipped or gone.
    """
    if not 20 <= len(secret) <= 100:
        return None
    link = live_links().filter(digest=digest_of(secret)).select_related("colleague").first()
    if link is None:
        return None
    task = task_for(link.colleague, link.enrolment_id, link.step_id)
    if task is None or task.completion is not None or not task.person.is_active:
        return None
    return link, task


@transaction.atomic
def complete_by_link(*, actor: User | None, secret: str, note: str = "") -> Task | None:
    """Do the task of a link in the colleague's place, and use the link up; None for a dead one.

    `actor` is who is signed in, if anybody: the secret is the right. Raises ValidationError for what the task asks for.
    """
    found = find_task(secret)
    if found is None:
        return None
    lock_enrolment(found[1].enrolment)
    # Asked again under the lock: of two that come at once one does it.
    found = find_task(secret)
    if found is None:
        return None
    link, task = found
    # Used before it is done: a link to a task that is done is thrown away.
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    complete_step(actor=link.colleague, enrolment=task.enrolment, step=task.step, note=note)
    return task
