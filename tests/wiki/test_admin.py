"""Wagtail's admin changes pages; addresses, HTML and links stay right."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from wiki import actions
from wiki.models import PageLink, VersionNote, WikiPage


@pytest.fixture
def admin(cast, sign_in):
    from intranet.people.actions import join_community

    join_community(actor=cast.root, community=cast.yard)
    return sign_in(cast.root)


def form(page, **changes):
    return {
        "title": page.title, "body": page.body, "language": page.language, "tags": "", "slug": page.slug,
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "",
        "comment_notifications": "", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "action-publish": "action-publish", **changes,
    }  # fmt: skip


def test_admin_shows_the_tree_and_opens_a_page(admin, write):
    page = write("Plan", "Text")
    assert admin.get(reverse("wagtailadmin_explore", args=[page.parent_page_id])).status_code == 200
    assert b"Text" in admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content
    assert admin.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200


def test_publishing_in_the_admin_renders_links_and_notes_the_version(admin, write, cast):
    page, other = write("Plan", "Old"), write("Other")
    answer = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        form(page, title="Great plan", body="See [[Other]]", tags="x"),
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    page = WikiPage.objects.get(pk=page.pk)
    assert (page.title, page.version, page.address, page.edited_by) == ("Great plan", 2, "yard/plan", cast.root)
    assert 'href="/wiki/yard/other/"' in page.html
    assert [tag["name"] for tag in page.tag_names] == ["x"]
    assert PageLink.objects.get(source=page).target_id == other.pk
    assert VersionNote.objects.get(page=page, number=2).author == cast.root
    saved = actions.save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="More")
    assert saved.version == 3


def test_draft_in_the_admin_is_no_version(admin, write):
    page = write("Plan", "Old")
    data = form(page, body="Half")
    del data["action-publish"]
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    page = WikiPage.objects.get(pk=page.pk)
    assert (page.body, page.version) == ("Old", 1)


def test_page_made_in_the_admin_is_read_in_the_wiki(admin, cast, sign_in):
    section = actions.ensure_section(cast.yard)
    url = reverse("wagtailadmin_pages:add", args=["wiki", "wikipage", section.pk])
    data = form(WikiPage(title="From the admin", body="**Hi**", slug="from-the-admin", language="en"))
    assert admin.post(url, data).status_code == 302
    page = WikiPage.objects.get(title="From the admin")
    assert (page.address, page.community, page.parent_page_id) == ("yard/from-the-admin", cast.yard, section.pk)
    assert b"<strong>Hi</strong>" in sign_in(cast.cleo).get("/wiki/yard/from-the-admin/").content


def test_new_slug_and_move_in_the_admin_take_the_addresses_along(admin, write, sign_in, cast):
    page, target = write("Plan"), write("Target")
    write("Child", parent=page)
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(page, slug="new-plan"))
    from wiki.signal_handlers import follow_slug

    follow_slug(WikiPage, WikiPage.objects.get(pk=page.pk))  # after the commit, which a test never reaches
    assert WikiPage.objects.get(title="Child").address == "yard/new-plan/child"
    admin.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk]))
    child = WikiPage.objects.get(title="Child")
    assert child.address == "yard/target/new-plan/child"
    assert [crumb["title"] for crumb in child.crumbs] == ["Target", "Plan"]
    assert WikiPage.objects.get(pk=page.pk).parent_page_id == target.pk
    cleo = sign_in(cast.cleo)
    for old in ("yard/plan/child", "yard/new-plan/child"):
        assert cleo.get(f"/wiki/{old}/")["Location"] == "/wiki/yard/target/new-plan/child/"
    assert Page.find_problems() == ([], [], [], [], [])


def test_deleting_in_the_admin_is_the_trash(admin, write):
    page = write("Plan")
    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert WikiPage.objects.get(pk=page.pk).trashed_at
    section = Page.objects.get(pk=page.parent_page_id)
    admin.post(reverse("wagtailadmin_pages:delete", args=[section.pk]))
    assert Page.objects.filter(pk=section.pk).exists()


def test_administrator_does_not_see_pages_of_closed_communities_in_the_list(admin, write, cast):
    page = write("Secret", community=cast.lab)
    html = admin.get(reverse("wagtailadmin_explore", args=[page.parent_page_id])).content.decode()
    assert "Secret" not in html
    assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 404


def test_documents_of_the_admin_are_listed_and_opened_by_administrators_alone(admin, sign_in, cast, settings, tmp_path):
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    settings.MEDIA_ROOT = tmp_path
    kept = Document.objects.create(title="Lease", file=ContentFile(b"signed", "lease.txt"))
    listing = admin.get(reverse("wagtaildocs:index"))
    assert kept.url in listing.content.decode()
    assert b"".join(admin.get(kept.url).streaming_content) == b"signed"
    for user in (cast.aino, cast.gita):
        answer = sign_in(user).get(kept.url)
        assert answer.status_code != 200
        assert b"signed" not in b"".join(answer)
