"""Paths: made, walked, seen by the right eyes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from intranet.activity.models import Activity
from tests.builders import make_person
from wiki.onboarding import actions
from wiki.onboarding.models import Completion, Enrolment, Path
from wiki.onboarding.progress import progress_for
from wiki.onboarding.readers import complete_by_act
from wiki.onboarding.versions import lines_of


@pytest.fixture
def path(cast):
    """A path in Lab with three steps."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    actions.save_step(actor=cast.mika, path=made, kind="do", title="Fetch the keys", due_days=0)
    actions.save_step(actor=cast.mika, path=made, kind="meet", title="Meet the buddy", whom="buddy", due_days=2)
    actions.save_step(actor=cast.mika, path=made, kind="post", title="Say hello", community=cast.lab, due_days=60)
    return made


@pytest.fixture
def on_path(cast, path):
    """Aino is on it with Ben as buddy."""
    return actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate(), buddy=cast.ben)


SEES_PATH = {"aino": 200, "ben": 200, "cleo": 404, "mika": 200, "gita": 200, "root": 404}
SEES_PROGRESS = {"aino": 200, "ben": 200, "cleo": 404, "mika": 200, "gita": 404, "root": 404}


@pytest.mark.parametrize("name", SEES_PATH)
def test_path_is_seen_by_readers_of_its_community(cast, path, sign_in, name):
    client = sign_in(cast.people[name])
    assert client.get(reverse("onboarding:path", args=[path.slug])).status_code == SEES_PATH[name]
    assert ("First month" in client.get(reverse("onboarding:my_path")).text) == (SEES_PATH[name] == 200)


@pytest.mark.parametrize("name", SEES_PROGRESS)
def test_progress_is_seen_by_person_buddy_and_owner_only(cast, on_path, sign_in, name):
    client = sign_in(cast.people[name])
    assert client.get(reverse("onboarding:enrolment", args=[on_path.pk])).status_code == SEES_PROGRESS[name]
    assert ("On this path" in client.get(reverse("onboarding:path", args=[on_path.path.slug])).text) == (name == "mika")


@pytest.mark.parametrize("name", ["ben", "cleo", "mika", "gita", "root"])
def test_nobody_ticks_a_step_for_somebody_else(cast, on_path, sign_in, name):
    step = on_path.path.steps.first()
    answer = sign_in(cast.people[name]).post(reverse("onboarding:step_complete", args=[on_path.pk, step.pk]))
    assert answer.status_code == 404
    assert not Completion.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.complete_step(actor=cast.people[name], enrolment=on_path, step=step)


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
@pytest.mark.parametrize("place", ["path_edit", "enrol", "step_create"])
def test_only_owner_and_moderators_change_a_path(cast, path, sign_in, name, place):
    assert sign_in(cast.people[name]).get(reverse(f"onboarding:{place}", args=[path.slug])).status_code == 404
    assert sign_in(cast.mika).get(reverse(f"onboarding:{place}", args=[path.slug])).status_code == 200


def test_walking_the_path_in_the_browser(cast, on_path, sign_in):
    client = sign_in(cast.aino)
    page = client.get(reverse("onboarding:my_path"))
    assert "Fetch the keys" in page.text
    assert "0 of 3 done" in page.text
    for step in on_path.path.steps.all():
        client.post(reverse("onboarding:step_complete", args=[on_path.pk, step.pk]))
    on_path.refresh_from_db()
    assert on_path.finished_at is not None
    assert "Everything on this path was done" in client.get(reverse("onboarding:enrolment", args=[on_path.pk])).text
    client.post(reverse("onboarding:step_reopen", args=[on_path.pk, step.pk]))
    on_path.refresh_from_db()
    assert on_path.finished_at is None


def test_menu_ring_follows_every_tick(cast, on_path, sign_in):
    from django.test import RequestFactory

    from wiki.onboarding.navigation import my_path

    request = RequestFactory().get("/")
    request.user = cast.aino
    cast.aino.refresh_from_db()
    assert my_path(request)["path"]["percent"] == 0
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=on_path.path.steps.first())
    cast.aino.refresh_from_db()
    assert my_path(request)["path"]["percent"] == 33
    request.user = cast.cleo
    assert my_path(request)["path"] is None


def test_post_step_completes_itself_once_an_act(cast, path):
    second = actions.save_step(actor=cast.mika, path=path, kind="post", title="Ask", community=cast.lab)
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    feed.publish_post(actor=cast.aino, community=cast.yard, body="Hello, Yard")
    feed.publish_post(actor=cast.aino, community=cast.lab, body="Hello, Lab")
    elsewhere, act = Activity.objects.filter(verb="post.published").order_by("pk")
    complete_by_act([act, elsewhere])
    complete_by_act([act])
    assert [done.step.title for done in Completion.objects.all()] == ["Say hello"]
    assert not second.completions.exists()


def test_tick_twice_is_one_tick_and_one_diary_row(cast, on_path):
    step = on_path.path.steps.first()
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=step)
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=step)
    assert Activity.objects.filter(verb="step.completed").count() == 1


