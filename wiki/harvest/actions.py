"""A conversation becomes the draft of a page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from wagtail.models import Page

from feed.actions import copy_file
from feed.actions.posts import lock_place as lock_talk
from feed.models import Attachment, Post
from feed.rows import profile_url
from feed.views.files import markdown_of
from intranet.people.models import Community, User
from wiki.actions.drafts import save_draft
from wiki.actions.rules import Place, community_of, lock_place, require_writer
from wiki.actions.sections import ensure_section
from wiki.harvest.models import Harvest
from wiki.harvest.publishing import widening
from wiki.harvest.quotes import Said, page_of, quote, telling_line
from wiki.harvest.reading import MOST_POSTS, gains, known_to_all, quotable
from wiki.titles import clean_title

MOST_FILES = 40


@transaction.atomic
def begin_page(
    *,
    actor: User,
    thread: Post | int,
    posts: Sequence[int],
    title: str,
    community: Community | None = None,
    parent: Place | Page | int | None = None,
    agreed: str = "",
    key: uuid.UUID | None = None,
) -> Harvest:
    """Make a draft of a page that quotes these posts of a thread; the same `key` again returns the first one.

    Only what the actor may read at this moment is quoted, as it reads now. `agreed` is the code of the `Gains` she was
    shown, when more people would read it. Raises Post.DoesNotExist, DoesNotExist of a place, PermissionDenied where she
    may not write, ValidationError by field.
    """
    if earlier := _made_before(actor, key):
        return earlier
    place = _place(actor, community, parent)
    target = community_of(place)
    root = Post.objects.visible_to(actor).listed().get(pk=thread if isinstance(thread, int) else thread.pk)
    # Nobody edits, deletes or moves a post of this community until the quotes are made.
    source = lock_talk(root.community_id)
    if earlier := _made_before(actor, key):  # the same form, which had its turn first
        return earlier
    root = Post.objects.visible_to(actor).listed().get(pk=root.pk, community=source)
    title = clean_title(title)
    wanted = list(dict.fromkeys(posts))[:MOST_POSTS]
    chosen = list(quotable(actor, root).filter(pk__in=wanted))
    if not chosen:
        raise ValidationError({"posts": _("Choose at least one post.")})
    if len(chosen) < len(wanted):
        raise ValidationError({"posts": _("Some of the posts are gone meanwhile. Look at what is left.")}, code="gone")
    if (more := gains(source, target)) and agreed != more.code:
        raise widening(more.people)
    with override(actor.language or get_language()):
        body, lines = _quotes(actor, chosen, source, target)
    draft = save_draft(actor=actor, parent=place.pk, title=title, body=body)
    if draft is None:  # a title there is, so there is a draft
        raise ValidationError({"title": _("Give the page a title.")})
    return Harvest.objects.create(author=actor, key=key or uuid.uuid4(), thread=root, draft=draft, quotes=lines)


def _made_before(actor: User, key: uuid.UUID | None) -> Harvest | None:
    return Harvest.objects.filter(author=actor, key=key).first() if key else None


def _place(actor: User, community: Community | None, parent: Place | Page | int | None) -> Place:
    """Return the place the page is to have, where the actor may write."""
    if parent is not None:
        place = lock_place(parent)
        require_writer(actor, community_of(place))
        return place
    if community is None:
        raise ValidationError({"parent": _("Choose where the page belongs.")})
    require_writer(actor, community)
    return ensure_section(community, actor=actor)


def _quotes(
    actor: User, chosen: Sequence[Post], source: Community, target: Community
) -> tuple[str, list[tuple[int, str]]]:
    """Return the text of the page, and a line of each quote; files come along into another community."""
    elsewhere = source.pk != target.pk
    known = known_to_all(target, {post.author_id for post in chosen})
    files = _files(actor, chosen, target if elsewhere else None)
    names = _names(chosen, target)
    texts, lines = [], []
    for post in chosen:
        body, attached = post.body, []
        for old, new in files.get(post.pk, []):
            if str(old.pk) in body:
                body = _renamed(body, old, new.get_absolute_url())
            else:
                attached.append(markdown_of(new))
        who = _linked(post.author.name, post.author.handle) if post.author_id in known else _("A guest")
        day = date_format(timezone.localtime(post.created_at), "DATE_FORMAT")
        # Who cannot read the conversation is not told where it is.
        when = day if elsewhere else f"[{day}](/posts/{post.pk}/)"
        quoted = quote(Said(body, who, when, attached), lambda handle: names.get(handle, "@…"))
        texts.append(quoted)
        lines.append((post.pk, telling_line(quoted)))
    return page_of(texts), lines


def _renamed(body: str, file: Attachment, address: str) -> str:
    """Return a text in which a file has another address."""
    return re.sub(rf"/files/{file.pk}/[^)\s]*", lambda _found: address, body)


def _linked(name: str, handle: str) -> str:
    return f"[{_plain(name)}]({profile_url(handle)})"


def _plain(name: str) -> str:
    return re.sub(r"([\\\[\]*_`])", r"\\\1", name)


def _files(
    actor: User, chosen: Sequence[Post], target: Community | None
) -> dict[int, list[tuple[Attachment, Attachment]]]:
    """Return the files of each post, as they are and as the page has them: copies in the page's community."""
    rows = Attachment.objects.visible_to(actor).filter(post__in=[post.pk for post in chosen]).order_by("name", "pk")
    found: dict[int, list[tuple[Attachment, Attachment]]] = {}
    for file in rows[:MOST_FILES]:
        there = copy_file(actor=actor, community=target, attachment=file, name=file.name) if target else file
        if there is not None and file.post_id is not None:
            found.setdefault(file.post_id, []).append((file, there))
    return found


def _names(chosen: Sequence[Post], target: Community) -> dict[str, str]:
    """Return {handle: Markdown} of who is named in these posts and may be known to all readers of the page.

    As links, not as calls: whoever was called in the conversation is not called again.
    """
    handles = {
        found.lower() for post in chosen for found in re.findall(r"@([a-zA-Z0-9]+(?:[._-][a-zA-Z0-9]+)*)", post.body)
    }
    people = {person.handle: person for person in User.objects.get_queryset().filter(handle__in=handles)}
    known = known_to_all(target, {person.pk for person in people.values()})
    names = {handle: _linked(person.name, handle) for handle, person in people.items() if person.pk in known}
    places = Community.objects.filter(slug__in=handles - people.keys(), kind=Community.Kind.OPEN)
    return names | {place.slug: f"[{_plain(place.name)}]({place.get_absolute_url()})" for place in places}
