"""Keeping pages right, for programs."""

import pytest

from tests.wiki.care.helpers import now_of, stands
from wiki.care import actions
from wiki.care.confirming import house_day

URL = "/api/v1/pages"


def send(client, method, address, data=None):
    return client.generic(method, f"{URL}/{address}", __import__("json").dumps(data or {}), "application/json")


def test_a_page_says_how_it_stands(cast, owned, write, sign_in):
    page = owned("Holidays", confirmed_days_ago=200)
    client = sign_in(cast.cleo)
    found = client.get(f"{URL}/{page.pk}").json()
    assert (found["owner"], found["owner_community"], found["interval"]) == ("ben.example", None, "3")
    assert (found["status"], found["flags"], found["review_on"]) == ("overdue", 0, now_of(page).review_on.isoformat())
    write("Nobody's", "Text")
    assert [row["title"] for row in client.get(f"{URL}?status=overdue").json()["items"]] == ["Holidays"]
    assert [row["title"] for row in client.get(f"{URL}?owner=ben.example").json()["items"]] == ["Holidays"]
    assert [row["status"] for row in client.get(f"{URL}?status=unowned").json()["items"]] == ["unowned"]
    assert client.get(f"{URL}?status=nonsense").status_code == 422


def test_owner_and_interval_are_changed_without_a_revision(cast, owned, sign_in):
    page = owned("Holidays", confirmed_days_ago=1)
    client = sign_in(cast.aino)
    found = send(client, "PATCH", page.pk, {"owner": "mika.example", "interval": "6"}).json()
    assert (found["owner"], found["interval"], found["status"]) == ("mika.example", "6", "due")
    found = send(client, "PATCH", page.pk, {"owner_community": "yard"}).json()
    assert (found["owner"], found["owner_community"], found["interval"]) == (None, "yard", "6")
    found = send(client, "PATCH", page.pk, {"owner": None}).json()
    assert (found["owner_community"], found["status"]) == (None, "unowned")
    day = house_day().replace(year=house_day().year + 1, day=1).isoformat()
    assert send(client, "PATCH", page.pk, {"review_on": day}).json()["interval"] == "date"
    assert now_of(page).review_date.isoformat() == day


def test_a_text_is_still_changed_upon_a_revision(cast, owned, sign_in):
    page = owned("Holidays")
    client = sign_in(cast.ben)
    assert send(client, "PATCH", page.pk, {"markdown": "New"}).status_code == 422
    sent = {"markdown": "New", "base_revision": page.live_revision_id, "interval": "12"}
    found = send(client, "PATCH", page.pk, sent).json()
    assert (found["markdown"], found["interval"], found["status"]) == ("New", "12", "verified")


@pytest.mark.parametrize(
    "sent",
    [
        {"owner": "nobody.here"}, {"owner": "cleo.example"}, {"owner_community": "nowhere"}, {"interval": "weekly"},
        {"owner_community": "vault"}, {"owner": "mika.example", "owner_community": "yard"}, {"interval": "date"},
        {"interval": "3", "review_on": "2030-01-01"}, {"review_on": "2001-01-01"}, {"review_on": "soon"},
        {"owner": "a\x00b"}, {"owner": ["ben.example"]}, {"care": 1},
    ],
)  # fmt: skip
def test_bad_input_is_refused(cast, owned, sign_in, sent):
    page = owned("Holidays")
    assert send(sign_in(cast.aino), "PATCH", page.pk, sent).status_code == 422
    assert (now_of(page).owner_person, now_of(page).review_every) == (cast.ben, "3")


def test_confirming_is_the_owners(cast, owned, sign_in):
    page = owned("Holidays")
    assert send(sign_in(cast.aino), "POST", f"{page.pk}/confirm").status_code == 403
    assert send(sign_in(cast.gita), "POST", f"{page.pk}/confirm").status_code == 404
    assert send(sign_in(cast.ben), "POST", f"{page.pk}/confirm").json()["status"] == "verified"
    assert stands(page) == "verified"


def test_flags_are_raised_listed_and_resolved(cast, owned, sign_in):
    page = owned("Holidays")
    cleo, aino = sign_in(cast.cleo), sign_in(cast.aino)
    raised = send(cleo, "POST", f"{page.pk}/flags", {"reason": "Old"})
    assert raised.status_code == 201
    assert send(cleo, "POST", f"{page.pk}/flags", {"reason": " "}).status_code == 422
    assert aino.get(f"{URL}/{page.pk}").json()["flags"] == 1
    number = raised.json()["id"]
    assert send(aino, "POST", f"{page.pk}/flags/{number}/resolve", {}).status_code == 422
    done = send(aino, "POST", f"{page.pk}/flags/{number}/resolve", {"answer": "Changed"}).json()
    assert (done["outcome"], done["answer"]) == ("answered", "Changed")
    assert aino.get(f"{URL}/{page.pk}/flags?open=true").json()["items"] == []
    assert len(aino.get(f"{URL}/{page.pk}/flags").json()["items"]) == 1


def test_a_flag_is_found_under_its_own_page_only(cast, owned, sign_in):
    page, other = owned("Holidays"), owned("Other")
    flag = actions.flag_page(actor=cast.cleo, page=page, reason="Old")
    for place, number in ((other.pk, flag.pk), (page.pk, 10**30), (10**30, flag.pk), (page.pk, 0)):
        assert send(sign_in(cast.aino), "POST", f"{place}/flags/{number}/resolve", {"answer": "x"}).status_code == 404
