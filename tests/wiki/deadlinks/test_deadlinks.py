"""Links that lead nowhere: which are noted, when an address counts as dead, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from intranet.activity.models import Activity
from intranet.outbound import Answer, Outbound
from tests.house.world import picture
from tests.test_outbound import Site, allowed, site  # noqa: F401  # a fixture
from tests.wiki.test_api import call  # noqa: F401  # a fixture
from wiki import actions
from wiki.deadlinks.checking import check_due
from wiki.deadlinks.models import OutsideAddress, PageReference
from wiki.deadlinks.noting import forget_unused, note_addresses
from wiki.deadlinks.reading import counts, report
from wiki.deadlinks.rules import State, after, is_way_out_closed, verdict

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def bring_round():
    """Return a function that brings the diary round to the reader of this."""

    def read():
        note_addresses(list(Activity.objects.order_by("pk")))

    return read


@pytest.fixture
def told(write, bring_round):
    """Return a function that writes a page and has what it links to noted."""

    def write_page(title, body, **more):
        page = write(title, body, **more)
        bring_round()
        return page

    return write_page


def fail(url, times=3, *, status=0, problem="time", start=NOON):
    """Have an address fail a few days in a row."""
    address = OutsideAddress.objects.get(url=url)
    state = State()
    for day in range(times):
        state = after(state, Answer(url, status, problem), start + day * DAY)
    OutsideAddress.objects.filter(pk=address.pk).update(
        status=status, problem=problem, failures=state.failures, first_failed_at=state.first_failed_at,
        is_dead=state.is_dead, due_at=state.due_at, checked_at=start,
    )  # fmt: skip


# --- When is an address dead? ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("", 200), "alive"), (Answer("", 204), "alive"), (Answer("", 401), "alive"), (Answer("", 403), "alive"),
        (Answer("", 429), "alive"), (Answer("", 999), "failing"), (Answer("", 404), "gone"), (Answer("", 410), "gone"),
        (Answer("", 500), "failing"), (Answer("", 503), "failing"), (Answer("", problem="name"), "failing"),
        (Answer("", problem="tls"), "failing"), (Answer("", problem="redirects"), "failing"),
        (Answer("", problem="inside"), "unknown"),
    ],
)  # fmt: skip
def test_what_an_answer_says(answer, said):
    assert verdict(answer) == said


def test_what_is_gone_is_dead_at_the_second_time():
    once = after(State(), Answer("", 404), NOON)
    assert (once.is_dead, once.due_at) == (False, NOON + timedelta(hours=6))
    assert after(once, Answer("", 410), NOON + timedelta(hours=6)).is_dead


def test_what_fails_is_dead_after_three_times_over_days_and_not_before():
    state = State()
    for hours, dead in ((0, False), (1, False), (2, False), (49, True)):
        state = after(state, Answer("", 500), NOON + timedelta(hours=hours))
        assert state.is_dead == dead
    assert state.first_failed_at == NOON


def test_what_answers_once_is_alive_again():
    dead = State(5, NOON, is_dead=True)
    assert after(dead, Answer("", 200), NOON) == State(due_at=NOON + timedelta(days=14))
    assert after(dead, Answer("", 500), NOON).is_dead


def test_nobody_answers_means_our_own_line():
    silent = [Answer("", problem="name"), Answer("", problem="time"), Answer("", problem="connection")]
    assert is_way_out_closed(silent)
    assert not is_way_out_closed(silent[:2])
    assert not is_way_out_closed([*silent, Answer("", 404)])


# --- What is noted ---------------------------------------------------------------------------------------------------


def test_addresses_files_and_missing_headings_of_a_page_are_noted(cast, told):
    file = feed.add_file(actor=cast.aino, community=cast.yard, file=__import__("io").BytesIO(picture()), name="a.png")
    told(
        "Plan",
        f"# Here\n\n[a](https://one.example/x?a=1&b=2#part) <http://two.example> ![]({file.get_absolute_url()}) "
        "[good](#here) [bad](#nowhere) [mail](mailto:a@b.example) [own](http://testserver/wiki/) note[^1]\n\n[^1]: end",
    )
    assert set(OutsideAddress.objects.values_list("url", "host")) == {
        ("https://one.example/x?a=1&b=2", "one.example"), ("http://two.example", "two.example"),
    }  # fmt: skip
    kinds = list(PageReference.objects.order_by("kind").values_list("kind", "anchor", "file_id"))
    assert [kind for kind, *_rest in kinds] == ["anchor", "file", "web", "web"]
    assert kinds[1][2] == file.pk
    assert "nowhere" in kinds[0][1]


def test_noting_again_changes_nothing_and_follows_the_text(cast, told, bring_round):
    page = told("Plan", "<https://one.example> <https://two.example>")
    before = list(PageReference.objects.order_by("pk").values_list("pk", flat=True))
    bring_round()
    assert list(PageReference.objects.order_by("pk").values_list("pk", flat=True)) == before
    actions.save_page(
        actor=cast.ben,
        page=page,
        base_revision_id=page.live_revision_id,
        body="<https://two.example> <https://3.example>",
    )
    bring_round()
    assert set(PageReference.objects.values_list("address__url", flat=True)) == {
        "https://two.example", "https://3.example"
    }  # fmt: skip
    assert forget_unused() == 1
    assert not OutsideAddress.objects.filter(url="https://one.example").exists()


@pytest.mark.parametrize(
    "text",
    ["<https://[::1>", "[x](http://)", "[x](https://\x00/)", "[x](http://a b/)", "<http://" + "x" * 3_000 + ".example>",
     "\n".join(f"<https://h{n}.example>" for n in range(1_200)), "[x](https://例え.テスト/ü?q=ä)"],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_odd_addresses_do_no_harm(told, text):
    told("Odd", text)
    assert OutsideAddress.objects.count() <= 1_000
    check_due(allowed("http://127.0.0.1:1"), now=timezone.now() + DAY)


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_worker_asks_what_is_due_and_keeps_the_answer(cast, told, site):  # noqa: F811
    told("Plan", f"[gone]({site}/404) text")
    way, now = allowed(site), timezone.now() + timedelta(minutes=1)
    assert check_due(way, now=now) == 1
    address = OutsideAddress.objects.get()
    assert (address.status, address.failures, address.is_dead, address.checked_at) == (404, 1, False, now)
    assert check_due(way, now=now) == 0
    assert check_due(way, now=now + DAY) == 1
    address.refresh_from_db()
    assert (address.is_dead, address.first_failed_at) == (True, now)
    assert counts(cast.aino, cast.yard)["web"] == 1


def test_one_of_each_host_is_asked_at_a_time(told, site):  # noqa: F811
    told("Plan", f"<{site}/200> <{site}/204> <{site}/403>")
    now = timezone.now() + timedelta(minutes=1)
    assert [check_due(allowed(site), now=now) for _ in range(4)] == [1, 1, 1, 0]
    assert not OutsideAddress.objects.filter(failures__gt=0).exists()


def test_host_that_wants_to_be_left_alone_is(told, site):  # noqa: F811
    told("Plan", f"<{site}/429> <{site}/200>")
    now = timezone.now() + timedelta(minutes=1)
    OutsideAddress.objects.filter(url__endswith="429").update(due_at=now - DAY)
    assert [check_due(allowed(site), now=now) for _ in range(2)] == [1, 0]
    assert check_due(allowed(site), now=now + timedelta(hours=2)) == 1


def test_pages_in_the_trash_have_nothing_asked_and_shut_houses_ask_nobody(cast, told, site, settings):  # noqa: F811
    page = told("Plan", f"<{site}/200>")
    settings.OUTBOUND_HTTP = False
    assert check_due(now=timezone.now() + DAY) == 0
    actions.trash_page(actor=cast.aino, page=page)
    assert check_due(allowed(site), now=timezone.now() + DAY) == 0
    assert Site.asked == []


def test_broken_line_counts_for_nobody(told, site):  # noqa: F811
    told("Plan", "<http://a.example> <http://b.example> <http://c.example>")

    def resolve(*_args, **_more):
        raise OSError("no such name")

    assert check_due(Outbound(resolve=resolve), now=timezone.now() + DAY) == 3
    assert not OutsideAddress.objects.filter(failures__gt=0).exists()


def test_addresses_inside_the_house_are_never_asked_and_never_called_dead(cast, told):
    told("Plan", "<http://127.0.0.1/> <http://10.0.0.1/admin> <http://169.254.169.254/>")
    assert check_due(Outbound(), now=timezone.now() + DAY) == 3
    assert set(OutsideAddress.objects.values_list("problem", "failures")) == {("inside", 0)}


# --- The report ------------------------------------------------------------------------------------------------------


def kinds_of(person, community=None):
    return {kind: count for kind, count in counts(person, community).items() if count}


def test_pages_that_are_gone_or_never_were_are_told_and_come_alive_again(cast, told):
    target = told("Coffee", "Hot.")
    page = told(
        "Plan", "[[Coffee]] [by address](/wiki/yard/coffee/) [no](/wiki/yard/tea/) [room](/wiki/trash/) [[Wish]]"
    )
    assert {row["target"] for row in report(cast.aino, "page", None).rows} == {"/wiki/yard/tea/", "Wish"}
    actions.trash_page(actor=cast.aino, page=target)
    assert {row["target"] for row in report(cast.aino, "page", None).rows} == {
        "/wiki/yard/tea/", "Wish", "Coffee", "/wiki/yard/coffee/",
    }  # fmt: skip
    actions.untrash_page(actor=cast.aino, page=target)
    told("Tea", "Also hot.")
    assert [row["target"] for row in report(cast.aino, "page", None).rows] == ["Wish"]
    assert page.pk


def test_file_that_was_removed_is_told(cast, told):
    file = feed.add_file(actor=cast.aino, community=cast.yard, file=__import__("io").BytesIO(picture()), name="a.png")
    told("Plan", f"![]({file.get_absolute_url()})")
    assert kinds_of(cast.aino) == {}
    feed.remove_file(actor=cast.aino, attachment=file)
    assert kinds_of(cast.aino) == {"file": 1}


@pytest.mark.parametrize(
    ("who", "yard", "lab", "vault"),
    [
        ("aino", 200, 200, 200), ("ben", 200, 200, 200), ("cleo", 403, 404, 404), ("mika", 200, 200, 200),
        ("gita", 404, 200, 404), ("root", 200, 404, 404),
    ],
)  # fmt: skip
def test_everybody_is_told_of_pages_that_are_theirs(cast, told, sign_in, call, who, yard, lab, vault):  # noqa: F811
    for name in ("yard", "lab", "vault"):
        told(f"Plan {name}", f"<https://canary-{name}.example>", community=getattr(cast, name))
        fail(f"https://canary-{name}.example")
    person, browser = cast.people[who], sign_in(cast.people[who])
    everywhere = browser.get(reverse("wiki:dead_links")).content.decode()
    for name, status in (("yard", yard), ("lab", lab), ("vault", vault)):
        answer = browser.get(reverse("wiki:community_links", args=[name]))
        assert answer.status_code == status
        assert (f"canary-{name}" in answer.content.decode()) == (status == 200)
        assert (f"canary-{name}" in everywhere) == (status == 200)
        told_by_api = call(person, "get", f"/api/v1/communities/{name}/dead-links")
        assert told_by_api.status_code == status
        assert (f"canary-{name}" in told_by_api.content.decode()) == (status == 200)


def test_report_says_what_why_since_when_and_where(cast, told, sign_in):
    told("Plan", "<https://gone.example> <https://shaky.example>")
    fail("https://gone.example", 2, status=404, problem="")
    fail("https://shaky.example", 1)
    ben = sign_in(cast.ben)
    html = ben.get(reverse("wiki:community_links", args=["yard"])).content.decode()
    assert "https://gone.example" in html
    assert "It answered 404." in html
    assert "First failed" in html
    assert "/wiki/yard/plan/" in html
    assert "https://shaky.example" not in html
    html = ben.get(reverse("wiki:community_links", args=["yard"]) + "?show=failing").content.decode()
    assert "https://shaky.example" in html
    assert "it is switched off in its settings" in html
    assert "It did not answer in time." in html


def test_moderators_have_failing_addresses_asked_again(cast, told, sign_in, call, settings):  # noqa: F811
    settings.OUTBOUND_HTTP = True
    told("Plan", "<https://gone.example> <https://fine.example>")
    fail("https://gone.example")
    url = reverse("wiki:community_links", args=["yard"])
    assert sign_in(cast.ben).post(url).status_code == 403
    assert "Check again now" not in sign_in(cast.ben).get(url).content.decode()
    assert "Check again now" in sign_in(cast.mika).get(url).content.decode()
    assert sign_in(cast.mika).post(url).status_code == 302
    assert OutsideAddress.objects.get(url="https://gone.example").due_at <= timezone.now()
    assert Activity.objects.get(verb="links.check_asked").data == {"addresses": 1}
    assert call(cast.mika, "post", "/api/v1/communities/yard/dead-links/check").json() == {"addresses": 1}
    assert call(cast.ben, "post", "/api/v1/communities/yard/dead-links/check").status_code == 403


def test_report_is_paged_with_as_many_questions_for_3_and_for_60(cast, told, sign_in, django_assert_max_num_queries):
    ben, url = sign_in(cast.ben), reverse("wiki:community_links", args=["yard"])

    def look(address):
        with django_assert_max_num_queries(16) as asked:
            html = ben.get(address).content.decode()
        return html, len(asked)

    told("Few", "[[A wish]] [[B wish]] [[C wish]]")
    look(url)
    few = look(url)[1]
    told("Many", " ".join(f"[[Wish {n}]]" for n in range(60)))
    html, many = look(url)
    assert many == few
    after_this = html.partition("&amp;after=")[2].partition('"')[0]
    rest = look(f"{url}?show=page&after={after_this}")[0]
    found = {n for n in range(60) if f">Wish {n}<" in html or f">Wish {n}<" in rest}
    assert len(found) == 60
    assert ben.get(f"{url}?show=page&after=nonsense").status_code == 400
