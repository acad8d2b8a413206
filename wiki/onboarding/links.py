"""Steps that name a page: shown under it as what links there, and following it when it comes or gets another name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat

from intranet.activity.models import Activity
from wiki.models import WikiPage
from wiki.onboarding.models import Path, Step, StepLink, VersionStep
from wiki.onboarding.text import step_html
from wiki.readers import ALONE
from wiki.refresh import retitle
from wiki.texts import link_text, naming, saying


def linking_here(viewer: Any, page_id: int) -> QuerySet[Any, Any]:
    """Build the part of `wiki.reading` that finds the steps naming a page: kind, id, title, address, place, 0, "".

    Steps of paths as they are now: what was added for one person is that person's.
    """
    named = StepLink.objects.filter(target_id=page_id).values("source_id")
    present = Path.objects.visible_to(viewer).order_by().values("present_id")
    there = VersionStep.objects.filter(version_id__in=present).order_by().values("step_id")
    steps = Step.objects.filter(Q(page_id=page_id) | Q(pk__in=named), pk__in=there).order_by()
    title = Concat("path__title", Value(": "), "title", output_field=CharField())
    address = Concat(Value("/paths/"), "path__slug", Value("/"), output_field=CharField())
    none = Value("", output_field=CharField())
    return steps.values_list(Value("step"), "pk", title, address, "path__community__name", Value(0), none)


def show_step(step: Step, *, renamed: WikiPage | None = None) -> None:
    """Put what a step looks like, with its links as they lead now, into its fields and its rows of links."""
    fresh = {renamed.title_key: renamed.pk} if renamed else None
    resolver = link_text(StepLink, step.pk, step.text, step.path.community_id, renamed=fresh)
    step.html = step_html(step.text, community_id=step.path.community_id, resolver=resolver)


def follow_steps(step_ids: Iterable[int], *, renamed: WikiPage | None = None, old_title: str = "") -> None:
    """Bring links and HTML of these steps up to date, as `wiki.texts.follow_posts` does for posts."""
    for step_id in sorted(set(step_ids)):
        with transaction.atomic():
            step = Step.objects.select_for_update(of=("self",)).select_related("path").filter(pk=step_id).first()
            if step is None:
                continue
            text = retitle(step.text, old_title, renamed.title) if renamed else step.text
            is_retitled, step.text = text != step.text, text[:4000]
            show_step(step, renamed=renamed if is_retitled else None)
            step.save(update_fields=["text", "html"])


def follow_pages(activities: Sequence[Activity]) -> None:
    """Diary reader: the texts of steps follow the pages they name. Safe to run twice."""
    for activity in activities:
        old_title = activity.data.get("old_title")
        if not activity.verb.startswith("page.") or (activity.verb == "page.edited" and not old_title):
            continue
        if activity.verb in ALONE:
            continue
        page = WikiPage.objects.filter(pk=activity.object_id).first()
        if page is None:
            continue
        if old_title and page.trashed_at is None:
            follow_steps(saying(StepLink, page, old_title), renamed=page, old_title=old_title)
        follow_steps(naming(StepLink, WikiPage.objects.filter(path__startswith=page.path)))
