"""The dialog that moves a page: the tree to choose from, and in words who gains and who loses it."""

import io

import pytest
from django.urls import reverse

from feed import actions as feed
from intranet.people.models import Membership
from tests.house.world import picture
from tests.wiki.test_api import call  # noqa: F401  # a fixture
from wiki import actions
from wiki.models import WikiPage
from wiki.moving import consequences, readers_of


@pytest.fixture
def branch(cast, write):
    """A page of the yard with two below it, one of them with a file, and a place beside."""
    page = write("Plan")
    child = write("Child", parent=page)
    file = feed.add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(picture()), name="a.png")
    write("Grandchild", f"![]({file.get_absolute_url()})", parent=child)
    write("Beside")
    page.refresh_from_db()
    return page


def move(page):
    return reverse("wiki:move", args=[page.pk])


def by_title(title):
    return WikiPage.objects.get(title=title)


def test_dialog_shows_the_tree_and_opens_level_by_level_without_a_script(cast, branch, write, sign_in):
    aino = sign_in(cast.aino)
    write("Deep", parent=by_title("Beside"))
    html = aino.get(move(branch)).content.decode()
    for title in ("Top of Yard", "Beside"):
        assert title in html
    assert f'value="{branch.pk}" disabled' in html
    assert "Grandchild" not in html
    assert "Deep" not in html
    assert f"open={by_title('Beside').pk}" in html
    html = aino.get(f"{move(branch)}?in={cast.yard.pk}&open={by_title('Beside').pk}").content.decode()
    assert f'value="{by_title("Deep").pk}"' in html


def test_dialog_filters_by_title_and_shows_other_communities(cast, branch, write, sign_in):
    write("Far away", community=cast.lab)
    aino = sign_in(cast.aino)
    html = aino.get(f"{move(branch)}?q=besi").content.decode()
    assert f'value="{by_title("Beside").pk}"' in html
    html = aino.get(f"{move(branch)}?in={cast.lab.pk}&q=far").content.decode()
    assert f'value="{by_title("Far away").pk}"' in html
    assert "Before anything moves you are told who." in html
    for odd in ("?in=99999999999999999999", "?in=x", "?open=1,2,x,,", "?q=%00%ff", f"?in={cast.vault.pk}"):
        assert aino.get(move(branch) + odd).status_code == 200
    # A community she is not in is not offered, whatever the address says.
    secret = write("Hidden thing", community=cast.vault)
    html = sign_in(cast.gita).get(move(write("Mine", community=cast.lab)) + f"?in={cast.vault.pk}").content.decode()
    assert secret.title not in html


def test_dialog_says_what_comes_along(cast, branch, sign_in):
    html = sign_in(cast.aino).get(move(branch)).content.decode()
    assert "3 pages move, the ones below it included." in html
    assert "1 file comes along." in html
    html = sign_in(cast.aino).get(move(by_title("Beside"))).content.decode()
    assert "there is none below it" in html


def test_it_is_said_who_gains_and_who_loses_before_anything_moves(cast, branch, sign_in):
    target = actions.ensure_section(cast.lab)
    before = set(readers_of(cast.yard))
    after = set(readers_of(cast.lab))
    found = consequences(branch, cast.lab)
    assert (found.gaining, found.losing) == (len(after - before), len(before - after))
    assert (found.gaining_guests, found.pages, found.files) == (1, 3, 1)
    aino = sign_in(cast.aino)
    data = {"parent": target.pk, "title": "Plan", "change_address": "on"}
    html = aino.post(move(branch), data).content.decode()
    assert "1 person can read it then who could not before." in html
    assert "1 of them is a guest." in html
    assert f"{found.losing} people cannot read it any more." in html
    assert "3 pages move" in html
    branch.refresh_from_db()
    assert branch.community == cast.yard
    aino.post(move(branch), data | {"confirmed": "on"})
    assert set(WikiPage.objects.filter(community=cast.lab).values_list("title", flat=True)) == {
        "Plan", "Child", "Grandchild"
    }  # fmt: skip


