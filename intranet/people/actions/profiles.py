"""What people tell about themselves."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from intranet import files
from intranet.activity.actions import record
from intranet.people.actions.rules import refuse, require
from intranet.people.models import User
from intranet.people.permissions import can_change_profile
from intranet.people.vocabulary import meant

# What a person changes alone; name, team, manager and rights belong to the house.
PROFILE_FIELDS = {"title", "about", "languages", "phone", "time_zone", "language", "theme"}
MOST_SKILLS = 30
PHOTO_SIDE = 384


@transaction.atomic
def change_profile(*, actor: User, person: User, skills: list[str] | None = None, **changes: Any) -> User:
    """Change a profile; `skills` are names of tags and replace the old ones."""
    require(can_change_profile(actor, person))
    if unknown := set(changes) - PROFILE_FIELDS:
        raise ValueError(f"{sorted(unknown)} are not changed here")
    changed = sorted(key for key, value in changes.items() if getattr(person, key) != value)
    untagged: list[int] = []
    for key in changed:
        setattr(person, key, changes[key])
    if changed:
        person.save(update_fields=changed)
    if skills is not None and {s.casefold() for s in skills} != {s.casefold() for s in person.skills.names()}:
        if len(skills) > MOST_SKILLS:
            raise refuse(
                _("That is more than anybody can do. Name your best %(n)s.") % {"n": MOST_SKILLS}, field="skills"
            )
        known = meant([skill.lower() for skill in skills], None)
        had = set(person.skill_links.values_list("tag_id", flat=True))
        person.skills.set([known.get(skill.lower(), skill) for skill in skills])
        untagged = sorted(had - set(person.skill_links.values_list("tag_id", flat=True)))
        changed.append("skills")
    if changed:
        told: dict[str, Any] = {"fields": changed} | ({"untagged": untagged} if untagged else {})
        record(actor=actor, verb="user.changed", object=person, data=told)
    return person


@transaction.atomic
def choose_theme(*, actor: User, theme: str) -> User:
    """Remember light or dark; not worth a line in the diary."""
    if theme not in User.Theme.values:
        raise refuse(_("Choose light, dark, or like the device."), field="theme")
    User.objects.get_queryset().filter(pk=actor.pk).update(theme=theme)
    actor.theme = theme
    return actor


def photo_path(digest: str) -> str:
    """Return the name in the file storage of the photo with this digest."""
    return f"photos/{digest}.webp"


@transaction.atomic
def set_photo(*, actor: User, person: User, content: bytes) -> User:
    """Show a photo: re-encoded to a square, without what the camera wrote into it."""
    require(can_change_profile(actor, person))
    try:
        data = files.square_avatar(content, PHOTO_SIDE)
    except files.FileRefused as error:
        raise refuse(_("This is not a picture we can read. Try a JPEG or PNG file."), field="photo") from error
    digest = hashlib.sha256(data).hexdigest()[:40]
    if not default_storage.exists(photo_path(digest)):
        default_storage.save(photo_path(digest), ContentFile(data))
    person.photo = digest
    person.save(update_fields=["photo"])
    record(actor=actor, verb="user.changed", object=person, data={"fields": ["photo"]})
    return person


@transaction.atomic
def remove_photo(*, actor: User, person: User) -> User:
    """Show initials again. The file stays: somebody else may show the same one."""
    require(can_change_profile(actor, person))
    if person.photo:
        person.photo = ""
        person.save(update_fields=["photo"])
        record(actor=actor, verb="user.changed", object=person, data={"fields": ["photo"]})
    return person
