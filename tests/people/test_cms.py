"""Wagtail's admin: for administrators only, and without accounts of its own."""

import pytest

from intranet.people.models import User

PAGES = ["/cms/", "/cms/users/", "/cms/pages/", "/cms/reports/site-history/", "/cms/nowhere/"]


@pytest.mark.parametrize("address", PAGES)
def test_admin_does_not_exist_for_others(address, cast, sign_in, client):
    for name in ("aino", "mika", "cleo", "gita"):
        assert sign_in(getattr(cast, name)).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_administrator_walks_about(cast, sign_in):
    client = sign_in(cast.root)
    for address in ("/cms/", "/cms/pages/", "/cms/groups/", "/cms/collections/"):
        assert client.get(address).status_code == 200, address
    assert client.get("/cms/users/").url == "/people/"
    assert client.get("/cms/users/new/").url == "/people/new/"
    assert client.get(f"/cms/users/edit/{cast.ben.pk}/").url == "/people/ben.example/edit/"
    assert client.get("/cms/account/").url == "/me/settings/"


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_people_are_not_changed_in_bulk_behind_the_diary(action, cast, sign_in):
    response = sign_in(cast.root).post(f"/cms/bulk/people/user/{action}/?id={cast.ben.pk}")
    assert response.status_code == 404
    assert User.objects.active().filter(pk=cast.ben.pk).exists()
