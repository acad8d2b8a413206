"""Who is on a path, with whom, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record, record_many
from intranet.people.models import User
from wiki.onboarding.actions.paths import may_edit
from wiki.onboarding.locks import lock_enrolment, lock_path, lock_people, refresh_menus, settle, share
from wiki.onboarding.models import Enrolment, Path, Role, RoleHolder
from wiki.onboarding.permissions import can_be_enrolled, can_look_after, can_manage, enrollable
from wiki.onboarding.ways import load, with_people

# What `reassign` can change.
ROLES = ("buddy", "manager")


@transaction.atomic
def enrol(
    *,
    actor: User,
    path: Path,
    person: User,
    start_on: date,
    buddy: User | None = None,
    manager: User | None = None,
    at: datetime | None = None,
) -> Enrolment:
    """Put a person on a path. Somebody who is on it already stays as they are (the existing enrolment returns)."""
    may_edit(actor, path)
    for somebody in (person, buddy, manager):
        if somebody is not None and not can_be_enrolled(somebody, path):
            raise ValidationError(
                _("%(name)s cannot read the community of this path. Add the person to it first.")
                % {"name": somebody.name}
            )
    if person in (buddy, manager):
        raise ValidationError(_("Nobody is their own buddy or manager."))
    put_on(path, [person], start_on=start_on, buddy=buddy, manager=manager, actor=actor, at=at)
    enrolment: Enrolment = Enrolment.objects.get(path=path, person=person)
    return enrolment


@transaction.atomic
def enrol_many(
    *,
    actor: User,
    path: Path,
    people: Iterable[User],
    start_on: date,
    buddy: User | None = None,
    manager: User | None = None,
) -> list[Enrolment]:
    """Put many people on a path at once, each with the manager of the profile unless one is named; return the new ones.

    Who is on it already, or cannot read it, or would be her own buddy or manager, is left out.
    """
    may_edit(actor, path)
    for name, somebody in (("buddy", buddy), ("manager", manager)):
        if somebody is not None and not can_be_enrolled(somebody, path):
            raise ValidationError({name: _("%(name)s cannot read this path.") % {"name": somebody.name}})
    ids = {person.pk for person in people} - {one.pk for one in (buddy, manager) if one}
    able = enrollable(path).filter(pk__in=ids).order_by("pk")
    return put_on(path, list(able), start_on=start_on, buddy=buddy, manager=manager, actor=actor)


def put_on(
    path: Path,
    people: list[User],
    *,
    start_on: date,
    actor: User | None,
    buddy: User | None = None,
    manager: User | None = None,
    at: datetime | None = None,
) -> list[Enrolment]:
    """Put people who may read it on a path, whoever of them is not yet; a fixed number of statements for any number."""
    path = lock_path(path)
    if path.archived_at is not None:
        raise ValidationError(_("This path is archived: nobody new goes on it."))
    already = set(path.enrolments.filter(person__in=people).values_list("person_id", flat=True))
    new = {person.pk: person for person in people if person.pk not in already}
    if not new:
        return []
    lock_people(new)
    Enrolment.objects.bulk_create(
        Enrolment(
            path=path,
            person=person,
            start_on=start_on,
            buddy=buddy,
            # Whoever is the manager by the profile is so for as long as the profile says it.
            manager=None if manager is None or manager.pk == person.manager_id else manager,
            version=path.present,
            created_at=at or timezone.now(),
        )
        for person in new.values()
    )
    made = list(with_people(path.enrolments.filter(person__in=list(new))).order_by("pk"))
    record_many(actor=actor, verb="enrolment.started", objects=made, targets=[one.person for one in made])
    ways = load(made)
    changed = share(ways)
    settle(made, actor=actor, at=at, ways=None if changed else ways)
    return made


@transaction.atomic
def reassign(*, actor: User, enrolment: Enrolment, role: str, person: User | None) -> Enrolment:
    """Give somebody another buddy or manager (`ROLES`); nobody as manager is the manager of the profile.

    Who was it until now sees nothing of the person from then on.
    """
    if role not in ROLES:
        raise ValidationError({"role": _("Choose one of: %(names)s.") % {"names": ", ".join(ROLES)}})
    enrolment = lock_enrolment(enrolment)
    if not (can_look_after if role == "buddy" else can_manage)(actor, enrolment):
        raise PermissionDenied
    if person is not None and person.pk == enrolment.person_id:
        raise ValidationError({"person": _("Nobody is their own buddy or manager.")})
    if person is not None and not can_be_enrolled(person, enrolment.path):
        raise ValidationError({"person": _("%(name)s cannot read this path.") % {"name": person.name}})
    if role == "manager" and person is not None and person.pk == enrolment.person.manager_id:
        person = None
    if getattr(enrolment, role) == person:
        return enrolment
    refresh_menus([enrolment])
    setattr(enrolment, role, person)
    enrolment.save(update_fields=[role])
    record(actor=actor, verb="enrolment.reassigned", object=enrolment, target=enrolment.person, data={"role": role})
    refresh_menus([enrolment])
    return enrolment


@transaction.atomic
def hold_role(*, actor: User, enrolment: Enrolment, role: Role, person: User | None) -> None:
    """Let somebody hold a role of the path for this person alone; nobody is whoever holds it for all."""
    enrolment = lock_enrolment(enrolment)
    if not can_manage(actor, enrolment) or role.path_id != enrolment.path_id:
        raise PermissionDenied
    if person is not None and not can_be_enrolled(person, enrolment.path):
        raise ValidationError({"person": _("%(name)s cannot read this path.") % {"name": person.name}})
    refresh_menus([enrolment])
    if person is None:
        RoleHolder.objects.filter(enrolment=enrolment, role=role).delete()
    else:
        RoleHolder.objects.update_or_create(enrolment=enrolment, role=role, defaults={"person": person})
    record(
        actor=actor, verb="enrolment.reassigned", object=enrolment, target=enrolment.person, data={"role": role.name}
    )
    refresh_menus([enrolment])


@transaction.atomic
def end_enrolment(*, actor: User, enrolment: Enrolment) -> Enrolment:
    """Take a person off the path; what was done stays, and no rule puts them back on."""
    enrolment = lock_enrolment(enrolment)
    if not can_manage(actor, enrolment):
        raise PermissionDenied
    if enrolment.ended_at is None:
        enrolment.ended_at = timezone.now()
        enrolment.save(update_fields=["ended_at"])
        record(actor=actor, verb="enrolment.ended", object=enrolment, target=enrolment.person)
        refresh_menus([enrolment])
    return enrolment
