"""Pages find other places, go to the trash and come back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from feed.models import Attachment
from wiki import actions
from wiki.models import WikiPage, WikiSection


def fresh(page):
    return WikiPage.objects.get(pk=page.pk)


def test_page_cannot_lie_below_itself(cast, write):
    page = write("A")
    child = write("B", parent=page)
    for target in (page, child):
        with pytest.raises(ValidationError):
            actions.move_page(actor=cast.aino, page=page, parent=target)


def test_move_needs_both_ends(cast, write):
    page = write("A")
    section = actions.ensure_section(cast.everyone)
    from intranet.people.models import Membership

    Membership.objects.filter(user=cast.ben, community=cast.everyone).delete()
    with pytest.raises(PermissionDenied):
        actions.move_page(actor=cast.ben, page=page, parent=section)
    with pytest.raises((PermissionDenied, WikiPage.DoesNotExist)):
        actions.move_page(actor=cast.cleo, page=page, parent=section)
    hidden = actions.ensure_section(cast.vault)
    own = write("Own", community=cast.everyone)
    with pytest.raises((PermissionDenied, WikiSection.DoesNotExist, cast.vault.DoesNotExist)):
        actions.move_page(actor=cast.cleo, page=own, parent=hidden)


def test_files_follow_their_page_into_another_community(cast, write):
    page = write("A")
    child = write("B", parent=page)
    file = Attachment.objects.create(
        community=cast.yard, uploader=cast.aino, page_id=child.pk, name="x", content_type="text/plain", size=1, digest="x",
        stored_as="x",
    )  # fmt: skip
    actions.move_page(actor=cast.aino, page=page, parent=actions.ensure_section(cast.vault))
    file.refresh_from_db()
    assert file.community == cast.vault
    assert fresh(child).community == cast.vault
    assert not WikiPage.objects.visible_to(cast.cleo).filter(pk=child.pk).exists()


def test_trash_and_restore_of_a_subtree(cast, write):
    top = write("Top")
    child = write("Child", parent=top)
    gone = write("Gone before", parent=top)
    actions.trash_page(actor=cast.aino, page=gone)
    actions.trash_page(actor=cast.aino, page=top)
    assert not WikiPage.objects.visible_to(cast.aino).filter(pk__in=[top.pk, child.pk]).exists()
    with pytest.raises(PermissionDenied):
        actions.untrash_page(actor=cast.aino, page=child)
    with pytest.raises(ValidationError):
        actions.untrash_page(actor=cast.aino, page=gone)
    again = write("Top")
    assert again.address == "yard/top"
    with pytest.raises(ValidationError):
        actions.untrash_page(actor=cast.aino, page=top)
    actions.rename_page(actor=cast.aino, page=again, title="Other", change_address=False)
    actions.untrash_page(actor=cast.aino, page=top)
    assert fresh(top).address == "yard/top-2"
    assert fresh(child).address == "yard/top-2/child"
    assert fresh(gone).trashed_at
    actions.untrash_page(actor=cast.aino, page=gone)
    assert fresh(gone).address == "yard/top-2/gone-before"


def test_moving_beside_a_page_of_the_same_title_is_refused(cast, write):
    place = write("Place")
    write("A", parent=place)
    page = write("A")
    with pytest.raises(ValidationError):
        actions.move_page(actor=cast.aino, page=page, parent=place)


def test_too_deep_is_refused_with_words(cast, write):
    def write_down_to(depth):
        page = write("0")
        for number in range(depth):
            page = write(f"{number}", parent=page)

    with pytest.raises(ValidationError) as refusal:
        write_down_to(60)
    assert "too deep" in str(refusal.value)


def test_long_addresses_still_redirect(cast, write, sign_in):
    page = top = write("A" * 80)
    for _ in range(4):
        page = write("B" * 80, parent=page)
    old = page.address
    actions.rename_page(actor=cast.aino, page=top, title="Short")
    assert len(old) > 255
    assert sign_in(cast.cleo).get(f"/wiki/{old}/")["Location"] == f"/wiki/{fresh(page).address}/"


STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "move", "trash", "untrash", "rename"]), st.integers(0, 9), st.integers(0, 9)),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_tree_is_whole_after_any_walk(cast, steps):
    from django.db import transaction

    with transaction.atomic():
        walk(cast, steps)
        transaction.set_rollback(True)


def walk(cast, steps):
    places = [actions.ensure_section(community) for community in (cast.yard, cast.vault)]
    pages = []
    for number, (what, a, b) in enumerate(steps):
        spots = places + pages
        page = pages[a % len(pages)] if pages else None
        try:
            if what == "create" or page is None:
                parent = spots[b % len(spots)].pk
                pages.append(actions.create_page(actor=cast.aino, parent=parent, title=f"T{a}", body=f"[[T{b}]]"))
            elif what == "move":
                actions.move_page(actor=cast.aino, page=page.pk, parent=spots[b % len(spots)].pk)
            elif what == "rename":
                actions.rename_page(actor=cast.aino, page=page.pk, title=f"T{b} {number}")
            else:
                {"trash": actions.trash_page, "untrash": actions.untrash_page}[what](actor=cast.aino, page=page.pk)
        except (ValidationError, PermissionDenied, WikiPage.DoesNotExist, WikiSection.DoesNotExist):
            continue
    assert Page.find_problems() == ([], [], [], [], [])
    for page in WikiPage.objects.select_related("parent_page"):
        parent = page.get_parent().specific
        assert page.parent_page_id == parent.pk
        assert page.community_id == parent.community_id
        if page.trashed_at is None and getattr(parent, "trashed_at", None) is None:
            above = getattr(parent, "address", parent.community.slug)
            assert page.address == f"{above}/{page.slug}"
            assert page.live
        visible = WikiPage.objects.visible_to(cast.cleo).filter(pk=page.pk).exists()
        assert visible == (page.trashed_at is None and page.community_id == cast.yard.pk)


def test_sections_lie_where_the_migrations_of_a_real_house_put_them(cast, write):
    page = write("Coffee")
    assert (page.get_parent().depth, page.depth) == (3, 4)
    assert page.url_path == "/home/yard/coffee/"
