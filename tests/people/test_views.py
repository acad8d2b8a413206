"""Every view of people and communities, tried by the whole cast."""

import pytest
from django.urls import reverse

from intranet.people import actions
from intranet.people.models import JoinRequest, Membership, User

NAMES = ("aino", "ben", "cleo", "mika", "gita", "root")
OUT = 302  # a stranger is sent to the sign-in page

# address -> status for aino, ben, cleo, mika, gita, root
GETS = {
    "/people/": (200, 200, 200, 200, 404, 200),
    "/people/?q=ai": (200, 200, 200, 200, 404, 200),
    "/people/aino.example/": (200, 200, 200, 200, 200, 200),
    "/people/cleo.example/": (200, 200, 200, 200, 404, 200),
    "/people/gita.example/": (200, 200, 404, 200, 200, 404),
    "/people/nobody/": (404, 404, 404, 404, 404, 404),
    "/people/new/": (403, 403, 403, 403, 403, 200),
    "/people/ben.example/edit/": (403, 403, 403, 403, 403, 200),
    "/me/settings/": (200, 200, 200, 200, 200, 200),
    "/me/tokens/": (200, 200, 200, 200, 200, 200),
    "/accounts/sessions/": (200, 200, 200, 200, 200, 200),
    "/accounts/password/change/": (200, 200, 200, 200, 200, 200),
    "/api/v1/docs": (200, 200, 200, 200, 200, 200),
    "/communities/": (200, 200, 200, 200, 200, 200),
    "/communities/new/": (200, 200, 200, 200, 403, 200),
    "/communities/everyone/members/": (200, 200, 200, 200, 404, 200),
    "/communities/yard/members/": (200, 200, 200, 200, 404, 200),
    "/communities/lab/members/": (200, 200, 404, 200, 200, 404),
    "/communities/vault/members/": (200, 200, 404, 200, 404, 404),
    "/communities/nowhere/members/": (404, 404, 404, 404, 404, 404),
    "/communities/everyone/settings/": (403, 403, 403, 200, 404, 200),
    "/communities/yard/settings/": (403, 403, 403, 200, 404, 200),
    "/communities/lab/settings/": (403, 403, 404, 200, 403, 404),
    "/communities/vault/settings/": (403, 403, 404, 200, 404, 404),
    "/communities/everyone/members/invite/": (403, 403, 403, 403, 404, 403),
    "/communities/lab/members/invite/": (403, 403, 404, 200, 403, 404),
    "/communities/vault/members/invite/": (403, 403, 404, 200, 404, 404),
    "/communities/lab/request/": (302, 302, 200, 302, 302, 200),
    "/communities/vault/request/": (302, 302, 404, 302, 404, 404),
    "/communities/lab/enter/": (403, 403, 403, 403, 403, 200),
    "/communities/vault/enter/": (403, 403, 404, 403, 404, 404),
}

# address, form -> status; 302 is "done and back", 404 "is not there for you", 403 "not you"
POSTS = [
    ("/people/cleo.example/follow/", {}, (302, 302, 403, 302, 404, 302)),
    ("/people/cleo.example/unfollow/", {}, (302, 302, 302, 302, 404, 302)),
    ("/people/ben.example/close/", {}, (403, 403, 403, 403, 403, 302)),
    ("/people/ben.example/reopen/", {}, (403, 403, 403, 403, 403, 302)),
    ("/communities/yard/join/", {}, (302, 302, 302, 302, 404, 302)),
    ("/communities/lab/join/", {}, (302, 302, 403, 302, 302, 403)),
    ("/communities/vault/join/", {}, (302, 302, 404, 302, 404, 404)),
    ("/communities/lab/leave/", {}, (302, 302, 302, 302, 302, 302)),
    ("/communities/vault/leave/", {}, (302, 302, 404, 302, 404, 404)),
    ("/communities/lab/request/", {}, (302, 302, 302, 302, 302, 302)),
    ("/communities/lab/enter/", {}, (403, 403, 403, 403, 403, 302)),
    ("/communities/lab/members/add/", {"person": "cleo.example"}, (403, 403, 404, 302, 403, 404)),
    ("/communities/vault/members/add/", {"person": "cleo.example"}, (403, 403, 404, 302, 404, 404)),
    ("/communities/lab/members/ben.example/role/", {"role": "moderator"}, (403, 403, 404, 302, 403, 404)),
    ("/communities/lab/members/ben.example/remove/", {}, (403, 403, 404, 302, 403, 404)),
    ("/communities/vault/members/ben.example/remove/", {}, (403, 403, 404, 302, 404, 404)),
    ("/communities/lab/members/cleo.example/remove/", {}, (404, 404, 404, 404, 404, 404)),
]


@pytest.mark.parametrize("address", GETS)
def test_page_answers_each_of_the_cast(address, cast, sign_in):
    got = tuple(sign_in(getattr(cast, name)).get(address).status_code for name in NAMES)
    assert got == GETS[address]


@pytest.mark.parametrize("address", GETS)
def test_page_sends_strangers_to_sign_in(address, cast, client):
    response = client.get(address)
    assert response.status_code == OUT
    assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize(("address", "form", "expected"), POSTS, ids=[row[0] for row in POSTS])
@pytest.mark.parametrize("name", NAMES)
def test_act_answers_each_of_the_cast(name, address, form, expected, cast, sign_in):
    response = sign_in(getattr(cast, name)).post(address, form)
    assert response.status_code == expected[NAMES.index(name)]


def test_outsider_who_tries_changes_nothing(cast, sign_in):
    before = set(Membership.objects.values_list("user_id", "community_id", "role"))
    for name in ("cleo", "gita"):
        client = sign_in(getattr(cast, name))
        for address, form, _expected in POSTS:
            if "/join/" not in address and "/leave/" not in address:
                client.post(address, form)
    assert set(Membership.objects.values_list("user_id", "community_id", "role")) == before


