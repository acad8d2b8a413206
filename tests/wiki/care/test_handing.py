"""Everything somebody keeps right goes to one person at once: what goes where is said before."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.notifications.reading import notices
from intranet.people import actions as people
from intranet.people.models import User
from tests.api.programs import Program
from wiki import actions as wiki
from wiki.care.actions import change_care
from wiki.care.handing import actions, reading
from wiki.care.handing.actions import hand_over
from wiki.care.handover import follow_leavers
from wiki.models import WikiPage

NAMES = ("aino", "ben", "cleo", "mika", "gita", "root")


def page_of(cast, community, title: str, owner: User) -> WikiPage:
    page = wiki.create_page(actor=owner, community=community, title=title, body="Text")
    change_care(actor=owner, page=page, owner=owner, review_every="12")
    return page


@pytest.fixture
def pages(cast):
    """Aino keeps two pages in Lab, one in Vault, one in Yard; Ben is in all but Yard."""
    people.leave_community(actor=cast.ben, community=cast.yard)
    return [
        page_of(cast, community, title, cast.aino)
        for title, community in (("Keys", cast.lab), ("Locks", cast.lab), ("Safe", cast.vault), ("Gate", cast.yard))
    ]


def address(person: User) -> str:
    return reverse("wiki:hand_over", args=[person.handle])


def owners(*pages: WikiPage) -> list[str]:
    rows = dict(WikiPage.objects.values_list("pk", "owner_person__handle"))
    return [(rows[page.pk] or "nobody").partition(".")[0] for page in pages]


def test_the_owner_sees_what_goes_where_and_hands_all_over(cast, pages, sign_in):
    aino = sign_in(cast.aino)
    page = aino.get(address(cast.aino)).content.decode()
    assert all(page_of_hers.title in page for page_of_hers in pages)
    assert "Hand over all" in aino.get(reverse("wiki:care_mine"), {"show": "all"}).content.decode()
    page = aino.get(address(cast.aino), {"to": "@ben.example"}).content.decode()
    assert "3 pages go to Ben Example" in page
    assert "Ben Example is not a member of Yard" in page
    assert owners(*pages) == ["aino"] * 4
    for _press in range(2):  # twice is once
        assert aino.post(address(cast.aino), {"to": "ben.example"}).status_code == 302
    assert owners(*pages) == ["ben", "ben", "ben", "aino"]
    rows = Activity.objects.filter(verb="review.handed_over")
    assert [(row.object_id, row.target_id, row.data) for row in rows] == [
        (str(cast.aino.pk), str(cast.ben.pk), {"pages": 3})
    ]


def test_who_may_hand_over_whose_pages(cast, pages, sign_in):
    """Mika moderates Lab and Vault; Root is an administrator, and a member of none of these."""
    found = {name: sign_in(getattr(cast, name)).get(address(cast.aino)).status_code for name in NAMES}
    assert found == {"aino": 200, "ben": 403, "cleo": 403, "mika": 200, "gita": 403, "root": 200}
    for name in ("ben", "cleo", "gita"):
        with pytest.raises(PermissionDenied):
            hand_over(actor=getattr(cast, name), person=cast.aino, to=cast.ben)
    assert hand_over(actor=cast.root, person=cast.aino, to=cast.ben) == 0
    page = sign_in(cast.root).get(address(cast.aino)).content.decode()
    assert "Safe" not in page  # the vault is hidden
    assert "Vault" not in page
    assert owners(*pages) == ["aino"] * 4
    User.objects.filter(pk=cast.aino.pk).update(manager=cast.ben)
    cast.aino.refresh_from_db()
    assert sign_in(cast.ben).get(address(cast.aino)).status_code == 200
    assert hand_over(actor=cast.ben, person=cast.aino, to=cast.mika) == 3


def test_a_moderator_hands_over_in_the_communities_she_moderates(cast, pages, sign_in):
    plan = reading.plan_for(cast.mika, cast.aino, cast.ben)
    moderated = {place.community.slug for place in plan.going}
    assert moderated == {"lab", "vault"}
    assert hand_over(actor=cast.mika, person=cast.aino, to=cast.ben) == 3
    assert owners(*pages) == ["ben", "ben", "ben", "aino"]


def test_what_stands_on_care_lists_since_somebody_left_goes_along(cast, pages, sign_in):
    people.close_account(actor=cast.root, person=cast.aino)
    follow_leavers(list(Activity.objects.filter(verb="user.left")))
    assert owners(*pages) == ["nobody"] * 4
    mika = sign_in(cast.mika)
    listed = mika.get(reverse("wiki:care_list", args=["lab"]), {"show": "left"}).content.decode()
    assert address(cast.aino) in listed
    plain = sign_in(cast.ben).get(reverse("wiki:care_list", args=["lab"]), {"show": "left"}).content.decode()
    assert address(cast.aino) not in plain
    assert mika.post(address(cast.aino), {"to": "ben.example"}).status_code == 302
    assert owners(*pages) == ["ben", "ben", "ben", "nobody"]
    assert not WikiPage.objects.filter(left_owner=cast.aino, owner_person__isnull=False).exists()
    assert "0 pages go to Ben Example" in mika.get(address(cast.aino), {"to": "ben.example"}).content.decode()


def test_the_list_of_a_community_leads_there_for_its_moderators(cast, pages, sign_in):
    where, which = reverse("wiki:care_list", args=["lab"]), {"show": "all", "owner": f"person:{cast.aino.pk}"}
    assert "Hand over everything Aino Example keeps right" in sign_in(cast.mika).get(where, which).content.decode()
    assert "Hand over everything" not in sign_in(cast.ben).get(where, which).content.decode()


def test_the_new_owner_is_told_once_and_the_pages_are_hers_to_confirm(cast, pages, sign_in):
    before = set(Activity.objects.values_list("pk", flat=True))
    hand_over(actor=cast.aino, person=cast.aino, to=cast.ben)
    for _time in range(2):
        notify(list(Activity.objects.exclude(pk__in=before).order_by("pk")))
    direct = notices(cast.ben, Notification.Box.DIRECT, None).rows
    assert [row.plain for row in direct if row.row.event in ("handed", "assigned")] == [
        "Aino Example handed over to you: pages of Aino Example"
    ]
    answer = sign_in(cast.ben).get(reverse("wiki:care_mine")).content.decode()
    assert all(page.title in answer for page in pages[:3])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nobody.here", "Nobody is known by"),
        ("aino.example", "Choose somebody else"),
        ("", "required"),
        ("\x00", "Null characters"),
        ("x" * 300, "at most 254"),
    ],
)
def test_a_receiver_who_cannot_be_is_refused_beside_the_field(cast, pages, sign_in, typed, words):
    aino = sign_in(cast.aino)
    for method in (aino.get, aino.post):
        answer = method(address(cast.aino), {"to": typed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert owners(*pages) == ["aino"] * 4


def test_nobody_gets_pages_whose_account_is_closed(cast, pages):
    people.close_account(actor=cast.root, person=cast.ben)
    with pytest.raises(ValidationError):
        hand_over(actor=cast.aino, person=cast.aino, to=cast.ben)
    with pytest.raises(ValidationError):
        hand_over(actor=cast.aino, person=cast.aino, to=cast.aino)


def test_many_are_handed_over_so_many_at_a_time(cast, pages, monkeypatch, sign_in):
    for module in (actions, reading):
        monkeypatch.setattr(module, "AT_A_TIME", 2)
    page = sign_in(cast.aino).get(address(cast.aino), {"to": "ben.example"}).content.decode()
    assert "Hand over 2 pages" in page
    assert [hand_over(actor=cast.aino, person=cast.aino, to=cast.ben) for _press in range(3)] == [2, 1, 0]


def test_the_preview_asks_the_same_for_three_and_for_thirty(cast):
    counts = []
    for number in range(30):
        page_of(cast, cast.lab, f"Page {number}", cast.aino)
        if number in (2, 29):
            with CaptureQueriesContext(connection) as asked:
                assert reading.plan_for(cast.aino, cast.aino, cast.ben).number == number + 1
            counts.append(len(asked))
    assert counts == [5, 5]


def test_programs_hand_over_too(cast, pages):
    aino = Program(cast.aino, "write")
    where = f"/hand-overs/{cast.aino.handle}"
    plan = {place["community"]: (place["number"], place["stays"]) for place in aino.get(where, to="ben.example").json()}
    assert plan == {"lab": (2, ""), "vault": (1, ""), "yard": (1, "to")}
    assert aino.post(where, {"to": "nobody"}).status_code == 422
    assert aino.post(where, {"to": "ben.example"}).json() == {"handed": 3, "left": 0}
    assert aino.post(where, {"to": "ben.example"}).json() == {"handed": 0, "left": 0}
    assert Program(cast.cleo, "write").post(where, {"to": "ben.example"}).status_code == 403
    assert Program(cast.gita, "write").post("/hand-overs/cleo.example", {"to": "ben.example"}).status_code == 404
