"""What people see and press, without script: badge, confirming, flagging, owner and interval, several at once."""

import re

import pytest
from django.urls import reverse

from tests.wiki.care.helpers import now_of, stands
from wiki.care import actions
from wiki.care.models import PageFlag

CAST = ("aino", "ben", "cleo", "mika", "gita", "root")
READERS = {
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}
WRITERS = {"yard": {"aino", "ben", "mika"}, "lab": {"aino", "ben", "mika", "gita"}, "vault": {"aino", "ben", "mika"}}
MODERATORS = {"yard": {"mika", "root"}, "lab": {"mika"}, "vault": {"mika"}}
MARK = "Kuukkeli"


def shown(answer):
    return answer.content.decode()


@pytest.fixture
def place(cast, owned, request):
    """A community with a page of Ben's that Aino flagged."""
    community = getattr(cast, request.param)
    page = owned(f"{MARK} page", community=community, confirmed_days_ago=1)
    flag = actions.flag_page(actor=cast.aino, page=page, reason=f"{MARK} reason")
    return community, page, flag


each_place = pytest.mark.parametrize("place", ["yard", "lab", "vault"], indirect=True)


@each_place
@pytest.mark.parametrize("who", CAST)
def test_what_is_said_about_a_page_is_for_its_readers(cast, sign_in, place, who):
    community, page, _flag = place
    client = sign_in(cast.people[who])
    may_read = who in READERS[community.slug]
    urls = [
        reverse("wiki:care", args=[page.pk]), reverse("wiki:flag", args=[page.pk]), f"/api/v1/pages/{page.pk}/flags",
        reverse("wiki:care_list", args=[community.slug]),
    ]  # fmt: skip
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == (200 if may_read else 404), url
        assert may_read or MARK not in shown(answer)
    if may_read:
        assert f"{MARK} reason" in shown(client.get(urls[0]))
        assert client.get(urls[2]).json()["items"][0]["reason"] == f"{MARK} reason"
    for url in ("/", reverse("wiki:care_mine"), "/wiki/", "/api/v1/pages"):
        assert may_read or MARK not in shown(client.get(url)), url


@each_place
@pytest.mark.parametrize("who", CAST)
def test_on_the_page_flags_are_shown_to_those_who_may_write(cast, sign_in, place, who):
    community, page, _flag = place
    answer = sign_in(cast.people[who]).get(page.get_absolute_url())
    assert (f"{MARK} reason" in shown(answer)) == (who in WRITERS[community.slug])


@each_place
@pytest.mark.parametrize("who", CAST)
def test_each_act_is_for_those_it_is_for(cast, sign_in, place, who):
    community, page, flag = place
    client, slug = sign_in(cast.people[who]), community.slug
    missing = 404 if who not in READERS[slug] else 403

    def status(name, number, data=None, key="pk"):
        return client.post(reverse(name, args=[number]), data or {}).status_code

    owner = {"owner": "", "review_every": "6"}
    assert status("wiki:care_confirm", page.pk) == (302 if who == "ben" else missing)
    assert status("wiki:flag", page.pk, {"reason": "Too"}) == (302 if who in READERS[slug] else 404)
    assert status("wiki:flag_resolve", flag.pk, {"answer": "So be it"}) == (302 if who in WRITERS[slug] else missing)
    assert status("wiki:care", page.pk, owner) == (302 if who in WRITERS[slug] else missing)
    many = {"pages": [page.pk], "owner": "nobody"}
    assert status("wiki:care_list", slug, many) == (302 if who in MODERATORS[slug] else missing)


def test_an_owner_the_reader_may_not_know_of_is_not_named(cast, sign_in, write):
    """A closed community owns a page in another closed one: its guest may not know that name."""
    page = write("Lab page", "Text", community=cast.lab)
    actions.change_care(actor=cast.aino, page=page, owner=cast.everyone)
    for who, named in (("aino", True), ("gita", False)):
        client = sign_in(cast.people[who])
        for url in (page.get_absolute_url(), reverse("wiki:care", args=[page.pk]),
                    reverse("wiki:care_list", args=["lab"]) + "?show=all"):  # fmt: skip
            assert ("Everyone" in shown(client.get(url))) == named, url
        assert client.get(f"/api/v1/pages/{page.pk}").json()["owner_community"] == ("everyone" if named else None)


