"""Doors that open without signing in: a calendar's, and the one before the first day. What they open, and nothing else."""

import html
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import icalendar
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from intranet.activity.models import Activity
from intranet.people import actions as people
from tests.house.world import picture
from tests.onboarding.test_my_path import add, make_path, put_on
from wiki import actions as wiki
from wiki.onboarding import actions
from wiki.onboarding.mine import actions as doors
from wiki.onboarding.mine.doors import calendar_token, welcome_token
from wiki.onboarding.models import CalendarDoor, Welcome

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]
LOOK_AFTER = {"ben", "mika"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def file(cast):
    return feed.add_file(actor=cast.ben, community=cast.lab, file=ContentFile(picture()), name="map.png")


@pytest.fixture
def enrolment(cast, file):
    """Aino begins in a week; two pages are readable before, one is not."""
    other = feed.add_file(actor=cast.ben, community=cast.lab, file=ContentFile(picture("navy")), name="other.png")
    pages = {}
    for title, body in {
        "Inside": f"Secret words ![plan]({other.get_absolute_url()})",
        "Getting here": "Take the tram.",
        "First day": (
            f"## Door\n\n- [x] Bag <b>packed</b>\n\nAsk @ben.example. See [[Getting here]] and [[Inside]], [the house](/communities/lab/), "
            f"[search](http://testserver/search/?q=x), [maps](https://maps.example.org/) and [door](#door).\n\n"
            f"![map]({file.get_absolute_url()})"
        ),
    }.items():
        pages[title] = wiki.create_page(actor=cast.ben, community=cast.lab, title=title, body=body)
    path = make_path(cast)
    add(cast, path, kind="read", title="Read of the day", page=pages["First day"], is_early=True)
    add(cast, path, kind="read", title="Read the way", page=pages["Getting here"], is_early=True)
    add(cast, path, kind="read", title="Read inside", page=pages["Inside"], due_days=2)
    add(cast, path, kind="do", title="Fetch; the, keys\\n", due_days=3)
    return put_on(cast, path, start=7, buddy=cast.ben)


def opened(cast, enrolment, days: int = 8) -> str:
    until = timezone.localdate() + timedelta(days=days)
    return welcome_token(doors.open_welcome(actor=cast.mika, enrolment=enrolment, until_on=until))


def page(token: str, *rest) -> str:
    names = {0: "welcome", 1: "welcome_page"}
    return reverse(f"onboarding:{names[len(rest)]}", args=[token, *rest])


def test_the_link_opens_the_early_pages_to_a_stranger(cast, enrolment):
    token, client = opened(cast, enrolment), Client()
    start = client.get(page(token))
    assert "Welcome, Aino Example" in start.text
    assert start.text.index("First day") < start.text.index("Getting here")
    assert "Inside" not in start.text
    assert "Take the tram." in client.get(page(token, 2)).text
    assert client.get(page(token, 3)).status_code == 404
    assert client.get(page(token, 0)).status_code == 200  # the list


def test_a_page_behind_the_door_leads_nowhere_else(cast, enrolment, file):
    token = opened(cast, enrolment)
    text = Client().get(page(token, 1)).text
    body = text[text.index("<article") : text.index("</article>")]
    hrefs = sorted({part.split('"')[0] for part in body.split('href="')[1:]})
    # Within the page, to another early page, and out of the house.
    inside = [href for href in hrefs if not href.startswith("#")]
    assert sorted(inside) == sorted([page(token, 2), "https://maps.example.org/"])
    # What leads nowhere does not look like a link, and boxes are no fields.
    assert all("href=" in part.split(">")[0] for part in body.split("<a ")[1:])
    assert "<input" not in body
    assert "☑ Bag" in body
    assert f'src="{reverse("onboarding:welcome_file", args=[token, file.pk])}"' in body
    for menu in ("/search/", "/people/", "/communities/", "/wiki/", "/accounts/", 'class="rail', "topbar", "<form"):
        assert menu not in text, menu


def test_who_has_not_begun_reads_names_not_handles(cast, enrolment):
    token = opened(cast, enrolment)
    text = Client().get(page(token, 1)).text
    assert "Ask Ben Example." in text
    assert "@ben" not in text


def test_the_words_of_an_early_step_stand_with_its_page(cast, enrolment):
    step = enrolment.path.steps.get(title="Read the way")
    text = "Ask @ben.example, or look at [[Inside]]. <b>Bold</b>"
    actions.save_step(actor=cast.mika, path=enrolment.path, step=step, text=text)
    add(cast, enrolment.path, kind="do", title="Tax card", text="Send it by Friday.", is_early=True)
    add(cast, enrolment.path, kind="do", title="Not yet", text="For later.")
    actions.align(actor=cast.mika, path=enrolment.path)
    shown = Client().get(page(opened(cast, enrolment))).text
    main = shown[shown.index("<main") :]
    assert "Ask Ben Example, or look at Inside." in main
    assert "<b>" not in main
    assert "Tax card" in main
    assert "Send it by Friday." in main
    assert "For later." not in main
    assert main.count("href=") == 2  # the two pages


def test_whoever_looks_after_somebody_finds_the_link_and_a_mail_for_it(cast, enrolment, sign_in):
    mika = sign_in(cast.mika)
    key = reverse("onboarding:welcome_key", args=[enrolment.pk])
    assert key in mika.get(reverse("onboarding:look_after", args=[enrolment.pk])).text
    token = opened(cast, enrolment)
    mail = unquote(html.unescape(mika.get(key).text.split('href="mailto:?')[1].split('"')[0]))
    assert page(token) in mail
    assert mail.startswith("subject=Before your first day")
    assert "Hello Aino," in mail
    assert "Mika Example" in mail
    enrolment.start_on = timezone.localdate()
    enrolment.save()
    assert key not in mika.get(reverse("onboarding:look_after", args=[enrolment.pk])).text


def test_files_of_these_pages_open_and_no_others(cast, enrolment, file):
    token, client = opened(cast, enrolment), Client()
    shown = client.get(reverse("onboarding:welcome_file", args=[token, file.pk]))
    assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    others = set(type(file).objects.values_list("pk", flat=True)) - {file.pk}
    assert len(others) == 1
    for pk in others:
        assert client.get(reverse("onboarding:welcome_file", args=[token, pk])).status_code == 404
    feed.remove_file(actor=cast.ben, attachment=file)
    assert client.get(reverse("onboarding:welcome_file", args=[token, file.pk])).status_code == 404


def test_the_link_signs_nobody_in_and_opens_no_other_address(cast, enrolment):
    client = Client()
    answer = client.get(page(opened(cast, enrolment), 1))
    assert answer.status_code == 200
    assert not answer.cookies
    for url in (
        "/", "/wiki/", "/wiki/lab/first-day/", "/wiki/lab/inside/", "/search/?q=secret", "/people/", "/communities/",
        "/communities/lab/", "/paths/", reverse("onboarding:enrolment", args=[enrolment.pk]),
        reverse("onboarding:calendar_key"), reverse("onboarding:welcome_key", args=[enrolment.pk]),
        f"/files/{enrolment.path.steps.first().page_id}/", "/notifications/", "/posts/new/",
    ):  # fmt: skip
        found = client.get(url)
        assert found.status_code in {302, 404}, url
        assert found.status_code == 404 or found.headers["Location"].startswith("/accounts/login/"), url
    assert client.get("/api/v1/my-path").status_code == 401


def test_what_the_link_says_stays_out_of_engines_caches_and_logs(cast, enrolment, file):
    token, client = opened(cast, enrolment), Client()
    for url in (page(token), page(token, 1), reverse("onboarding:welcome_file", args=[token, file.pk])):
        answer = client.get(url)
        headers = answer.headers
        b"".join(answer.streaming_content if answer.streaming else [])
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "private, no-store"


def tampered(token: str) -> list[str]:
    pk, signature = token.split("-")
    other = "0" if signature[-1] != "0" else "1"
    return [
        f"{pk}-{signature[:-1]}{other}",
        f"{int(pk) + 1}-{signature}",
        f"0{token}",
        signature,
        f"{pk}-",
        token.upper(),
    ]


def test_a_guessed_link_opens_nothing(cast, enrolment):
    token, client = opened(cast, enrolment), Client()
    for wrong in tampered(token):
        assert client.get(page(wrong)).status_code == 404
    # A later day than the one that was signed, written into the database alone.
    Welcome.objects.update(until_on=timezone.localdate() + timedelta(days=90))
    assert client.get(page(token)).status_code == 404


@pytest.mark.parametrize(
    "end", ["close", "again", "run out", "left path", "closed account", "left community", "unmarked", "page gone"]
)
def test_the_link_closes(cast, enrolment, end, time_machine):
    token, client = opened(cast, enrolment), Client()
    assert client.get(page(token, 1)).status_code == 200
    if end == "close":
        doors.close_welcome(actor=cast.ben, enrolment=enrolment)
    elif end == "again":
        opened(cast, enrolment)
    elif end == "run out":
        time_machine.move_to(datetime.now(UTC) + timedelta(days=9))
    elif end == "left path":
        actions.end_enrolment(actor=cast.mika, enrolment=enrolment)
    elif end == "closed account":
        people.close_account(actor=cast.root, person=cast.aino)
    elif end == "left community":
        people.leave_community(actor=cast.aino, community=cast.lab)
    elif end == "unmarked":
        for step in enrolment.path.steps.filter(is_early=True):
            actions.save_step(actor=cast.mika, path=enrolment.path, step=step, is_early=False)
    else:
        for step in enrolment.path.steps.filter(is_early=True):
            wiki.trash_page(actor=cast.ben, page=step.page)
    assert client.get(page(token, 1)).status_code == 404


@pytest.mark.parametrize("name", PEOPLE)
def test_those_who_look_after_somebody_make_the_link(cast, enrolment, sign_in, name):
    client, key = sign_in(cast.people[name]), reverse("onboarding:welcome_key", args=[enrolment.pk])
    until = str(timezone.localdate() + timedelta(days=3))
    answer = client.post(key, {"until_on": until}, follow=True)
    assert (answer.status_code == 200) == (name in LOOK_AFTER)
    assert Welcome.objects.exists() == (name in LOOK_AFTER)
    if name in LOOK_AFTER:
        assert page(welcome_token(Welcome.objects.get())) in answer.text
        row = Activity.objects.get(verb="token.issued", object_type="onboarding.welcome")
        assert row.actor == cast.people[name]
        client.post(reverse("onboarding:welcome_close", args=[enrolment.pk]))
        assert not Welcome.objects.exists()
    else:
        assert client.get(key).status_code == 404
        with pytest.raises(PermissionDenied):
            doors.open_welcome(actor=cast.people[name], enrolment=enrolment, until_on=timezone.localdate())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_day_offered_is_one_a_browser_reads(cast, enrolment, sign_in, language):
    people.change_profile(actor=cast.mika, person=cast.mika, language=language)
    key = sign_in(cast.mika).get(reverse("onboarding:welcome_key", args=[enrolment.pk])).text
    assert f'value="{enrolment.start_on.isoformat()}"' in key


@pytest.mark.parametrize("days", [-1, 121])
def test_a_link_lasts_for_days_ahead_not_for_ever(cast, enrolment, sign_in, days):
    until = timezone.localdate() + timedelta(days=days)
    key = reverse("onboarding:welcome_key", args=[enrolment.pk])
    answer = sign_in(cast.mika).post(key, {"until_on": str(until)})
    assert answer.status_code == 422
    assert "at most four months ahead" in answer.text
    assert str(until) in answer.text


def test_a_path_without_early_pages_has_no_link(cast):
    path = make_path(cast)
    add(cast, path, kind="do", title="Fetch the keys", is_early=True)
    with pytest.raises(ValidationError, match="readable before the first day"):
        doors.open_welcome(actor=cast.mika, enrolment=put_on(cast, path), until_on=timezone.localdate())


def test_machines_that_try_addresses_are_stopped(cast, enrolment, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "path_link": "5/m/ip"}
    token, client = opened(cast, enrolment), Client()
    found = [client.get(page(wrong)).status_code for wrong in tampered(token)[:5]]
    assert found == [404] * 5
    assert client.get(page(token)).status_code == 429
    assert client.get(reverse("onboarding:calendar", args=[token])).status_code == 429


# --- The calendar ---


def calendar_of(person) -> str:
    return reverse("onboarding:calendar", args=[calendar_token(doors.open_calendar(actor=person))])


def events(client: Client, url: str) -> dict[str, icalendar.Event]:
    answer = client.get(url)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.content)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_the_calendar_has_a_day_for_each_open_step(cast, enrolment):
    url, client = calendar_of(cast.aino), Client()
    found = events(client, url)
    assert set(found) == {"Read of the day", "Read the way", "Read inside", "Fetch; the, keys\\n"}
    event = found["Read of the day"]
    assert event["dtstart"].dt == enrolment.start_on
    assert str(event["description"]) == "First month"
    assert f"/paths/on/{enrolment.pk}/steps/" in str(event["url"])
    ids = {str(event["uid"]) for event in found.values()}
    assert len(ids) == 4
    step = enrolment.path.steps.get(title="Read inside")
    actions.complete_step(actor=cast.aino, enrolment=enrolment, step=step)
    assert "Read inside" not in events(client, url)
    assert {str(event["uid"]) for event in events(client, url).values()} < ids


