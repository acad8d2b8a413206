"""What moderators make of the demo company's talk, and what its people keep of it (`content/care_of_talk.toml`)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from feed.keeping.actions import keep_bookmark, pin_thread
from feed.models import Post
from feed.moderation.actions import report
from feed.threads.actions import close_thread, save_post_draft

if TYPE_CHECKING:
    from intranet.demo.loader import Company


def look_after_talk(company: Company, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Pin, close, keep, report and begin to answer what the rows name."""
    for kind, lines in rows.items():
        for row in lines:
            actor = company.people[row["by"]]
            thread = Post.objects.visible_to(actor).roots().get(body__startswith=row["thread"])
            if kind == "pinned":
                until = timezone.localdate(company.now + timedelta(days=row["days"]))
                pin_thread(actor=actor, thread=thread, until=until)
            elif kind == "closed":
                close_thread(actor=actor, thread=thread, note=row["note"], at=company.ago(row["days_ago"]))
            elif kind == "bookmark":
                keep_bookmark(actor=actor, post=thread, note=row["note"])
            elif kind == "report":
                report(actor=actor, post=thread, kind=row["kind"], words=row["words"])
            else:
                save_post_draft(actor=actor, thread=thread, body=row["body"])
    company.say(f"{len(rows['pinned'])} pinned threads")
