"""The list, the bell, choosing: for people and for programs."""

import pytest
from django.urls import reverse

from feed import actions as feed
from intranet.notifications.actions import set_level
from intranet.notifications.models import Notification, Watch
from intranet.people import actions as people

LIST = "/notifications/"


@pytest.fixture
def news(cast, write, change, tell):
    """Cleo watches a page that Ben has changed."""
    page = write("Pump <3")
    set_level(actor=cast.cleo, thing=("page", page.pk), level="watch")
    change(page, "two", actor=cast.ben)
    tell()
    return page


def html_of(client, url):
    return client.get(url).content.decode()


def test_list_says_what_happened_and_why(cast, news, sign_in):
    html = html_of(sign_in(cast.cleo), LIST)
    row = Notification.objects.get(user=cast.cleo)
    assert f'<strong>Ben Example</strong> changed <a href="/notifications/{row.pk}/">Pump &lt;3</a>' in html
    assert "You watch this page." in html
    assert "Nothing new where you watch" in html_of(sign_in(cast.mika), LIST + "?box=updates")


def test_bell_counts_what_is_unread_and_opening_marks_it_read(cast, news, sign_in):
    cleo, row = sign_in(cast.cleo), Notification.objects.get(user=cast.cleo)
    assert 'aria-label="Notifications: 1 unread"' in html_of(cleo, "/")
    assert cleo.get(f"/notifications/{row.pk}/").url == news.get_absolute_url()
    assert 'aria-label="Notifications"' in html_of(cleo, "/")
    assert sign_in(cast.ben).get(f"/notifications/{row.pk}/").status_code == 404


def test_bell_stays_quiet_for_what_is_followed(cast, write, change, tell, sign_in):
    page = write("Pump")
    set_level(actor=cast.cleo, thing=("page", page.pk), level="follow")
    change(page, "two", actor=cast.ben)
    tell()
    cleo = sign_in(cast.cleo)
    assert 'aria-label="Notifications"' in html_of(cleo, "/")
    assert "changed" in html_of(cleo, LIST + "?box=updates")


