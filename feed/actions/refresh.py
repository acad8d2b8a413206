"""What a post names came, went or got another name: the post is shown as it is now, with nothing said in the diary."""

from __future__ import annotations

from feed import text
from feed.models import Post
from intranet.text import RENDERER_VERSION, Resolver


def show_again(*, post: Post, body: str, resolver: Resolver) -> bool:
    """Store what a post looks like with links as `resolver` answers them now; return whether that is news.

    `body` may say the same in other words, when a page got another title: nobody edited anything, so no version is kept.
    """
    rendered = text.render_post(body, post.community_id, resolver=resolver)
    if (body, rendered.html) == (post.body, post.html):
        return False
    # A text that its author changed in this moment is looked at again when the diary tells of the edit.
    rows = Post.objects.filter(pk=post.pk, body=post.body)
    return bool(rows.update(body=body, html=rendered.html, renderer_version=RENDERER_VERSION))
