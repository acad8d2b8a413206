"""Addresses outside are asked in the background, a few at a time and never two of one host (`settings.WORKER_ERRANDS`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from intranet.outbound import Answer, Outbound, outside
from wiki.deadlinks.models import OutsideAddress, PageReference
from wiki.deadlinks.rules import State, after, is_way_out_closed

ROUND = 8
LOOKED_AT = 400
LATER = timedelta(hours=1)


def check_due(outbound: Outbound | None = None, *, now: datetime | None = None) -> int:
    """Ask the addresses that have waited longest, one of each host, and keep what they say; return how many were asked.

    Without a way out nothing is asked. A host that asks to be left alone is, and when nobody answers at all it is our own
    line that is taken to be broken.
    """
    outbound = outbound or outside()
    if outbound is None:
        return 0
    moment = now or timezone.now()
    chosen = _chosen(moment)
    answers = [(pk, outbound.ask(url)) for pk, url in chosen]
    if is_way_out_closed([answer for _pk, answer in answers]):
        OutsideAddress.objects.filter(pk__in=[pk for pk, _url in chosen]).update(due_at=moment + LATER)
        return len(answers)
    for pk, answer in answers:
        _keep(pk, answer, moment)
    return len(answers)


def _chosen(moment: datetime) -> list[tuple[int, str]]:
    named = PageReference.objects.filter(
        address_id=OuterRef("pk"), page__live=True, page__trashed_at__isnull=True
    )  # fmt: skip
    due = OutsideAddress.objects.filter(Exists(named), due_at__lte=moment).order_by("due_at", "pk")
    of_host: dict[str, tuple[int, str]] = {}
    for pk, host, url in due.values_list("pk", "host", "url")[:LOOKED_AT]:
        of_host.setdefault(host, (pk, url))
        if len(of_host) == ROUND:
            break
    return list(of_host.values())


def _keep(pk: int, answer: Answer, moment: datetime) -> None:
    address = OutsideAddress.objects.filter(pk=pk).first()
    if address is None:
        return
    state = after(State(address.failures, address.first_failed_at, address.is_dead), answer, moment)
    OutsideAddress.objects.filter(pk=pk).update(
        checked_at=moment, status=answer.status, problem=answer.problem, failures=state.failures,
        first_failed_at=state.first_failed_at, is_dead=state.is_dead, due_at=state.due_at or moment + LATER,
    )  # fmt: skip
    if answer.status in (429, 503):
        until = moment + max(LATER, timedelta(seconds=answer.retry_after))
        OutsideAddress.objects.filter(host=address.host, due_at__lt=until).update(due_at=until)
