"""The diary is read: who hears of what is asked of the apps, and written down once, however often a row comes by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from intranet.activity.live import bridge
from intranet.activity.live.hub import Hint
from intranet.activity.models import Activity
from intranet.notifications import channels
from intranet.notifications.actions import mark_place_seen
from intranet.notifications.hearing import (
    Crowd,
    Default,
    Gone,
    Hearing,
    NoDefault,
    Outcome,
    Rehomed,
    TakenBack,
    Visited,
    Why,
    levels,
    muted,
)
from intranet.notifications.models import Level, Notification, PushSubscription, Watch
from intranet.people.models import Community, Membership, User

# What came to pass longer ago is no news: imported and made-up histories are told by themselves.
NEWS_FOR = timedelta(days=30)
MOST_ACTORS, MOST_ACTIVITIES = 50, 100
# Of a whole community so many at a time: no transaction is long, whatever its size.
BATCH = 400

Recipients = Callable[[Activity], Iterable[Outcome]]


def notify(activities: Sequence[Activity]) -> None:
    """Reader of the diary. A row that comes again finds its number in what it made the first time."""
    recipients: dict[str, Recipients] = {
        prefix: import_string(path) for prefix, path in settings.NOTIFICATION_RECIPIENTS.items()
    }
    told: set[int] = set()
    for activity in activities:
        prefix = activity.verb.partition(".")[0]
        if activity.verb == "community.joined" or activity.verb == "community.invited":
            _keep_muted(activity)
        if prefix in recipients:
            crowds: list[Crowd] = []
            with transaction.atomic():
                for outcome in recipients[prefix](activity):
                    if isinstance(outcome, Crowd):
                        crowds.append(outcome)
                    else:
                        told |= _apply(activity, outcome)
            for crowd in crowds:
                told |= _tell_crowd(activity, crowd)
    bridge.publish([Hint(f"me:{pk}", (f"me:{pk}",)) for pk in sorted(told)])


def _apply(activity: Activity, outcome: Outcome) -> set[int]:
    """Write down what follows and return who is told."""
    match outcome:
        case Hearing():
            return _tell(activity, outcome)
        case TakenBack():
            return _take_back(outcome)
        case Default():
            _watch(activity, outcome)
        case NoDefault(thing=(kind, number)):
            rows = Watch.objects.filter(kind=kind, number=number, origin=outcome.origin)
            rows.exclude(user_id=outcome.but or 0).delete()
        case Gone():
            keys = [str(pk) for pk in outcome.ids]
            Notification.objects.filter(object_type=outcome.object_type, object_id__in=keys).delete()
            Watch.objects.filter(kind__in=list(outcome.kinds), number__in=list(outcome.ids)).delete()
        case Rehomed():
            keys = [str(pk) for pk in outcome.ids]
            told = Notification.objects.filter(object_type=outcome.object_type, object_id__in=keys)
            told.update(community=outcome.community_id)
        case Visited():
            person = User.objects.active().filter(pk=outcome.user).first()
            if person and mark_place_seen(actor=person, place=outcome.place, until=activity.created_at):
                return {person.pk}
    return set()


def _watch(activity: Activity, default: Default) -> None:
    kind, number = default.thing
    wider = levels([default.thing, *default.within], [default.user])
    if default.user in wider and (wider[default.user][0] == default.thing or wider[default.user][1] == Level.MUTE):
        return
    if User.objects.active().filter(pk=default.user).exists():
        values = {"level": Level.WATCH, "origin": default.origin, "updated_at": activity.created_at}
        Watch.objects.get_or_create(user_id=default.user, kind=kind, number=number, defaults=values)


def _tell_crowd(activity: Activity, crowd: Crowd) -> set[int]:
    """Tell the members of a community, batch by batch; a batch that was written before a fall is passed over."""
    members = Membership.objects.filter(community_id=crowd.community_id).order_by("user_id")
    if crowd.hearing.only_browsers:
        members = members.filter(user_id__in=PushSubscription.objects.values("user_id"))
    told: set[int] = set()
    after = 0
    while batch := list(members.filter(user_id__gt=after).values_list("user_id", flat=True)[:BATCH]):
        after = batch[-1]
        with transaction.atomic():
            wanted = set(batch) - crowd.but
            people = dict.fromkeys(sorted(wanted - muted(crowd.things, wanted)), crowd.why)
            told |= _tell(activity, replace(crowd.hearing, people=people))
    return told


def _take_back(gone: TakenBack) -> set[int]:
    """Leave somebody out of what is told of a thing."""
    rows = Notification.objects.filter(
        object_type=gone.object[0], object_id=str(gone.object[1]), event=gone.event, read_at__isnull=True
    )
    told = set()
    for row in rows.select_for_update():
        if gone.actor in row.actors:
            row.actors = [pk for pk in row.actors if pk != gone.actor]
            told.add(row.user_id)
            if row.actors:
                row.count = max(1, row.count - 1)
                row.save(update_fields=["actors", "count"])
            else:
                row.delete()
    return told


def _tell(activity: Activity, hearing: Hearing) -> set[int]:
    """Add to the rows of these people, or make them."""
    if (hearing.at or activity.created_at) < timezone.now() - NEWS_FOR:
        return set()
    people = _allowed(hearing, None if hearing.tells_actor else activity.actor_id)
    wanted = channels.wanted(hearing.event, is_direct=hearing.is_direct, people=people, is_urgent=hearing.is_urgent)
    if hearing.only_browsers:
        wanted = {pk: ways._replace(in_app=False) for pk, ways in wanted.items()}
    people = {pk: why for pk, why in people.items() if wanted[pk].in_app or wanted[pk].push}
    rows = {row.user_id: row for row in Notification.objects.filter(bundle=hearing.bundle, user_id__in=list(people))}
    fresh, told = [], set()
    for user, why in people.items():
        row = rows.get(user)
        if row is None:
            row = Notification(user_id=user, bundle=hearing.bundle, created_at=activity.created_at)
            fresh.append(row)
        elif activity.pk in row.activities:
            continue
        _add(row, activity, hearing, why)
        row.in_app, row.is_urgent = wanted[user].in_app, hearing.is_urgent
        # Asked for again with everything that comes: one message tells of all there is by then.
        row.push_at = timezone.now() if wanted[user].push and not row.is_quiet and row.read_at is None else None
        if row.in_app:
            told.add(user)
        if row.pk:
            row.save()
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return told


def _add(row: Notification, activity: Activity, hearing: Hearing, why: Why) -> None:
    is_new = row.pk is None or (row.read_at is not None and not hearing.stays_read)
    read_at = row.read_at if hearing.stays_read and row.pk else None
    actors = [] if is_new else row.actors
    if activity.actor_id is not None and not hearing.is_nameless:
        actors = [activity.actor_id, *(pk for pk in actors if pk != activity.actor_id)]
    row.actors = actors[:MOST_ACTORS]
    row.activities = [activity.pk, *row.activities][:MOST_ACTIVITIES]
    row.count = 1 if is_new else row.count + 1
    row.box = Notification.Box.DIRECT if hearing.is_direct else Notification.Box.UPDATES
    row.event, row.reason, row.is_quiet = hearing.event, why.reason, why.is_quiet
    row.watched_kind, row.watched_number = why.watched or ("", None)
    row.object_type, row.object_id = hearing.object[0], str(hearing.object[1])
    row.place_kind, row.place_number = hearing.place or ("", None)
    row.community_id = hearing.community_id
    row.updated_at, row.read_at = hearing.at or activity.created_at, read_at


def _allowed(hearing: Hearing, actor: int | None) -> dict[int, Why]:
    """Leave out who did it, whose account is closed, and who may not read the community."""
    wanted = [pk for pk in hearing.people if pk != actor]
    if not wanted:
        return {}
    readers = User.objects.active()
    if hearing.community_id is not None:
        community = Community.objects.filter(pk=hearing.community_id).first()
        if community is None:
            return {}
        readers = User.objects.readers_of(community)
    allowed = set(readers.filter(pk__in=wanted).values_list("pk", flat=True))
    return {pk: hearing.people[pk] for pk in wanted if pk in allowed}


def _keep_muted(activity: Activity) -> None:
    """Who muted a community before becoming a member of it has muted it as a member."""
    community = activity.community_id or 0
    muted = Watch.objects.filter(kind=Watch.Kind.COMMUNITY, number=community, level=Level.MUTE)
    Membership.objects.filter(community_id=community, user_id__in=muted.values("user_id")).update(muted=True)
