"""Pages are put in order by hand; whoever is not put anywhere stands behind by title."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet.activity.models import Activity
from wiki import actions
from wiki.actions import placing
from wiki.models import BY_TITLE, WikiPage
from wiki.tree.reading import children


@pytest.fixture
def order(cast):
    """Return a function that gives the titles below a page as Ben sees them."""
    return lambda parent: "".join(row["title"] for row in children(cast.ben, parent).rows)


@pytest.fixture
def sisters(write):
    """Return a top page and five below it."""
    top = write("Top")
    return top, {name: write(name, parent=top) for name in "ABCDE"}


def test_first_behind_and_by_title_again(cast, order, sisters):
    top, pages = sisters
    assert order(top.pk) == "ABCDE"
    actions.place_page(actor=cast.ben, page=pages["D"], after=0)
    assert order(top.pk) == "DABCE"
    actions.place_page(actor=cast.ben, page=pages["E"], after=pages["A"].pk)
    assert order(top.pk) == "DAEBC"
    actions.place_page(actor=cast.ben, page=pages["D"])
    assert order(top.pk) == "AEBCD"
    actions.place_page(actor=cast.ben, page=pages["A"], after=pages["D"].pk)
    assert order(top.pk) == "EBCDA"


def test_new_page_comes_by_title_behind_those_that_were_put(cast, write, order, sisters):
    top, pages = sisters
    actions.place_page(actor=cast.ben, page=pages["D"], after=0)
    write("0", parent=top)
    assert order(top.pk) == "D0ABCE"


def test_ten_thousand_changes_find_room(cast, order, sisters, monkeypatch):
    monkeypatch.setattr(placing, "GAP", 4)
    top, pages = sisters
    for turn in range(30):
        actions.place_page(actor=cast.ben, page=pages["ABCDE"[turn % 5]], after=0)
    assert order(top.pk) == "EDCBA"
    for turn in range(30):
        actions.place_page(actor=cast.ben, page=pages["AB"[turn % 2]], after=pages["E"].pk)
    assert order(top.pk) == "EBADC"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE0-")), max_size=12))
def test_order_is_what_a_list_would_do(cast, order, sisters, moves):
    top, pages = sisters
    WikiPage.objects.filter(parent_page=top).update(position=BY_TITLE)
    model, put = list("ABCDE"), 0  # the first `put` of them were put by hand
    for name, behind in moves:
        if name == behind:
            continue
        was_put = model.index(name) < put
        model.remove(name)
        put -= was_put
        if behind == "-":
            model = model[:put] + sorted([*model[put:], name])
        else:
            at = 0 if behind == "0" else model.index(behind) + 1
            model.insert(at, name)
            put = max(put, at) + 1
        after = {"0": 0, "-": None}.get(behind, pages.get(behind) and pages[behind].pk)
        actions.place_page(actor=cast.ben, page=pages[name], after=after)
        assert order(top.pk) == "".join(model), moves


def test_move_and_place_are_one(cast, write, order, sisters):
    top, pages = sisters
    other = write("Other", parent=pages["A"])
    moved = actions.place_page(actor=cast.ben, page=other, parent=top, after=pages["B"].pk)
    assert moved.address == "yard/top/other"
    assert order(top.pk) == "ABOtherCDE"
    # It goes elsewhere and has no place there yet.
    actions.move_page(actor=cast.ben, page=moved, parent=pages["A"])
    assert WikiPage.objects.get(pk=moved.pk).position == BY_TITLE


def test_only_writers_put_pages_and_only_beside_sisters(cast, write, sisters):
    top, pages = sisters
    for user, refusal in ((cast.cleo, PermissionDenied), (cast.gita, WikiPage.DoesNotExist)):
        with pytest.raises(refusal):
            actions.place_page(actor=user, page=pages["A"], after=0)
    with pytest.raises(ValidationError):
        actions.place_page(actor=cast.ben, page=pages["A"], after=top.pk)
    with pytest.raises(ValidationError):
        actions.place_page(actor=cast.ben, page=top, parent=pages["A"], after=0)
    trashed = write("Trashed", parent=top)
    actions.trash_page(actor=cast.ben, page=trashed)
    with pytest.raises(ValidationError):
        actions.place_page(actor=cast.ben, page=pages["A"], after=trashed.pk)


def test_diary_has_one_row_and_only_for_a_change(cast, sisters):
    _top, pages = sisters
    before = Activity.objects.count()
    actions.place_page(actor=cast.ben, page=pages["A"], after=0)
    actions.place_page(actor=cast.ben, page=pages["B"])
    verbs = list(Activity.objects.order_by("pk").values_list("verb", flat=True))[before:]
    assert verbs == ["branch.arranged"]


def drop(client, page, **where):
    return client.post(f"/wiki/id/{page.pk}/place/", where, headers={"Accept": "application/json"})


def test_drop_says_what_happened_and_how_to_take_it_back(cast, sign_in, order, sisters):
    top, pages = sisters
    client = sign_in(cast.ben)
    said = drop(client, pages["C"], parent=top.pk, after=0).json()
    assert order(top.pk) == "CABDE"
    assert "C" in said["text"]
    said_next = drop(client, pages["C"], parent=pages["E"].pk).json()
    assert order(top.pk) == "ABDE"
    client.post(said_next["undo"], headers={"Accept": "application/json"})
    assert order(top.pk) == "CABDE"
    client.post(said["undo"], headers={"Accept": "application/json"})
    assert order(top.pk) == "ABCDE"


def test_drop_without_a_script_goes_back_to_the_tree(cast, sign_in, sisters):
    top, pages = sisters
    answer = sign_in(cast.ben).post(f"/wiki/id/{pages['C'].pk}/place/", {"parent": top.pk, "after": 0}, follow=True)
    assert answer.redirect_chain[0][0] == f"/wiki/tree/yard/?at={pages['C'].pk}#page-{pages['C'].pk}"
    assert "/place/?parent=" in answer.content.decode()


def test_drop_in_another_community_asks_first(cast, write, sign_in, sisters):
    _top, pages = sisters
    hidden = write("Hidden", community=cast.vault)
    said = drop(sign_in(cast.ben), pages["C"], parent=hidden.pk).json()
    assert said == {"confirm": f"/wiki/id/{pages['C'].pk}/move/?in={cast.vault.pk}&parent={hidden.pk}"}
    assert WikiPage.objects.get(pk=pages["C"].pk).community == cast.yard
    everyone = write("Of all", community=cast.everyone)
    client = sign_in(cast.cleo)
    assert drop(client, everyone, parent=hidden.pk).status_code == 404
    assert drop(client, pages["C"], parent=pages["A"].pk).status_code == 403


@pytest.mark.parametrize(
    "where", [{}, {"parent": "x"}, {"parent": "9" * 30}, {"parent": str(2**62)}, {"parent": "\x00"}]
)
def test_nonsense_is_no_place(cast, sign_in, sisters, where):
    assert drop(sign_in(cast.ben), sisters[1]["A"], **where).status_code == 404


def test_place_that_is_gone_is_said_in_words(cast, sign_in, sisters):
    top, pages = sisters
    answer = drop(sign_in(cast.ben), pages["A"], parent=top.pk, after=2**40)
    assert answer.status_code == 422
    assert "Load the tree again" in answer.json()["error"]