def test_a_title_cannot_write_a_line_of_its_own(cast):
    path = make_path(cast, "Path\r\nATTENDEE:mailto:x@example.org")
    add(cast, path, kind="do", title="Keys\r\nBEGIN:VEVENT\u0007")
    put_on(cast, path)
    content = Client().get(calendar_of(cast.aino)).content
    assert content.count(b"\r\nBEGIN:VEVENT") == 1
    assert b"\r\nATTENDEE" not in content
    assert b"\x07" not in content


@pytest.mark.parametrize("name", PEOPLE)
def test_a_calendar_has_ones_own_steps_alone(cast, enrolment, name):
    found = events(Client(), calendar_of(cast.people[name]))
    assert bool(found) == (name == "aino")


@pytest.mark.parametrize("end", ["closed", "again", "closed account", "left community"])
def test_the_calendar_closes(cast, enrolment, end):
    url, client = calendar_of(cast.aino), Client()
    assert len(events(client, url)) == 4
    if end == "closed":
        doors.close_calendar(actor=cast.aino)
    elif end == "again":
        doors.open_calendar(actor=cast.aino)
    elif end == "closed account":
        people.close_account(actor=cast.root, person=cast.aino)
    else:
        people.leave_community(actor=cast.aino, community=cast.lab)
        assert events(client, url) == {}
        return
    assert client.get(url).status_code == 404