def test_readers_are_those_whom_the_one_rule_lets_in(cast, write):
    for community in (cast.yard, cast.lab, cast.vault, cast.everyone):
        page = write(f"In {community.slug}", community=community)
        let_in = {
            who for who, one in cast.people.items() if WikiPage.objects.visible_to(one).filter(pk=page.pk).exists()
        }
        assert {one.pk for one in readers_of(community)} == {cast.people[who].pk for who in let_in}


@pytest.mark.parametrize("target", ["Plan", "Child", "Grandchild"])
def test_page_is_not_moved_below_itself(cast, branch, sign_in, target):
    answer = sign_in(cast.aino).post(move(branch), {"parent": by_title(target).pk, "title": "Plan", "confirmed": "on"})
    assert answer.status_code == 422
    assert "A page cannot lie below itself." in answer.content.decode()
    assert by_title("Plan").parent_page_id == branch.parent_page_id


@pytest.mark.parametrize("target", ["0", "-1", "x", "", "99999999999999999999", "999999", "\x00"])
def test_odd_places_are_said_to_be_none(cast, branch, sign_in, target):
    answer = sign_in(cast.aino).post(move(branch), {"parent": target, "title": "Plan"})
    assert answer.status_code == 422
    assert "Choose a place." in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("aino", 200), ("ben", 200), ("cleo", 403), ("mika", 200), ("gita", 404), ("root", 403)]
)
def test_members_move_pages(cast, branch, sign_in, who, status):
    assert sign_in(cast.people[who]).get(move(branch)).status_code == status


def test_nobody_moves_a_page_where_she_does_not_write(cast, branch, write, sign_in):
    place = write("Lab page", community=cast.lab)
    Membership.objects.filter(user=cast.ben, community=cast.lab).delete()
    answer = sign_in(cast.ben).post(move(branch), {"parent": place.pk, "title": "Plan", "confirmed": "on"})
    assert answer.status_code == 422
    assert "Lab page" not in answer.content.decode()
    branch.refresh_from_db()
    assert branch.community == cast.yard


def test_dialog_of_a_large_section_asks_as_much_as_that_of_a_small_one(
    cast, branch, write, sign_in, django_assert_max_num_queries
):
    aino = sign_in(cast.aino)

    def look():
        with django_assert_max_num_queries(25) as asked:
            assert aino.get(move(branch)).status_code == 200
        return len(asked)

    look()
    few = look()
    for number in range(30):
        write(f"Page {number}")
    assert look() == few


def test_programs_foresee_a_move(cast, branch, write, call):  # noqa: F811
    place = write("Lab page", community=cast.lab)
    url = f"/api/v1/pages/{branch.pk}/move?parent="
    found = call(cast.aino, "get", f"{url}{place.pk}").json()
    assert (found["pages"], found["files"], found["gaining"], found["gaining_guests"]) == (3, 1, 1, 1)
    assert found["losing"] == consequences(branch, cast.lab).losing
    assert call(cast.aino, "get", f"{url}{by_title('Beside').pk}").json()["gaining"] == 0
    assert call(cast.cleo, "get", f"{url}{place.pk}").status_code == 404
    assert call(cast.cleo, "get", f"{url}{by_title('Beside').pk}").status_code == 403
    for odd in ("0", "-1", "99999999999999999999", "999999"):
        assert call(cast.aino, "get", f"{url}{odd}").status_code in {404, 422}


def test_title_that_is_taken_there_leaves_the_page_where_it_was(cast, write, sign_in):
    page, place = write("Plan"), write("Drawer")
    write("Taken", parent=place)
    form = {"parent": place.pk, "title": "Taken", "change_address": "on"}
    answer = sign_in(cast.aino).post(f"/wiki/id/{page.pk}/move/", form)
    assert answer.status_code == 422
    assert "already" in answer.content.decode()
    page.refresh_from_db()
    assert (page.address, page.title) == ("yard/plan", "Plan")


def test_place_in_the_address_is_chosen_already(cast, write, sign_in):
    page, place = write("Plan"), write("Drawer")
    html = sign_in(cast.aino).get(f"/wiki/id/{page.pk}/move/?in={cast.yard.pk}&parent={place.pk}").content.decode()
    (radio,) = [tag for tag in html.split("<") if tag.startswith("input") and f'value="{place.pk}"' in tag]
    assert "checked" in radio