@pytest.mark.parametrize(("days", "words"), [(None, "Due"), (1, "Verified"), (88, "Due"), (200, "Overdue")])
def test_a_badge_says_how_the_page_stands(cast, owned, sign_in, days, words):
    page = owned("Holidays", confirmed_days_ago=days)
    for address in (page.get_absolute_url(), "/wiki/yard/", reverse("wiki:care_list", args=["yard"]) + "?show=all"):
        text = shown(sign_in(cast.cleo).get(address))
        assert words in text
    assert "No owner" not in shown(sign_in(cast.cleo).get(page.get_absolute_url()))


def test_a_page_of_nobody_says_so(cast, write, sign_in):
    page = write("Holidays", "Text")
    assert "No owner" in shown(sign_in(cast.cleo).get(page.get_absolute_url()))


def test_one_click_confirms_and_one_takes_it_back(cast, owned, sign_in):
    page = owned("Holidays")
    client = sign_in(cast.ben)
    confirm = reverse("wiki:care_confirm", args=[page.pk])
    assert f'action="{confirm}"' in shown(client.get(page.get_absolute_url()))
    answer = client.post(confirm, follow=True)
    assert stands(page) == "verified"
    assert f'action="{confirm}"' not in shown(answer)
    undo = re.search(r'action="(/care/confirmations/\d+/undo/)"', shown(answer))
    assert undo
    client.post(undo[1])
    assert stands(page) == "due"
    assert f'action="{confirm}"' not in shown(sign_in(cast.aino).get(page.get_absolute_url()))


def test_the_list_of_mine_confirms_and_stays(cast, owned, sign_in):
    page = owned("Holidays")
    client = sign_in(cast.ben)
    assert "Holidays" in shown(client.get(reverse("wiki:care_mine")))
    answer = client.post(reverse("wiki:care_confirm", args=[page.pk]), {"from": "mine"})
    assert answer["Location"] == reverse("wiki:care_mine")
    assert "Holidays" in shown(client.get(reverse("wiki:care_mine") + "?show=all"))


def test_a_flag_is_raised_read_and_answered(cast, owned, sign_in):
    page = owned("Holidays", confirmed_days_ago=1)
    cleo, aino = sign_in(cast.cleo), sign_in(cast.aino)
    refused = cleo.post(reverse("wiki:flag", args=[page.pk]), {"reason": " "})
    assert refused.status_code == 422
    assert "Say in a few words what is outdated." in shown(refused)
    raised = cleo.post(reverse("wiki:flag", args=[page.pk]), {"reason": "<b>Moved</b> in May"}, follow=True)
    flag = PageFlag.objects.get()
    assert reverse("wiki:flag_resolve", args=[flag.pk]) in shown(raised)  # to take it back
    text = shown(aino.get(page.get_absolute_url()))
    assert "&lt;b&gt;Moved&lt;/b&gt; in May" in text
    empty = aino.post(reverse("wiki:flag_resolve", args=[flag.pk]), {"answer": ""})
    assert empty.status_code == 422
    aino.post(reverse("wiki:flag_resolve", args=[flag.pk]), {"answer": "Changed now, thank you"})
    assert "in May" not in shown(aino.get(page.get_absolute_url()))
    assert "Changed now, thank you" in shown(cleo.get(reverse("wiki:care", args=[page.pk])))


def test_who_flagged_takes_it_back_with_the_undo(cast, owned, sign_in):
    page = owned("Holidays", confirmed_days_ago=1)
    cleo = sign_in(cast.cleo)
    cleo.post(reverse("wiki:flag", args=[page.pk]), {"reason": "Old"})
    cleo.post(reverse("wiki:flag_resolve", args=[PageFlag.objects.get().pk]))
    assert now_of(page).open_flags == 0


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"owner": "somebody", "person": "nobody.here", "review_every": "3"}, "Nobody is known by “nobody.here”."),
        ({"owner": "somebody", "person": "", "review_every": "3"}, "Say who."),
        (
            {"owner": "somebody", "person": "cleo.example", "review_every": "3"},
            "Choose somebody who is a member of Yard",
        ),
        ({"owner": "person:999999", "review_every": "3"}, "999999"),
        ({"owner": "", "review_every": "date"}, "Choose the day."),
        ({"owner": "", "review_every": "date", "review_date": "2001-01-01"}, "Choose a day in the next ten years."),
        ({"owner": "", "review_every": "date", "review_date": "soon"}, "soon"),
        ({"owner": "", "review_every": "weekly"}, "weekly"),
        ({"owner": "\x00", "person": "a\x00b", "review_every": "3"}, "Null characters are not allowed"),
    ],
)
def test_bad_input_is_said_next_to_the_field_and_changes_nothing(cast, owned, sign_in, sent, field):
    page = owned("Holidays", every="12")
    answer = sign_in(cast.aino).post(reverse("wiki:care", args=[page.pk]), sent)
    assert answer.status_code == 422
    assert field in shown(answer)
    assert (now_of(page).owner_person, now_of(page).review_every) == (cast.ben, "12")