def test_a_guessed_calendar_opens_nothing(cast, enrolment):
    token = calendar_token(doors.open_calendar(actor=cast.aino))
    for wrong in tampered(token):
        assert Client().get(reverse("onboarding:calendar", args=[wrong])).status_code == 404
    # The signature of one door opens no other: neither the other kind nor the next person's.
    other = calendar_token(doors.open_calendar(actor=cast.ben))
    mixed = f"{token.split('-')[0]}-{other.split('-')[1]}"
    assert Client().get(reverse("onboarding:calendar", args=[mixed])).status_code == 404
    assert Client().get(page(token)).status_code == 404


def test_the_address_is_made_renewed_and_closed_in_the_browser(cast, enrolment, sign_in):
    client, key = sign_in(cast.aino), reverse("onboarding:calendar_key")
    assert ".ics" not in client.get(key).text
    first = client.post(key, follow=True).text
    assert first.count(".ics") == 2  # shown, and on the button that copies it
    token = calendar_token(CalendarDoor.objects.get())
    assert token in first
    second = client.post(key, follow=True).text
    assert second.count(".ics") == 2
    assert token not in second
    client.post(reverse("onboarding:calendar_close"))
    assert ".ics" not in client.get(key).text
    assert Activity.objects.filter(verb="token.revoked", object_type="onboarding.calendardoor").count() == 1


def test_the_calendar_asks_the_same_however_many_steps(cast, django_assert_num_queries):
    path = make_path(cast)
    for number in range(3):
        add(cast, path, kind="do", title=f"Step {number}")
    put_on(cast, path)
    url = calendar_of(cast.aino)
    with django_assert_num_queries(9):
        assert len(events(Client(), url)) == 3
    other = make_path(cast, "Other")
    for number in range(30):
        add(cast, other, kind="do", title=f"Other {number}")
    put_on(cast, other)
    with django_assert_num_queries(9):
        assert len(events(Client(), url)) == 33
