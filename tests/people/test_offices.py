"""Offices and working days: kept by administrators, told to whoever may see the person."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from intranet.activity.models import Activity
from intranet.calendar import Calendar, weekdays_of
from intranet.people import actions
from intranet.people.calendars import calendar_of
from intranet.people.models import Office, User
from tests.api.conftest import program  # noqa: F401  # fixture

NAMES = ("aino", "ben", "cleo", "mika", "gita", "root")
STOCKHOLM = {"name": "Stockholm", "country": "SE", "subdivision": "", "time_zone": "Europe/Stockholm"}
MUNICH = {"name": "Munich", "country": "DE", "subdivision": "Bayern", "time_zone": "Europe/Berlin"}


@pytest.fixture
def stockholm(cast):
    return actions.add_office(actor=cast.root, **STOCKHOLM)


def account_form(person: User, **changes) -> dict:
    """What the browser sends about an account."""
    return {"name": person.name, "title": person.title, "working_days": list("12345")} | changes


def test_only_administrators_keep_offices(cast, stockholm, sign_in):
    for name in NAMES[:-1]:
        client = sign_in(getattr(cast, name))
        assert client.get("/offices/").status_code == 403
        assert client.post("/offices/", MUNICH).status_code == 403
        assert client.get(f"/offices/{stockholm.pk}/").status_code == 403
        assert client.post(f"/offices/{stockholm.pk}/", MUNICH).status_code == 403
        assert client.post(f"/offices/{stockholm.pk}/remove/").status_code == 403
        for act in (actions.add_office, actions.change_office):
            with pytest.raises(PermissionDenied):
                act(actor=getattr(cast, name), **MUNICH, **({} if act is actions.add_office else {"office": stockholm}))
        with pytest.raises(PermissionDenied):
            actions.remove_office(actor=getattr(cast, name), office=stockholm)
    assert list(Office.objects.values_list("name", "country")) == [("Stockholm", "SE")]


def test_an_administrator_adds_changes_and_removes_one(cast, sign_in):
    root = sign_in(cast.root)
    assert "No office yet" in root.get("/offices/").content.decode()
    assert root.post("/offices/", MUNICH).status_code == 302
    assert root.post("/offices/", MUNICH).status_code == 302  # pressed twice
    office = Office.objects.get()
    assert (office.country, office.subdivision) == ("DE", "BY")
    page = root.get("/offices/").content.decode()
    assert "Germany" in page
    assert "Bayern" in page
    form = root.get(f"/offices/{office.pk}/").content.decode()
    assert 'value="Bayern"' in form
    assert root.post(f"/offices/{office.pk}/", MUNICH | {"name": "München"}).status_code == 302
    assert root.post(f"/offices/{office.pk}/remove/").status_code == 302
    assert root.post(f"/offices/{office.pk}/remove/").status_code == 404
    assert not Office.objects.exists()
    verbs = Activity.objects.filter(verb__startswith="office.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["office.added", "office.changed", "office.removed"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": "  "}, "name", "required"),
        ({"name": "stockholm"}, "name", "There is an office of this name already."),
        ({"country": "XX"}, "country", "Select a valid choice"),
        ({"country": "SE"}, "subdivision", "In Sweden all parts have the same public holidays."),
        ({"subdivision": "Narnia"}, "subdivision", "Bayern (BY)"),
        ({"time_zone": "Mars/Base"}, "time_zone", "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(cast, stockholm, sign_in, typed, field, words):
    response = sign_in(cast.root).post("/offices/", MUNICH | typed)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert (MUNICH | typed)["subdivision"] in response.content.decode()
    assert Office.objects.count() == 1


def test_an_office_where_somebody_works_is_not_removed(cast, stockholm, sign_in):
    actions.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    with pytest.raises(ValidationError, match="1 person works at Stockholm"):
        actions.remove_office(actor=cast.root, office=stockholm)
    page = sign_in(cast.root).post(f"/offices/{stockholm.pk}/remove/", follow=True)
    assert "1 person works at Stockholm" in page.content.decode()
    actions.close_account(actor=cast.root, person=cast.aino)
    actions.remove_office(actor=cast.root, office=stockholm)
    actions.remove_office(actor=cast.root, office=stockholm)  # twice is once
    cast.aino.refresh_from_db()
    assert cast.aino.office is None


def test_another_country_forgets_the_part_of_the_old_one(cast):
    office = actions.add_office(actor=cast.root, **MUNICH)
    changed = actions.change_office(actor=cast.root, office=office, country="fi")
    assert (changed.country, changed.subdivision) == ("FI", "")


def test_the_form_of_an_account_says_where_and_on_which_days(cast, stockholm, sign_in):
    root = sign_in(cast.root)
    form = root.get("/people/aino.example/edit/").context["form"]
    assert form["working_days"].initial == list("12345")
    sent = account_form(cast.aino, office=stockholm.pk, working_days=list("1234"))
    assert root.post("/people/aino.example/edit/", sent).status_code == 302
    cast.aino.refresh_from_db()
    assert calendar_of(cast.aino) == Calendar("SE", weekdays_of("1234"))
    assert root.get("/people/aino.example/edit/").context["form"]["working_days"].initial == list("1234")
    # The days of the house are not written down: they follow the house.
    root.post("/people/aino.example/edit/", account_form(cast.aino, office=stockholm.pk))
    cast.aino.refresh_from_db()
    assert cast.aino.working_days == ""
    assert root.post("/people/aino.example/edit/", account_form(cast.aino, working_days=["8"])).status_code == 422
    assert root.post("/people/aino.example/edit/", account_form(cast.aino, office=10**9)).status_code == 422


def test_nobody_changes_her_own_office_or_days(cast, stockholm, program):  # noqa: F811
    for name in NAMES[:-1]:
        person = getattr(cast, name)
        answer = program(person, "write").send("PATCH", f"/people/{person.handle}", {"office": "Stockholm"})
        assert answer.status_code == 403
        with pytest.raises(ValueError, match="working_days"):
            actions.change_profile(actor=person, person=person, working_days="1")
    assert not User.objects.get_queryset().filter(office__isnull=False).exists()


def test_the_profile_says_where_somebody_works_and_on_which_days(cast, stockholm, sign_in):
    actions.change_account(actor=cast.root, person=cast.aino, office=stockholm, working_days="123")
    for name in NAMES:
        page = sign_in(getattr(cast, name)).get("/people/aino.example/").content.decode()
        assert "Stockholm" in page
        assert "Mon, Tue, Wed" in page
    assert "Working days" not in sign_in(cast.aino).get("/people/ben.example/").content.decode()


def test_who_is_added_with_an_office_begins_with_its_time_zone(cast, stockholm):
    person = actions.add_person(actor=cast.root, email="n@loikka.example", name="Niilo", office=stockholm)
    assert person.time_zone == "Europe/Stockholm"


def test_the_directory_finds_who_works_at_an_office(cast, stockholm, sign_in):
    assert "All offices" in sign_in(cast.ben).get("/people/").content.decode()
    actions.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    page = sign_in(cast.ben).get("/people/", {"office": stockholm.pk})
    assert [person.name for person in page.context["people"]] == ["Aino Example"]
    assert sign_in(cast.ben).get("/people/", {"office": "²"}).status_code == 200


def test_programs_keep_offices_as_administrators_do(cast, program):  # noqa: F811
    root = program(cast.root, "write")
    made = root.post("/offices", MUNICH)
    assert (made.status_code, made.json()["subdivision"]) == (201, "BY")
    assert root.post("/offices", MUNICH).json()["id"] == made.json()["id"]
    where = f"/offices/{made.json()['id']}"
    assert root.send("PATCH", where, {"name": "München"}).json()["name"] == "München"
    assert root.send("PATCH", where, {"country": "XX"}).status_code == 422
    assert root.send("PATCH", where, {"owner": "me"}).status_code == 422
    assert [row["name"] for row in program(cast.ben).get("/offices").json()] == ["München"]
    assert program(cast.gita).get("/offices").json() == []
    assert program(cast.ben, "write").send("PATCH", where, {"name": "Mine"}).status_code == 403
    assert program(cast.gita, "write").send("DELETE", where, {}).status_code == 404
    assert root.send("DELETE", where, {}).status_code == 204
    assert root.send("DELETE", where, {}).status_code == 404
    assert root.send("DELETE", "/offices/99999999999999999999999", {}).status_code in (404, 422)


def test_programs_say_where_somebody_works(cast, stockholm, program):  # noqa: F811
    root = program(cast.root, "write")
    sent = {"office": "stockholm", "working_days": ["thu", "mon"], "manager": "@mika.example"}
    answer = root.send("PATCH", "/people/aino.example", sent)
    assert answer.status_code == 200
    assert (answer.json()["office"], answer.json()["working_days"]) == ("Stockholm", ["mon", "thu"])
    cast.aino.refresh_from_db()
    assert cast.aino.manager == cast.mika
    assert program(cast.gita).get("/people/aino.example").json()["office"] == "Stockholm"
    assert program(cast.ben).get("/people?office=Stockholm").json()["items"][0]["handle"] == "aino.example"
    assert root.send("PATCH", "/people/aino.example", {"office": "Narnia"}).status_code == 422
    assert root.send("PATCH", "/people/aino.example", {"working_days": ["someday"]}).status_code == 422
    assert root.send("PATCH", "/people/aino.example", {"is_staff": True}).status_code == 422
    answer = root.send("PATCH", "/people/aino.example", {"office": None, "working_days": [], "manager": None})
    assert (answer.json()["office"], answer.json()["working_days"]) == (None, ["mon", "tue", "wed", "thu", "fri"])


def test_the_list_of_offices_asks_the_same_for_three_and_for_thirty(cast, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    root, counts = sign_in(cast.root), []
    root.get("/offices/")  # what is kept for every page is there by now
    for number in range(30):
        actions.add_office(actor=cast.root, **STOCKHOLM | {"name": f"Office {number}"})
        if number in (2, 29):
            with CaptureQueriesContext(connection) as asked:
                root.get("/offices/")
            counts.append(len(asked))
    assert counts[0] == counts[1]