def test_directory_finds_names_without_accents(cast, sign_in):
    User.objects.create_user("a@loikka.example", name="Äijä Ösæter", handle="aija")
    page = sign_in(cast.ben).get("/people/", {"q": "oSaEter aija"})
    assert [person.name for person in page.context["people"]] == ["Äijä Ösæter"]


def test_directory_leafs_through_everybody_once(cast, sign_in):
    for n in range(65):
        User.objects.create_user(f"p{n}@loikka.example", name=f"Person {n % 7}", handle=f"p{n}")
    client, seen, address = sign_in(cast.aino), [], "/people/"
    while address:
        page = client.get(address)
        seen += [person.pk for person in page.context["people"]]
        address = f"/people/{page.context['older']}" if page.context["older"] else ""
    assert len(seen) == len(set(seen)) == User.objects.visible_to(cast.aino).count()


def test_member_list_tells_who_entered_as_administrator(cast, sign_in):
    sign_in(cast.root).post("/communities/lab/enter/")
    page = sign_in(cast.aino).get("/communities/lab/members/").content.decode()
    assert "Root Example entered as administrator" in page


def test_moderator_sees_and_grants_a_request(cast, sign_in):
    sign_in(cast.cleo).post("/communities/lab/request/", {"note": "I build the pump"})
    moderator = sign_in(cast.mika)
    assert "1 person wants to join" in moderator.get("/communities/lab/members/").content.decode()
    assert "I build the pump" in moderator.get("/communities/lab/requests/").content.decode()
    assert "I build the pump" not in sign_in(cast.aino).get("/communities/lab/members/").content.decode()
    request = JoinRequest.objects.get()
    moderator.post(reverse("people:request_decide", args=["lab", request.pk]), {"decision": "grant"})
    assert sign_in(cast.cleo).get("/communities/lab/members/").status_code == 200


def test_request_of_another_community_is_not_decided_through_mine(cast, sign_in):
    actions.request_to_join(actor=cast.cleo, community=cast.lab)
    request = JoinRequest.objects.get()
    response = sign_in(cast.mika).post(
        reverse("people:request_decide", args=["yard", request.pk]), {"decision": "grant"}
    )
    assert response.status_code == 404
    assert JoinRequest.objects.waiting().count() == 1


def test_removed_member_is_out_with_the_next_request(cast, sign_in):
    ben = sign_in(cast.ben)
    assert ben.get("/communities/lab/members/").status_code == 200
    sign_in(cast.mika).post("/communities/lab/members/ben.example/remove/")
    assert ben.get("/communities/lab/members/").status_code == 404
    assert "Lab" in ben.get("/communities/").content.decode()  # closed: still known by name


@pytest.mark.parametrize("address", ["/communities/", "/people/"])
def test_hidden_community_and_its_guest_leave_no_trace(address, cast, sign_in):
    assert "Vault" not in sign_in(cast.cleo).get(address).content.decode()
    assert "Vault" not in sign_in(cast.root).get(address).content.decode()


def test_closed_community_says_nothing_of_its_size_to_outsiders(cast, sign_in):
    rows = {row.slug: row for row in sign_in(cast.cleo).get("/communities/").context["others"]}
    assert rows["lab"].member_count is None
    assert rows["yard"].member_count == 3


def test_same_name_as_a_hidden_community_is_accepted(cast, sign_in):
    response = sign_in(cast.cleo).post("/communities/new/", {"name": "Vault", "kind": "open", "hue": 3})
    assert response.status_code == 302
    taken = sign_in(cast.cleo).post("/communities/new/", {"name": "lab", "kind": "open", "hue": 3})
    assert taken.status_code == 422
    assert "already" in str(taken.context["form"].errors["name"])


def test_settings_keep_what_was_typed_next_to_the_mistake(cast, sign_in):
    page = sign_in(cast.aino).post("/me/settings/", {"form": "profile", "title": "Pump designer", "phone": "0" * 41})
    assert page.status_code == 422
    assert "Pump designer" in page.content.decode()


def test_skills_are_tags(cast, sign_in):
    client = sign_in(cast.aino)
    client.post("/me/settings/", {"form": "profile", "skills": "Pumps, pumps, Django"})
    assert sorted(cast.aino.skills.names()) == ["Django", "Pumps"]
    page = sign_in(cast.ben).get("/people/", {"skill": "pumps"})
    assert [person.name for person in page.context["people"]] == ["Aino Example"]


@pytest.mark.parametrize(
    "query", ["q=%00", "team=99999999999999999999", "team=%C2%B2", "after=x", "skill=%00", "q=" + "a" * 5000]
)
def test_odd_questions_get_no_error(query, cast, sign_in):
    assert sign_in(cast.aino).get(f"/people/?{query}").status_code in (200, 404)


def test_renaming_a_community_keeps_all_addresses_and_the_form_says_so(cast, sign_in):
    from wiki.actions import create_page

    page = create_page(actor=cast.aino, community=cast.yard, title="Coffee")
    mika = sign_in(cast.mika)
    address = reverse("people:community_settings", args=["yard"])
    assert cast.yard.get_absolute_url() in mika.get(address).content.decode()
    form = {"name": "Garden", "purpose": "", "kind": "open", "hue": "3", "slug": "garden"}
    assert mika.post(address, form)["Location"] == cast.yard.get_absolute_url()
    cast.yard.refresh_from_db()
    assert (cast.yard.name, cast.yard.slug) == ("Garden", "yard")
    assert mika.get(page.get_absolute_url()).status_code == 200
