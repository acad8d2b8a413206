"""Choose how much to hear of a thing; mark what was told as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.notifications.channels import KINDS, Ways, choices_of
from intranet.notifications.hearing import Thing
from intranet.notifications.models import Level, Notification, Preference, QuietHours, Watch
from intranet.notifications.things import described_things
from intranet.people.models import Membership, User


@transaction.atomic
def set_level(*, actor: User, thing: Thing, level: str) -> Watch | None:
    """Choose how much to hear of a thing one can see; "" takes the choice back. Returns the choice that now stands.

    Raises ObjectDoesNotExist for what the actor cannot see, ValidationError for what is no level.
    """
    kind, number = thing
    if (level and level not in Level.values) or kind not in Watch.Kind.values:
        raise ValidationError({"level": _("There is no such choice.")})
    if not level:
        # Taking a choice back is always possible, also where one has lost sight of the thing.
        gone, _rows = Watch.objects.filter(user=actor, kind=kind, number=number).delete()
        if gone:
            _tell(actor, thing, level)
        return None
    if thing not in described_things(actor, [thing]):
        raise ObjectDoesNotExist
    watch: Watch | None = Watch.objects.filter(user=actor, kind=kind, number=number).first()
    if watch is None or (watch.level, watch.origin) != (level, Watch.Origin.CHOSEN):
        values = {"level": level, "origin": Watch.Origin.CHOSEN, "updated_at": timezone.now()}
        watch, _new = Watch.objects.update_or_create(user=actor, kind=kind, number=number, defaults=values)
        _tell(actor, thing, level)
    return watch


def _tell(actor: User, thing: Thing, level: str) -> None:
    kind, number = thing
    if kind == Watch.Kind.COMMUNITY:
        # The lists of the feed ask the membership beside them: what is muted there makes no counter.
        rows = Membership.objects.filter(user=actor, community_id=number)
        rows.update(muted=level == Level.MUTE)
    elif keeper := settings.LEVEL_KEEPERS.get(kind):
        import_string(keeper)(actor=actor, number=number, level=level)
    record(actor=actor, verb="watch.changed", object=actor, data={"kind": kind, "number": number, "level": level})


@transaction.atomic
def mute_source(*, actor: User, notification: int) -> Thing:
    """Hear no more of the thing a notification came from, and return which that was.

    Raises Notification.DoesNotExist; ValidationError for one that did not come from watching.
    """
    row = Notification.objects.visible_to(actor).get(pk=notification)
    if row.watched_number is None:
        raise ValidationError(_("This came to you by name, not because you watch something."))
    thing = (row.watched_kind, row.watched_number)
    set_level(actor=actor, thing=thing, level=Level.MUTE)
    return thing


def mark_seen(*, actor: User, pks: Iterable[int]) -> int:
    """Mark these of one's notifications as read; return how many were not."""
    rows = Notification.objects.filter(user=actor, pk__in=list(pks), read_at__isnull=True)
    return int(rows.update(read_at=timezone.now()))


def mark_place_seen(*, actor: User, place: Thing, until: datetime | None = None) -> int:
    """Mark as read what was told of a place, when somebody has been there."""
    rows = Notification.objects.filter(
        user=actor,
        place_kind=place[0],
        place_number=place[1],
        read_at__isnull=True,
        updated_at__lte=until or timezone.now(),
    )
    return int(rows.update(read_at=timezone.now()))


def mark_all_seen(*, actor: User, until: datetime, box: str = "") -> int:
    """Mark everything as read that had come by `until`, of one box or of both."""
    rows = Notification.objects.filter(user=actor, read_at__isnull=True, updated_at__lte=until)
    return int((rows.filter(box=box) if box else rows).update(read_at=timezone.now()))


@transaction.atomic
def set_preferences(*, actor: User, choices: Mapping[str, Ways]) -> dict[str, Ways]:
    """Choose by which ways one hears of kinds of things; those not named stay. Returns what now holds.

    Raises ValidationError for a kind there is not.
    """
    if unknown := set(choices) - set(KINDS):
        raise ValidationError({"kind": _("There is no such kind: %(kind)s.") % {"kind": min(unknown)}})
    now = choices_of(actor)
    changed = {kind: ways for kind, ways in choices.items() if ways != now[kind]}
    for kind, ways in changed.items():
        Preference.objects.update_or_create(user=actor, kind=kind, defaults=ways._asdict())
    if changed:
        record(actor=actor, verb="preference.changed", object=actor, data={"kinds": sorted(changed)})
    return now | changed


@transaction.atomic
def set_quiet_hours(*, actor: User, begins_at: time | None, ends_at: time | None) -> QuietHours | None:
    """Choose when one's browsers are told nothing; None for both ends it. Raises ValidationError for half of it."""
    before = QuietHours.objects.filter(user=actor).first()
    now = None
    if begins_at is not None and ends_at is not None:
        if begins_at == ends_at:
            raise ValidationError({"ends_at": _("They cannot end when they begin.")})
        values = {"begins_at": begins_at, "ends_at": ends_at}
        now, _new = QuietHours.objects.update_or_create(user=actor, defaults=values)
    elif begins_at is not None or ends_at is not None:
        raise ValidationError({"ends_at": _("Say when they begin and when they end.")})
    elif before is not None:
        before.delete()
    if (before is None) != (now is None) or (before and now and str(before) != str(now)):
        record(actor=actor, verb="preference.changed", object=actor, data={"kinds": ["quiet"]})
    return now
