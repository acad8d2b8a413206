"""No silent read-all: an administrator finds in Wagtail's admin nothing of communities she has not entered."""

import pytest
from django.urls import reverse

from wiki import actions

SECRET = "Kultakaivos"


@pytest.fixture
def secret(cast):
    return actions.create_page(actor=cast.aino, community=cast.vault, title=SECRET, body=f"{SECRET} at night")


@pytest.fixture
def known(cast):
    return actions.create_page(actor=cast.aino, community=cast.yard, title="Puutarha", body="Roses")


BY_PAGE = [
    "edit",
    "history",
    "usage",
    "view_draft",
    "copy",
    "delete",
    "unpublish",
    "set_privacy",
    "add_subpage",
    "move",
]


@pytest.mark.parametrize("name", BY_PAGE)
def test_page_of_an_unentered_community_is_not_there(cast, secret, known, sign_in, name):
    client = sign_in(cast.root)
    assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[secret.pk])).status_code == 404
    assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[known.pk])).status_code != 404


def test_section_and_old_versions_are_not_there_either(cast, secret, sign_in):
    client = sign_in(cast.root)
    section, revision = secret.parent_page_id, secret.latest_revision_id
    for address in (
        reverse("wagtailadmin_explore", args=[section]),
        reverse("wagtailadmin_pages:edit", args=[section]),
        reverse("wagtailadmin_pages:revisions_view", args=[secret.pk, revision]),
        reverse("wagtailadmin_pages:revisions_compare", args=[secret.pk, "earliest", "live"]),
    ):
        assert client.get(address).status_code == 404, address


def test_no_list_names_it(cast, secret, known, sign_in):
    client = sign_in(cast.root)
    section = known.get_parent()
    sections = reverse("wagtailadmin_explore", args=[section.get_parent().pk])
    for address in ("/cms/", "/cms/pages/", sections, reverse("wagtailadmin_explore", args=[section.pk])):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert SECRET not in answer.text
        assert "Vault" not in answer.text
    assert "Yard" in client.get(sections).text


@pytest.mark.parametrize(
    "address",
    [
        "/cms/pages/search/?q=kulta",
        "/cms/reports/site-history/",
        "/cms/reports/aging-pages/",
        "/cms/api/main/pages/",
        "/cms/choose-page/",
        "/cms/redirects/",
        "/cms/pages/usage/wiki/wikipage/",
    ],
)
def test_lists_that_know_no_communities_are_closed(cast, secret, sign_in, address):
    assert sign_in(cast.root).get(address).status_code == 404


def test_entering_the_community_opens_its_pages(cast, secret, sign_in):
    from intranet.people.models import Membership

    Membership.objects.create(user=cast.root, community=cast.vault)
    client = sign_in(cast.root)
    assert SECRET in client.get(reverse("wagtailadmin_explore", args=[secret.parent_page_id])).text
    assert client.get(reverse("wagtailadmin_pages:edit", args=[secret.pk])).status_code == 200
