"""A page gets its place among its sisters: where somebody put it, or by its title."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.actions.rules import Place, lock_page
from wiki.actions.tree import move_page
from wiki.models import BY_TITLE, WikiPage
from wiki.writing import lock_row, lock_tree, write_columns

# Room between two neighbours: ten pages find a place between them before the others are numbered anew.
GAP = 1024
FIRST = 0


@transaction.atomic
def place_page(
    *, actor: User, page: WikiPage | int, parent: Place | Page | int | None = None, after: int | None = None
) -> WikiPage:
    """Put a page directly behind its sister `after` (0: before all of them; None: by its title behind those that were put).

    With `parent` it goes there first, as `move_page` does. Raises what that raises, ValidationError (`after`) when the
    sister is not there any more.
    """
    lock_tree()
    current = lock_page(actor, page)
    wanted = None if parent is None else parent if isinstance(parent, int) else parent.pk
    if wanted is not None and wanted != current.parent_page_id:
        current = move_page(actor=actor, page=current, parent=wanted)
    elif after == current.pk:
        return current
    lock_row(current.parent_page_id)
    position = _position_behind(current, after)
    if position == current.position:
        return current
    current.position = position
    write_columns(current, ("position",))
    data = {"parent": current.parent_page_id, "after": after}
    record(actor=actor, verb="branch.arranged", object=current, community_id=current.community_id, data=data)
    return current


def _sisters(page: WikiPage) -> QuerySet[WikiPage]:
    rows: QuerySet[WikiPage] = WikiPage.objects.filter(parent_page_id=page.parent_page_id, trashed_at__isnull=True)
    return rows.exclude(pk=page.pk).order_by("position", "title_key", "pk")


def _position_behind(page: WikiPage, after: int | None) -> int:
    if after is None:
        return BY_TITLE
    low, high = _between(page, after)
    if high - low < 2:
        _number(page, None)
        low, high = _between(page, after)
    return (low + high) // 2


def _between(page: WikiPage, after: int) -> tuple[int, int]:
    """Return the positions on both sides of the place behind a sister; those before it are numbered if they are not."""
    sisters = _sisters(page)
    low = 0
    if after != FIRST:
        sister = sisters.filter(pk=after).values("position", "title_key").first()
        if sister is None:
            raise ValidationError({"after": _("That page is not there any more. Load the tree again.")})
        if sister["position"] == BY_TITLE:
            _number(page, (BY_TITLE, sister["title_key"], after))
            sister = sisters.values("position", "title_key").get(pk=after)
        low = sister["position"]
    behind = sisters.filter(position__gte=low, position__lt=BY_TITLE)
    if after != FIRST:
        behind = behind.exclude(pk=after)
    following = behind.values_list("position", flat=True).first()
    return low, low + 2 * GAP if following is None else following


def _number(page: WikiPage, last: tuple[int, str, int] | None) -> None:
    """Number the sisters of a page up to this one (position, title, id), None for all that were put somewhere.

    One statement however many they are; those behind stay in the order of their titles.
    """
    upto = "(position, title_key, page_ptr_id) <= (%s, %s, %s)" if last else "position < %s"
    sql = (
        "UPDATE wiki_wikipage SET position = counted.number * %s FROM ("  # noqa: S608  # words of ours
        "SELECT page_ptr_id AS id, ROW_NUMBER() OVER (ORDER BY position, title_key, page_ptr_id) AS number "
        "FROM wiki_wikipage WHERE parent_page_id = %s AND page_ptr_id <> %s AND trashed_at IS NULL "
        f"AND {upto}) AS counted WHERE wiki_wikipage.page_ptr_id = counted.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [GAP, page.parent_page_id, page.pk, *(last or (BY_TITLE,))])
