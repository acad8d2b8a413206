"""The order of a list is remembered for each person and place."""

import pytest

HOME, YARD, LAB = "/", "/communities/yard/", "/communities/lab/"


def orders(client) -> dict[str, str]:
    return {address: client.get(address).context["order"] for address in (HOME, YARD, LAB)}


USUAL = {HOME: "activity", YARD: "activity", LAB: "activity"}


@pytest.mark.parametrize("address", [HOME, YARD, LAB])
def test_a_chosen_order_is_remembered_for_its_place_alone(cast, sign_in, address):
    client = sign_in(cast.ben)
    assert orders(client) == USUAL
    client.get(f"{address}?order=newest")
    assert orders(client) == {**USUAL, address: "newest"}
    client.get(f"{address}?order=activity")
    assert orders(client) == USUAL


def test_the_buttons_of_the_list_choose_without_a_script(cast, sign_in):
    client = sign_in(cast.ben)
    page = client.get(YARD).content.decode()
    assert 'href="?order=newest"' in page
    client.get(f"{YARD}?order=newest")
    page = client.get(YARD).content.decode()
    assert 'is-on" href="?order=newest" aria-current="true"' in page
    assert 'href="?order=activity">' in page


def test_a_chosen_order_holds_after_signing_in_again(cast, sign_in):
    client = sign_in(cast.ben)
    client.get(f"{YARD}?order=newest")
    client.get(f"{HOME}?order=newest")
    kept = client.cookies["loikka_order"]
    assert (kept["httponly"], kept["samesite"], int(kept["max-age"]) > 10**7) == (True, "Lax", True)
    client.post("/accounts/logout/")
    client.force_login(cast.ben, backend="intranet.people.backends.PersonBackend")
    assert orders(client) == {HOME: "newest", YARD: "newest", LAB: "activity"}


def test_what_somebody_else_chose_in_the_same_browser_does_not_count(cast, sign_in):
    client = sign_in(cast.ben)
    client.get(f"{YARD}?order=newest")
    client.force_login(cast.aino, backend="intranet.people.backends.PersonBackend")
    assert orders(client) == USUAL


def test_older_pages_keep_the_order_they_were_begun_in(cast, say, sign_in):
    posts = [say(cast.aino, cast.yard, f"number-{n}.") for n in range(25)]
    client, other_tab = sign_in(cast.ben), None
    older = client.get(YARD).context["older"]
    client.get(f"{YARD}?order=newest")
    other_tab = client.get(YARD + older)
    assert other_tab.context["order"] == "activity"
    assert [item.pk for item in other_tab.context["items"]] == [post.pk for post in reversed(posts[:5])]
    # Leafing is no choice.
    assert client.get(YARD).context["order"] == "newest"


@pytest.mark.parametrize(
    "cookie", ["", ".", "x", "1", "home", "\x00", "..home", "{pk}", "{pk}.", "{pk}.\x00.ä", "{pk}." + "home." * 5000]
)
def test_an_odd_cookie_is_passed_over(cast, sign_in, cookie):
    client = sign_in(cast.ben)
    client.cookies["loikka_order"] = cookie.format(pk=cast.ben.pk)
    answered = client.get(YARD)
    assert answered.status_code == 200
    assert answered.context["order"] == "activity"
    client.get(f"{YARD}?order=newest")
    assert client.get(YARD).context["order"] == "newest"


def test_the_cookie_does_not_grow_for_ever(cast, sign_in):
    from feed.views.orders import MOST

    client = sign_in(cast.ben)
    client.cookies["loikka_order"] = ".".join([str(cast.ben.pk), *map(str, range(10_000, 10_000 + MOST))])
    client.get(f"{YARD}?order=newest")
    places = client.cookies["loikka_order"].value.split(".")[1:]
    assert len(places) == MOST
    assert places[-1] == str(cast.yard.pk)


@pytest.mark.parametrize("asked", ["sideways", "", "\x00", "x" * 3000])
def test_an_order_there_is_none_of_changes_nothing(cast, sign_in, asked):
    client = sign_in(cast.ben)
    client.get(f"{YARD}?order=newest")
    assert client.get(YARD, {"order": asked}).context["order"] == "newest"
    assert client.get(YARD).context["order"] == "newest"