def test_somebody_else_is_named_by_handle_or_mail(cast, owned, sign_in):
    page = owned("Holidays")
    client = sign_in(cast.aino)
    for name in ("@mika.example", "MIKA@loikka.example"):
        client.post(
            reverse("wiki:care", args=[page.pk]), {"owner": "somebody", "person": name, "review_every": "never"}
        )
        assert now_of(page).owner_person == cast.mika
        actions.change_care(actor=cast.aino, page=page, owner=None)


def test_the_form_keeps_a_community_the_writer_is_not_in(cast, write, sign_in, owned):
    page = write("Holidays", "Text")
    actions.change_care(actor=cast.aino, page=page, owner=cast.lab, review_every="3")
    from intranet.people import actions as people

    people.leave_community(actor=cast.ben, community=cast.lab)
    address = reverse("wiki:care", args=[page.pk])
    ben = sign_in(cast.ben)
    assert f'value="community:{cast.lab.pk}" selected' in shown(ben.get(address))
    ben.post(address, {"owner": f"community:{cast.lab.pk}", "review_every": "6"})
    assert (now_of(page).owner_community, now_of(page).review_every) == (cast.lab, "6")


def test_several_pages_at_once(cast, owned, sign_in):
    pages = [owned(f"Page {number}") for number in range(3)]
    mika, address = sign_in(cast.mika), reverse("wiki:care_list", args=["yard"])
    none = mika.post(address, {"owner": "nobody"})
    assert none.status_code == 422
    assert "Tick the pages first." in shown(none)
    numbers = [page.pk for page in pages[:2]]
    done = mika.post(address, {"pages": numbers, "owner": "keep", "review_every": "12"}, follow=True)
    assert "2 pages changed." in shown(done)
    mika.post(address, {"pages": numbers, "owner": "keep", "person": "aino.example"})
    assert [now_of(page).owner_person for page in pages] == [cast.aino, cast.aino, cast.ben]
    assert [now_of(page).review_every for page in pages] == ["12", "12", "3"]
    mika.post(address, {"pages": [*numbers, "x", "9" * 30], "owner": "nobody"})
    assert [now_of(page).owner_person for page in pages] == [None, None, cast.ben]


def test_a_cursor_of_another_list_is_bad_input(cast, owned, sign_in):
    client = sign_in(cast.aino)
    for address in (reverse("wiki:care_list", args=["yard"]), reverse("wiki:care_mine")):
        assert client.get(address + "?after=nonsense").status_code == 400
        assert client.get(address + "?show=nonsense&owner=nonsense").status_code == 200


def test_the_section_shows_what_needs_care(cast, owned, sign_in):
    owned("Right one", confirmed_days_ago=1)
    waiting = owned("Waiting one")
    text = shown(sign_in(cast.cleo).get("/wiki/yard/"))
    part = text[text.index("Needs care") :].split("</details>")[0]
    assert waiting.get_absolute_url() in part
    assert "Right one" not in part
    assert reverse("wiki:care_list", args=["yard"]) in part


def test_search_says_how_a_page_stands(cast, owned, write):
    from search.results import rows_of, visible

    owned("Right one", confirmed_days_ago=1)
    owned("Old one", confirmed_days_ago=200)
    write("Nobody's one", "Text")
    rows = rows_of("page", visible("page", cast.cleo).order_by("title"))
    assert [row[9] for row in rows] == ["unowned", "overdue", "verified"]