def test_visiting_the_page_marks_its_lines_read(cast, news, sign_in):
    cleo = sign_in(cast.cleo)
    html = html_of(cleo, news.get_absolute_url())
    assert 'hx-post="/notifications/seen/"' in html
    answer = cleo.post("/notifications/seen/", {"kind": "page", "number": news.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert Notification.objects.get(user=cast.cleo).read_at
    assert "/notifications/seen/" not in html_of(cleo, news.get_absolute_url())


def test_everything_up_to_when_the_list_was_made_is_marked_read(cast, news, sign_in):
    from django.utils import timezone

    cleo = sign_in(cast.cleo)
    cleo.post("/notifications/seen/", {"box": "direct", "until": timezone.now().isoformat()})
    assert not Notification.objects.get(user=cast.cleo).read_at
    cleo.post("/notifications/seen/", {"box": "updates", "until": timezone.now().isoformat()})
    assert Notification.objects.get(user=cast.cleo).read_at


@pytest.mark.parametrize(
    "data", [{"until": "yesterday"}, {"until": "2026-01-01"}, {"box": "boo"}, {"kind": "boo"}, {"number": "9" * 30}]
)
def test_nonsense_is_answered_in_words(cast, sign_in, data):
    assert sign_in(cast.cleo).post("/notifications/seen/", data).status_code == 400


@pytest.mark.parametrize("after", ["boo", "%00", "W10"])
def test_cursor_that_is_none_is_bad_input(cast, sign_in, after):
    for url in (LIST, "/notifications/watching/"):
        assert sign_in(cast.cleo).get(f"{url}?after={after}").status_code == 400


def test_one_click_mutes_where_a_line_came_from(cast, news, change, tell, sign_in):
    row = Notification.objects.get(user=cast.cleo)
    answer = sign_in(cast.cleo).post(f"/notifications/{row.pk}/mute/")
    assert answer.url == "/notifications/watching/?kind=page"
    assert Watch.objects.get(user=cast.cleo).level == "mute"
    change(news, "three", actor=cast.ben)
    tell()
    assert Notification.objects.get(user=cast.cleo).count == 1


def test_what_came_by_name_cannot_be_muted_so(cast, tell, sign_in):
    feed.publish_post(actor=cast.aino, community=cast.yard, body=f"Hello @{cast.ben.handle}")
    tell()
    row = Notification.objects.get(user=cast.ben)
    html = sign_in(cast.ben).post(f"/notifications/{row.pk}/mute/", follow=True).content.decode()
    assert "This came to you by name" in html
    assert not Watch.objects.filter(user=cast.ben).exists()


def test_page_offers_levels_for_itself_its_branch_and_its_community(cast, write, sign_in):
    page, cleo = write("Pump"), sign_in(cast.cleo)
    url = reverse("wiki:watch", args=[page.pk])
    assert url in html_of(cleo, page.get_absolute_url())
    cleo.post(url, {"page": "around", "branch": "watch", "community": "normal"})
    assert list(Watch.objects.values_list("kind", "number", "level")) == [("branch", page.pk, "watch")]
    assert "You watch a page above this one" in html_of(cleo, url)
    cleo.post(url, {"page": "mute", "branch": "around", "community": "follow"})
    assert set(Watch.objects.values_list("kind", "level")) == {("page", "mute"), ("community", "follow")}
    assert "What I hear of this page: Mute" in html_of(cleo, page.get_absolute_url())
    assert cleo.post(url, {"page": "boo", "community": "normal"}).status_code == 422


def test_all_i_watch_is_seen_and_changed_on_one_page(cast, write, sign_in):
    page, cleo = write("Pump"), sign_in(cast.cleo)
    set_level(actor=cast.cleo, thing=("page", page.pk), level="watch")
    set_level(actor=cast.cleo, thing=("community", cast.yard.pk), level="follow")
    html = html_of(cleo, "/notifications/watching/")
    assert "Pump" in html
    assert cast.yard.get_absolute_url() in html
    data = {"kind": "page", "number": page.pk, "level": "mute", "next": "/notifications/watching/?kind=page"}
    assert cleo.post("/notifications/watching/", data).url == data["next"]
    assert Watch.objects.get(kind="page").level == "mute"
    cleo.post("/notifications/watching/", data | {"level": "", "next": "https://elsewhere.example/"})
    assert not Watch.objects.filter(kind="page").exists()


def test_what_one_lost_sight_of_is_on_no_list(cast, write, change, tell, sign_in):
    page = write("Canary plan", community=cast.lab)
    set_level(actor=cast.ben, thing=("page", page.pk), level="watch")
    set_level(actor=cast.ben, thing=("community", cast.lab.pk), level="watch")
    change(page, "two", actor=cast.mika)
    tell()
    row = Notification.objects.get(user=cast.ben, event="changed")
    people.remove_member(actor=cast.mika, community=cast.lab, person=cast.ben)
    ben = sign_in(cast.ben)
    for url in (
        LIST + "?box=updates",
        "/notifications/watching/",
        "/api/v1/notifications?box=updates",
        "/api/v1/watches",
    ):
        assert "canary" not in html_of(ben, url).lower()
        assert "/communities/lab/" not in html_of(ben, url)
    assert ben.get(f"/notifications/{row.pk}/").status_code == 404
    assert ben.post(f"/notifications/{row.pk}/mute/").status_code == 404
    assert 'aria-label="Notifications"' in html_of(ben, "/")


@pytest.mark.parametrize("number", [3, 30])
def test_lists_ask_the_same_however_long_they_are(
    cast, write, change, tell, sign_in, django_assert_max_num_queries, number
):
    for n in range(number):
        page = write(f"Page {n}")
        set_level(actor=cast.cleo, thing=("page", page.pk), level="watch")
        change(page, "two", actor=cast.ben)
        feed.publish_post(actor=cast.ben, community=cast.yard, body=f"{n} @{cast.aino.handle}")
    tell()
    cleo, aino = sign_in(cast.cleo), sign_in(cast.aino)
    for client, url in (
        (cleo, LIST + "?box=updates"),
        (aino, LIST + "?box=direct"),
        (cleo, "/notifications/watching/"),
    ):
        client.get(url)
        with django_assert_max_num_queries(9):
            html = html_of(client, url)
        assert html.count("list-item") >= number


def test_page_with_news_costs_no_query_more(cast, news, sign_in, django_assert_max_num_queries):
    cleo = sign_in(cast.cleo)
    html_of(cleo, news.get_absolute_url())
    with django_assert_max_num_queries(6):
        html_of(cleo, news.get_absolute_url())


def test_program_lists_marks_and_chooses(cast, news, sign_in):
    cleo = sign_in(cast.cleo)
    found = cleo.get("/api/v1/notifications?box=updates").json()
    assert found["unread"] == {"direct": 0, "updates": 1}
    (item,) = found["items"]
    assert (item["text"], item["people"], item["count"]) == ("Ben Example changed Pump <3", [cast.ben.handle], 1)
    send = {"content_type": "application/json"}
    assert cleo.post("/api/v1/notifications/seen", {"ids": [item["id"]]}, **send).status_code == 204
    assert cleo.get("/api/v1/notifications?box=updates").json()["unread"]["updates"] == 0
    assert cleo.put(f"/api/v1/watches/branch/{news.pk}", {"level": "follow"}, **send).json()["level"] == "follow"
    assert len(cleo.get("/api/v1/watches").json()["items"]) == 2
    assert cleo.delete(f"/api/v1/watches/branch/{news.pk}").status_code == 204
    assert cleo.put("/api/v1/watches/page/999999999999", {"level": "watch"}, **send).status_code == 404
    assert cleo.put(f"/api/v1/watches/boo/{news.pk}", {"level": "watch"}, **send).status_code == 422


def test_person_who_acted_and_is_unknown_to_the_reader_is_somebody(cast, write, tell, told):
    """A guest who shares no place with the reader any more is not named."""
    page = write("Plan", community=cast.lab)
    set_level(actor=cast.gita, thing=("page", page.pk), level="watch")
    row = Notification.objects.create(
        user=cast.gita, box="updates", event="changed", reason="page", object_type="wiki.wikipage",
        object_id=str(page.pk), community=cast.lab, bundle="x", actors=[cast.cleo.pk, cast.ben.pk],
    )  # fmt: skip
    assert told(cast.gita) == ["Ben Example and 1 other changed Plan"]
    row.actors = [cast.cleo.pk]
    row.save()
    assert told(cast.gita) == ["Somebody changed Plan"]


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_time_beyond_the_calendar_is_told_to_programs_as_none(cast, sign_in, until):
    answer = sign_in(cast.cleo).post("/api/v1/notifications/seen", {"until": until}, content_type="application/json")
    assert answer.status_code == 422
