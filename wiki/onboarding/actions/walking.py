"""What people do on their way: complete a step, take it back, say that it was unclear."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.kinds.actions import ask_question
from feed.models import Post
from feed.permissions import can_post
from intranet.activity.actions import record
from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding.attached import attach, forget_files
from wiki.onboarding.locks import lock_enrolment, lock_people, settle
from wiki.onboarding.models import Completion, Enrolment, Step, Unclear
from wiki.onboarding.permissions import can_do_step
from wiki.onboarding.ways import Way, load, way_of

NAMESPACE = uuid.UUID("6f1d3a52-0f0e-4f0a-9d0b-5b7c1f2f6f55")


@transaction.atomic
def complete_step(
    *,
    actor: User,
    enrolment: Enrolment,
    step: Step,
    note: str = "",
    answer: str = "",
    choice: int | None = None,
    files: Sequence[Any] = (),
    activity_id: int | None = None,
    at: datetime | None = None,
) -> Completion:
    """Mark a step as done; doing it twice is doing it once. `activity_id` names the act that did it by itself.

    A colleague's task is done by the colleague, everything else by the person. Raises ValidationError for what the step
    asks for and did not get: a note, a file, an answer, the right choice, or other steps first. On other paths of the
    person the same step is done with it.
    """
    way = _walk(actor, enrolment, step)
    if done := way.completions.get(step.pk):
        return done
    step = next(line.step for line in way.lines if line.step.pk == step.pk)
    if way.enrolment.ended_at is not None:
        raise ValidationError(_("This person is no longer on the path."))
    if activity_id is None:
        _check(way, step, note.strip(), answer.strip(), choice, files)
    completion = Completion.objects.create(
        enrolment=way.enrolment,
        step=step,
        completed_by=actor,
        note=note.strip()[:2000],
        answer=answer.strip()[:4000],
        answer_readers=step.readers if answer.strip() else [],
        activity_id=activity_id,
        completed_at=at or timezone.now(),
    )
    attach(completion, files)
    # The person's progress is for few eyes: the diary row belongs to no community.
    record(actor=actor, verb="step.completed", object=step, target=way.enrolment)
    others = _count_elsewhere(completion, step)
    settle([way.enrolment, *others], actor=actor, at=at)
    enrolment.finished_at = way.enrolment.finished_at
    return completion


@transaction.atomic
def reopen_step(*, actor: User, enrolment: Enrolment, step: Step) -> None:
    """Take a tick back, also where it counted on another path; a step that is open stays open.

    Raises ValidationError for somebody who is off the path: what was done there stays on record, on whatever path.
    """
    way = _walk(actor, enrolment, step)
    done = way.completions.get(step.pk)
    if done is None:
        return
    if way.enrolment.ended_at is not None:
        raise ValidationError(_("This person is no longer on the path."))
    first = done.same_as_id or done.pk
    same = Completion.objects.filter(Q(pk=first) | Q(same_as=first))
    same.filter(enrolment__ended_at__isnull=False).update(same_as=None)
    taken = list(same.filter(enrolment__ended_at__isnull=True).values_list("pk", "enrolment_id"))
    for pk, _enrolment in taken:
        forget_files(pk)
    Completion.objects.filter(pk__in=[pk for pk, _enrolment in taken]).delete()
    record(actor=actor, verb="step.reopened", object=step, target=way.enrolment)
    touched = {one for _pk, one in taken}
    settle([one for one in lock_people([way.enrolment.person_id]) if one.pk in touched], actor=actor)


@transaction.atomic
def ask_about(*, actor: User, enrolment: Enrolment, step: Step, words: str) -> Post:
    """Say that a step was unclear: a question on the page it uses, else in the path's community. Once a step."""
    way = _walk(actor, enrolment, step)
    if way.enrolment.person_id != actor.pk:
        raise PermissionDenied
    if not (words := words.strip()):
        raise ValidationError({"words": _("What was unclear?")})
    asked = Unclear.objects.filter(enrolment=way.enrolment, step=step).first()
    found: Post | None = Post.objects.filter(pk=asked.post_id or 0).first() if asked else None
    if found is not None:
        return found
    place, page = where_to_ask(actor, way.enrolment, step)
    key = uuid.uuid5(NAMESPACE, f"unclear:{way.enrolment.pk}:{step.pk}")
    post: Post = ask_question(actor=actor, community=place, body=words, about_page=page, key=key)
    Unclear.objects.update_or_create(enrolment=way.enrolment, step=step, defaults={"post_id": post.pk})
    record(actor=actor, verb="step.unclear", object=step, target=way.enrolment)
    return post


def where_to_ask(actor: User, enrolment: Enrolment, step: Step) -> tuple[Community, WikiPage | None]:
    """Return where a question about a step is asked: about its page if the actor writes there, else where the path is."""
    page = WikiPage.objects.visible_to(actor).filter(pk=step.page_id or 0).select_related("community").first()
    if page is not None and not can_post(actor, page.community):
        page = None
    return (page.community if page is not None else enrolment.path.community), page


def _walk(actor: User, enrolment: Enrolment, step: Step) -> Way:
    """Return the way as it is now, locked; refuse steps that are not on it and those that are for somebody else."""
    way = way_of(lock_enrolment(enrolment))
    line = way.line(step.pk)
    if line is None or not can_do_step(actor, way, line.step):
        raise PermissionDenied
    return way


def _check(way: Way, step: Step, note: str, answer: str, choice: int | None, files: Sequence[Any]) -> None:
    if way.windows()[step.pk].is_waiting:
        raise ValidationError(_("Something else comes before this step."))
    if step.proof == Step.Proof.NOTE and not note:
        raise ValidationError({"note": _("Write a note.")})
    if step.proof == Step.Proof.FILE and not files:
        raise ValidationError({"files": _("Choose a file.")})
    if step.proof == Step.Proof.ANSWER and not answer:
        raise ValidationError({"answer": _("Write an answer.")})
    if step.proof == Step.Proof.QUIZ and choice is None:
        raise ValidationError({"choice": _("Choose an answer.")})
    if step.proof == Step.Proof.QUIZ and choice != step.right:
        raise ValidationError({"choice": _("That is not it yet. Look at the page again.")})


def _count_elsewhere(completion: Completion, step: Step) -> list[Enrolment]:
    """Let the same step on the person's other paths be done with it; return whose lists that changed."""
    if not step.key:
        return []
    person_id = completion.enrolment.person_id
    others = [one for one in lock_people([person_id]) if one.pk != completion.enrolment_id and one.ended_at is None]
    same = [
        (way.enrolment, line.step)
        for way in (load(others) if others else [])
        for line in way.lines
        if line.step.key == step.key and way.is_open(line.step.pk)
    ]
    Completion.objects.bulk_create(
        Completion(
            enrolment=enrolment,
            step=twin,
            same_as=completion,
            completed_at=completion.completed_at,
            completed_by_id=completion.completed_by_id,
        )
        for enrolment, twin in same
    )
    return [enrolment for enrolment, _twin in same]
