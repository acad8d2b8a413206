"""Push: sealed for one browser, signed as ours, sent once, and to nobody who is gone or has read it."""

import base64
import time
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from feed import actions as feed
from intranet import env
from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.notifications.actions import mark_place_seen, set_preferences, set_quiet_hours
from intranet.notifications.channels import Ways
from intranet.notifications.hearing import Hearing, Why
from intranet.notifications.models import Notification, PushSubscription, QuietHours
from intranet.notifications.push.sealing import CURVE, decoded, encoded, public_key, seal
from intranet.notifications.push.sending import FIRST_WAIT, send_due
from intranet.notifications.readers import _apply
from intranet.people import actions as people
from intranet.people.models import Membership
from tests.api.programs import Program
from tests.notifications.push_service import Browser

ON, NOW = "/notifications/browsers/", timedelta(0)


def say(actor, community, body="Words for @ben.example"):
    return feed.publish_post(actor=actor, community=community, body=body)


def test_sealing_is_what_the_rfc_shows():
    """RFC 8291, appendix A."""
    ours = ec.derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), CURVE)
    sealed = seal(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        key=ours,
    )
    assert encoded(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_message_says_how_much_and_is_signed_as_ours(cast, service, switched_on, send, tell):
    browser = switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    assert send() == 1
    path, headers, body = service.got[0]
    message = browser.open(body)
    assert (path, message["body"]) == ("/a", "1 new mention")
    assert "Aino" not in str(message)
    assert "Words" not in str(message)
    assert message["url"] == f"/notifications/{Notification.objects.get().pk}/"
    claims, key = service.check_signature(headers)
    assert key == public_key()
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert headers["Content-Encoding"] == "aes128gcm"


def test_message_says_what_happened_if_that_was_chosen(cast, service, switched_on, send, tell):
    browser = switched_on(cast.ben, tells_all=True)
    say(cast.aino, cast.yard)
    tell()
    send()
    assert browser.open(service.got[0][2])["body"].startswith("Aino Example mentioned you in Words for")


def test_message_is_in_the_language_of_its_reader(cast, service, switched_on, send, tell):
    cast.ben.language = "fi"
    cast.ben.save()
    browser = switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    send()
    assert browser.open(service.got[0][2])["body"] == "1 uusi maininta"


def test_nothing_is_sent_twice_and_news_after_it_once_more(cast, service, switched_on, send, tell):
    browser = switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    tell(again=True)
    assert [send(), send()] == [1, 0]
    say(cast.aino, cast.yard)
    say(cast.mika, cast.yard)
    tell()
    assert send() == 1
    assert browser.open(service.got[1][2])["body"] == "2 new mentions"


def test_a_fall_before_it_is_noted_sends_again_only_where_it_did_not_arrive(cast, service, switched_on, send, tell):
    switched_on(cast.ben, "a")
    switched_on(cast.ben, "b")
    say(cast.aino, cast.yard)
    tell()
    due = list(Notification.objects.values_list("pk", "push_at"))
    service.status["/b"] = 503
    send()
    for pk, at in due:
        Notification.objects.filter(pk=pk).update(push_at=at)
    service.status.clear()
    PushSubscription.objects.update(retry_at=None)
    send()
    assert [path for path, _headers, _body in service.got] in (["/a", "/b", "/b"], ["/b", "/a", "/b"])


def test_what_was_read_meanwhile_is_not_sent(cast, service, switched_on, send, tell):
    switched_on(cast.ben)
    post = say(cast.aino, cast.yard)
    tell()
    mark_place_seen(actor=cast.ben, place=("thread", post.pk))
    assert send() == 0
    assert not service.got
    assert not Notification.objects.filter(push_at__isnull=False).exists()


def test_whoever_has_the_page_open_reads_first(cast, service, switched_on, tell):
    switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    assert send_due(service.way) == 0
    Notification.objects.update(push_at=timezone.now() - timedelta(seconds=6))
    assert send_due(service.way) == 1


def test_who_lost_access_hears_nothing_even_of_what_was_due(cast, service, switched_on, send, tell):
    switched_on(cast.ben)
    say(cast.aino, cast.vault)
    tell()
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    assert send() == 0
    assert not service.got


@pytest.mark.parametrize("end", ["sign out", "everywhere", "password", "leaves"])
def test_a_browser_that_is_signed_out_hears_nothing(cast, service, switched_on, send, tell, end):
    browser = switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    if end == "sign out":
        browser.client.post("/accounts/logout/")
    elif end == "everywhere":
        people.sign_out_everywhere(actor=cast.ben, person=cast.ben)
    elif end == "password":
        cast.ben.set_password("ihan-toinen-salasana-8")
        cast.ben.save()
    else:
        cast.ben.is_active = False
        cast.ben.save()
    assert send() == 0
    assert not service.got


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(cast, service, switched_on, send, tell, status):
    switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    service.status["/a"] = status
    assert send() == 0
    assert not PushSubscription.objects.exists()
    assert send() == 0
    assert len(service.got) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_carrier_in_trouble_is_asked_again_later(cast, service, switched_on, send, tell, status):
    switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    service.status["/a"], service.headers["Retry-After"] = status, "600"
    assert [send(), send()] == [0, 0]
    assert len(service.got) == 1
    row = PushSubscription.objects.get()
    assert row.retry_at - timezone.now() > 9 * FIRST_WAIT
    service.status.clear()
    PushSubscription.objects.update(retry_at=timezone.now() - NOW)
    assert send() == 1


def test_kinds_without_push_are_not_sent_and_push_alone_leaves_no_line(cast, service, switched_on, send, tell, told):
    switched_on(cast.ben)
    set_preferences(actor=cast.ben, choices={"mention": Ways(in_app=True, push=False)})
    say(cast.aino, cast.yard)
    tell()
    assert send() == 0
    set_preferences(actor=cast.ben, choices={"mention": Ways(in_app=False, push=True)})
    say(cast.aino, cast.yard, "More for @ben.example")
    tell()
    assert len(told(cast.ben, "direct")) == 1
    assert send() == 1
    assert Notification.objects.filter(user=cast.ben).count() == 1


@pytest.fixture
def urgent(cast):
    """Return a function that tells Ben something urgent."""

    def tell(number=1):
        record(actor=cast.mika, verb="post.edited", object=cast.yard, community_id=cast.yard.pk)
        people = {cast.ben.pk: Why("community")}
        thing = ("people.community", cast.yard.pk)
        hearing = Hearing("wrote", thing, people, f"urgent:{number}", cast.yard.pk, is_urgent=True)
        _apply(Activity.objects.latest("pk"), hearing)

    return tell


def test_what_is_urgent_comes_at_once_whatever_was_chosen(cast, service, switched_on, urgent):
    switched_on(cast.ben)
    set_preferences(actor=cast.ben, choices={"new": Ways(in_app=False)})
    urgent()
    assert send_due(service.way) == 1
    assert Notification.objects.get(user=cast.ben).in_app


def test_quiet_hours_hold_everything_but_what_is_urgent(cast, service, switched_on, send, tell, urgent):
    """From nine in the evening until seven, in Helsinki; it is two hours earlier by UTC."""
    browser = switched_on(cast.ben)
    set_quiet_hours(actor=cast.ben, begins_at=time_of_day(21), ends_at=time_of_day(7))
    with time_machine.travel("2026-11-22T20:30:00Z", tick=False):
        Session.objects.update(expire_date="2026-12-31T00:00:00Z")
        say(cast.aino, cast.yard)
        tell()
        assert send() == 0
        assert set(Notification.objects.values_list("push_at", flat=True)) == {datetime(2026, 11, 23, 5, tzinfo=UTC)}
        urgent()
        assert send() == 1
        assert browser.open(service.got[0][2])["body"] == "1 new post"
    with time_machine.travel("2026-11-23T05:00:01Z", tick=False):
        assert send() == 1
        assert browser.open(service.got[1][2])["body"] == "1 new mention"
        assert send() == 0


@pytest.mark.parametrize(
    ("begins", "ends", "quiet"),
    [(21, 7, {21, 23, 0, 6}), (9, 12, {9, 11}), (23, 0, {23}), (0, 1, {0})],
)
def test_quiet_hours_may_go_across_midnight(begins, ends, quiet):
    hours = QuietHours(begins_at=time_of_day(begins), ends_at=time_of_day(ends))
    assert {hour for hour in (0, 6, 7, 9, 11, 12, 21, 23) if hours.covers(time_of_day(hour))} == quiet


@pytest.mark.parametrize("sent", [("21:00", ""), ("", "07:00"), ("08:00", "08:00"), ("25:00", "07:00"), ("x", "\x00")])
def test_half_a_quiet_night_is_refused_with_words(cast, sign_in, sent, settings):
    settings.OUTBOUND_HTTP = True
    ben = sign_in(cast.ben)
    answer = ben.post("/notifications/settings/", {"begins_at": sent[0], "ends_at": sent[1]})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not QuietHours.objects.exists()


def test_quiet_hours_are_chosen_and_ended_by_people_and_programs(cast, sign_in, settings):
    settings.OUTBOUND_HTTP = True
    ben, program = sign_in(cast.ben), Program(cast.ben, scope="write")
    assert ben.post("/notifications/settings/", {"begins_at": "21:00", "ends_at": "07:00"}).status_code == 302
    assert 'value="21:00"' in ben.get("/notifications/settings/").content.decode()
    assert program.get("/notifications/preferences").json()["quiet_hours"] == {
        "begins_at": "21:00:00",
        "ends_at": "07:00:00",
    }
    wrong = program.send("PUT", "/notifications/quiet-hours", '{"begins_at": "21:00", "ends_at": null}')
    assert wrong.status_code == 422
    ended = program.send("PUT", "/notifications/quiet-hours", '{"begins_at": null, "ends_at": null}')
    assert ended.json()["quiet_hours"] is None
    assert not QuietHours.objects.exists()


def test_without_a_way_out_nothing_waits(cast, switched_on, tell):
    switched_on(cast.ben)
    say(cast.aino, cast.yard)
    tell()
    assert send_due() == 0  # tests may ask nobody outside
    assert not Notification.objects.filter(push_at__isnull=False).exists()


def keys(endpoint="https://push.example.com/x"):
    made = Browser(endpoint)
    return {"endpoint": endpoint, "p256dh": made.p256dh, "auth": made.auth}


def test_a_browser_is_switched_on_renewed_and_off(cast, sign_in):
    ben, sent = sign_in(cast.ben), keys()
    assert ben.post(ON, sent, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}).status_code == 201
    assert ben.post(ON, sent).status_code == 201
    row = PushSubscription.objects.get()
    assert (row.user, row.session_key) == (cast.ben, ben.session.session_key)
    again = sign_in(cast.ben)
    assert again.post(f"{ON}renew/", {"endpoint": sent["endpoint"]}).status_code == 204
    row.refresh_from_db()
    assert row.session_key == again.session.session_key
    assert sign_in(cast.aino).post(f"{ON}renew/", {"endpoint": sent["endpoint"]}).status_code == 404
    assert "only how much" in ben.get("/notifications/settings/").content.decode()
    assert ben.post(f"{ON}{row.pk}/", {"tells_all": "1"}).status_code == 302
    assert "says what happened" in ben.get("/notifications/settings/").content.decode()
    assert ben.post(f"{ON}{row.pk}/").status_code == 302
    assert not PushSubscription.objects.exists()


