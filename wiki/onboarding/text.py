"""A step's text as HTML."""

from django.conf import settings
from django.utils.module_loading import import_string

from intranet.text import Resolver, render


def step_html(source: str, *, community_id: int, resolver: Resolver | None = None) -> str:
    """Render a step's Markdown as a post in the path's community would be; `resolver` knows more of its links."""
    if not source.strip():
        return ""
    resolver = resolver or import_string(settings.TEXT_RESOLVER)(community_id)
    return render(source, resolve=resolver, flavour="post").html
