"""The text of a post: what may be typed, how it is shown, who and what it names."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from html import unescape
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from taggit.models import Tag

from intranet.people.models import Community, User
from intranet.people.vocabulary import meant
from intranet.text import (
    MAX_POST,
    RENDERER_VERSION,
    Rendered,
    Resolver,
    clean_text,
    excerpt,
    find_references,
    render,
)

# What ends a line on the page; other markup stands within words ("@aino.salmela:lle", "by **Friday**.").
BREAKS = re.compile(
    r"</?(?:p|br|li|ul|ol|dl|dt|dd|div|blockquote|pre|table|tr|td|th|h[1-6]|hr|section|figure|summary)\b[^>]*>"
)
MARKUP = re.compile(r"<[^>]*(?:>|$)")
SURROGATES = re.compile("[\ud800-\udfff]")


def check_body(body: Any) -> str:
    """Return the text as it is stored. Raises ValidationError with a sentence for the person who typed."""
    if not isinstance(body, str):
        raise ValidationError(_("Write the text as text."), code="invalid")
    if "\x00" in body or SURROGATES.search(body):
        raise ValidationError(_("The text has characters that cannot be stored. Remove them."), code="invalid")
    if len(body) > MAX_POST:
        raise ValidationError(
            _("The text has %(length)d characters; at most %(limit)d fit. Make it shorter or put it on a wiki page."),
            code="too_long",
            params={"length": len(body), "limit": MAX_POST},
        )
    text = clean_text(body).strip()
    if not text:
        raise ValidationError(_("Write something first."), code="required")
    return text


def render_post(body: str, community_id: int, *, resolver: Resolver | None = None) -> Rendered:
    """Return the text made ready for readers of that community; `resolver` knows more of its links than the house."""
    resolver = resolver or import_string(settings.TEXT_RESOLVER)(community_id)
    return render(body, resolve=resolver, flavour="post", origin=settings.BASE_URL)


def fresh_html(html: str, version: int, body: str, community_id: int) -> str:
    """Return stored HTML, made again when it comes from an older renderer: the stored one is only a cache."""
    return html if version == RENDERER_VERSION else render_post(body, community_id).html


def preview_of(html: str, length: int = 160) -> str:
    """Return the beginning of a rendered post as one line of plain text."""
    return excerpt(unescape(MARKUP.sub("", BREAKS.sub(" ", html[: length * 12]))), length)


def people_named(handles: Collection[str], community: Community) -> list[int]:
    """Return the primary keys of those of these handles who may read the community."""
    if not handles:
        return []
    return list(User.objects.readers_of(community).filter(handle__in=handles).values_list("pk", flat=True))


def people_left_out(user: Any, body: str, community: Community) -> list[User]:
    """Return the people a text names who cannot read it there, as far as `user` knows of them at all."""
    if not isinstance(body, str) or len(body) > MAX_POST or "@" not in body:
        return []
    handles = find_references(body, flavour="post").mentions
    if not handles:
        return []
    known = User.objects.visible_to(user).filter(handle__in=handles)
    return list(known.exclude(pk__in=User.objects.readers_of(community).values("pk")))


def tags_named(names: Collection[str], community_id: int) -> list[Tag]:
    """Return the tags these names mean in a community's texts, whatever their capitals; new ones are made."""
    known = meant([name.casefold() for name in names], community_id)
    wanted = {name.casefold(): name for name in names if name.casefold() not in known}
    if not wanted:
        return list(dict.fromkeys(known.values()))
    # The renderer gives names in lower case; a tag somebody made in the admin may have capitals.
    found = {tag.name.casefold(): tag for tag in Tag.objects.filter(name__in=list(wanted.values()))}
    for key, name in wanted.items():
        if key not in found:
            found[key] = Tag.objects.filter(name__iexact=name).first() or make_tag(name)
    return list(dict.fromkeys([*found.values(), *known.values()]))


def make_tag(name: str) -> Tag:
    """Return a new tag, or the one that somebody else made just now."""
    slug = slugify(name, allow_unicode=True)[:90] or "tag"
    if Tag.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(3)}"
    tag, _made = Tag.objects.get_or_create(name=name[:100], defaults={"slug": slug})
    return tag