def test_the_next_person_at_a_browser_takes_it_over(cast, sign_in):
    sent = keys()
    sign_in(cast.ben).post(ON, sent)
    sign_in(cast.aino).post(ON, sent)
    assert PushSubscription.objects.get().user == cast.aino


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://push.example.com/x"},
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "https://[::1]/x"},
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "https://push.example.com:22/x"},
        {"endpoint": "https://me:secret@push.example.com/x"},
        {"endpoint": "https://push.example.com/" + "x" * 2000},
        {"endpoint": "ftp://push.example.com/x"},
        {"endpoint": ""},
        {"endpoint": "https://push.example.com/\x00"},
        {"p256dh": "AAAA"},
        {"p256dh": encoded(b"\x04" + bytes(64))},
        {"p256dh": "ä" * 20},
        {"auth": "short"},
        {"auth": ""},
    ],
    ids=lambda change: next(iter(change.values()))[:30] or "empty",
)
def test_what_is_no_browser_is_refused(cast, sign_in, change):
    assert sign_in(cast.ben).post(ON, keys() | change).status_code == 422
    assert not PushSubscription.objects.exists()


def test_an_address_that_turns_inside_later_is_never_asked(cast, sign_in, tell, service):
    """DNS may say another thing tomorrow: the address is looked at again when something is sent."""
    from intranet.outbound import Outbound

    sign_in(cast.ben).post(ON, keys(f"https://push.example.com/{service.port}"))
    say(cast.aino, cast.yard)
    tell()
    inside = Outbound(resolve=lambda *args, **more: [(2, 1, 6, "", ("127.0.0.1", service.port))])
    assert send_due(inside, settle=NOW) == 0
    assert not service.got
    assert not PushSubscription.objects.exists()


def test_key_is_made_once_kept_for_oneself_and_read_loudly(tmp_path, monkeypatch):
    monkeypatch.delenv("VAPID_PRIVATE_KEY", raising=False)
    path = tmp_path / "vapid_key"
    first = env.push_key("VAPID_PRIVATE_KEY", path)
    assert env.push_key("VAPID_PRIVATE_KEY", path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(base64.urlsafe_b64decode(first + "=")) == 32
    monkeypatch.setenv("VAPID_PRIVATE_KEY", first)
    assert env.push_key("VAPID_PRIVATE_KEY", tmp_path / "other") == first
    monkeypatch.setenv("VAPID_PRIVATE_KEY", "nonsense")
    with pytest.raises(ImproperlyConfigured):
        env.push_key("VAPID_PRIVATE_KEY", path)
