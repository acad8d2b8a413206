"""Which step something that somebody did completes by itself."""

from __future__ import annotations

from typing import Any

from feed.kinds.facts import praise_is_on
from feed.kinds.models import PostKind
from feed.models import Post
from intranet.activity.models import Activity
from wiki.models import WikiPage
from wiki.onboarding.models import Step

# What the diary calls acts that can complete a step of the actor's own.
ACTS = frozenset({"post.published", "post.replied", "page.edited", "page.published"})
# What can leave somebody without pages of her own, whoever did it.
HANDED_OVER = frozenset({"review.assigned", "review.released", "page.trashed", "page.moved"})


def is_done_by(step: Step, activity: Activity) -> bool:
    """Is what the diary tells of what the step asks for?"""
    if step.kind == Step.Kind.IMPROVE:
        return _is_improved(step, activity)
    if step.kind != Step.Kind.POST or not activity.verb.startswith("post."):
        return False
    if step.community_id is not None and step.community_id != activity.community_id:
        return False
    post = Post.objects.filter(pk=activity.object_id).select_related("thread").first()
    if post is None or post.deleted_at is not None:
        return False  # taken back before anybody read of it
    is_thread = activity.verb == "post.published"
    if step.act == Step.Act.INTRODUCE:
        # Neither a question nor praise, and not about a page.
        return is_thread and activity.data.keys().isdisjoint({"kind", "page"})
    if step.act == Step.Act.ASK:
        return is_thread and post.kind == PostKind.QUESTION
    if step.act == Step.Act.THANK and praise_is_on():
        return is_thread and post.kind == PostKind.PRAISE
    return step.act != Step.Act.ANSWER or (not is_thread and _answers(post))


def _answers(post: Any) -> bool:
    """Is it a reply to a question that somebody else asked?"""
    thread = post.thread
    return thread is not None and thread.kind == PostKind.QUESTION and thread.author_id != post.author_id


def _is_improved(step: Step, activity: Activity) -> bool:
    """Was the page corrected, or, of a step that names none, any page written?"""
    if activity.object_type != WikiPage._meta.label_lower:
        return False
    if step.page_id is None:
        return activity.verb in {"page.edited", "page.published"}
    return activity.verb == "page.edited" and activity.object_id == str(step.page_id)