def test_step_of_another_path_is_not_ticked_through_mine(cast, on_path, sign_in):
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Secret path")
    foreign = actions.save_step(actor=cast.mika, path=other, kind="do", title="Hush")
    answer = sign_in(cast.aino).post(reverse("onboarding:step_complete", args=[on_path.pk, foreign.pk]))
    assert answer.status_code == 404
    answer = sign_in(cast.mika).get(reverse("onboarding:step_edit", args=[on_path.path.slug, foreign.pk]))
    assert answer.status_code == 404


def test_enrolling_twice_keeps_the_first_start(cast, on_path):
    again = actions.enrol(
        actor=cast.mika, path=on_path.path, person=cast.aino, start_on=timezone.localdate() + timedelta(days=9)
    )
    assert again == on_path
    assert again.start_on == on_path.start_on


def test_person_outside_the_community_is_refused_next_to_the_field(cast, path, sign_in):
    answer = sign_in(cast.mika).post(
        reverse("onboarding:enrol", args=[path.slug]), {"people": "cleo@loikka.example", "start_on": "2026-11-02"}
    )
    assert answer.status_code == 422
    assert "cannot read the community" in answer.text
    assert "cleo@loikka.example" in answer.text
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"people": "nobody@x", "start_on": "2026-11-02"},
        {"people": "\x00", "start_on": "2026-11-02"},
        {"people": "cleo.example", "start_on": "31.2."},
        {"people": "a" * 5000, "start_on": "9999-99-99"},
    ],
)
def test_bad_enrolment_gets_a_message(cast, path, sign_in, typed):
    answer = sign_in(cast.mika).post(reverse("onboarding:enrol", args=[path.slug]), typed)
    assert answer.status_code == 422
    assert "field-error" in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "read", "title": "x", "due_count": "0"},
        {"kind": "read", "title": "x", "due_count": "0", "page_title": "No such page"},
        {"kind": "post", "title": "x", "due_count": "0"},
        {"kind": "meet", "title": "x", "due_count": "0"},
        {"kind": "meet", "title": "x", "due_count": "0", "whom": "person"},
        {"kind": "dance", "title": "x", "due_count": "0"},
        {"kind": "do", "title": " ", "due_count": "0"},
        {"kind": "do", "title": "x", "due_count": "99999999999999999999"},
        {"kind": "do", "title": "x", "due_count": "600"},
    ],
)
def test_bad_step_gets_a_message_and_changes_nothing(cast, path, sign_in, typed):
    answer = sign_in(cast.mika).post(reverse("onboarding:step_create", args=[path.slug]), typed)
    assert answer.status_code == 422
    assert path.steps.count() == 3


def test_steps_move_and_go_in_the_browser(cast, path, sign_in):
    client = sign_in(cast.mika)
    first = path.steps.first()
    second = path.steps.get(title="Meet the buddy")
    client.post(reverse("onboarding:step_move", args=[path.slug, second.pk]), {"direction": "up"})
    client.post(reverse("onboarding:step_move", args=[path.slug, second.pk]), {"direction": "up"})
    assert titles(path) == ["Meet the buddy", "Fetch the keys", "Say hello"]
    client.post(reverse("onboarding:step_remove", args=[path.slug, first.pk]))
    assert titles(path) == ["Meet the buddy", "Say hello"]
    client.post(reverse("onboarding:step_remove", args=[path.slug, second.pk]))
    assert titles(path) == ["Say hello"]
    assert not path.steps.filter(pk=first.pk).exists()  # nobody has or had it: gone for good with the next


def titles(path) -> list[str]:
    path.refresh_from_db()
    return [line.step.title for line in lines_of(path)]


def test_a_step_somebody_has_done_goes_from_the_path_and_stays_with_her(cast, on_path):
    step = on_path.path.steps.first()
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=step)
    actions.remove_step(actor=cast.mika, step=step)
    assert "Fetch the keys" not in titles(on_path.path)
    actions.align(actor=cast.mika, path=on_path.path)
    assert progress_for(cast.aino, [on_path])[0].done_rows[0].step == step


def test_lost_membership_hides_path_and_progress_at_once(cast, on_path, sign_in):
    client = sign_in(cast.aino)
    cast.aino.memberships.filter(community=cast.lab).delete()
    assert client.get(reverse("onboarding:enrolment", args=[on_path.pk])).status_code == 404
    assert "First month" not in client.get(reverse("onboarding:my_path")).text


@pytest.mark.parametrize("people", [3, 30])
def test_progress_of_many_people_takes_the_same_queries(cast, path, people, django_assert_num_queries):
    for number in range(people):
        person = make_person(f"New{number}")
        person.memberships.create(community=cast.lab)
        actions.enrol(actor=cast.mika, path=path, person=person, start_on=timezone.localdate())
    enrolments = list(Enrolment.objects.all())
    # enrolments with their people, steps, own steps, what differs, completions, pauses, roles and who holds them,
    # communities (pages: none, so not asked)
    with django_assert_num_queries(9):
        assert len(progress_for(cast.mika, enrolments)) == people


def test_new_path_in_the_browser(cast, sign_in):
    client = sign_in(cast.mika)
    answer = client.post(
        reverse("onboarding:path_create"),
        {"title": "Ensimmäinen kuukausi", "language": "fi", "community": cast.yard.pk},
    )
    assert answer.status_code == 302
    assert Path.objects.get().slug == "ensimmainen-kuukausi"
    assert sign_in(cast.aino).get(reverse("onboarding:path_create")).status_code == 404
