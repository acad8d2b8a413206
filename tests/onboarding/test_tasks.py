"""What a colleague does for somebody on a path: at home, on its page, and by a link that opens nothing else."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.activity.models import Activity
from intranet.people.models import Membership
from tests.builders import make_person
from tests.onboarding.test_waiting import waiting
from wiki.onboarding import actions
from wiki.onboarding.colleagues.links import complete_by_link, find_task, make_task_link
from wiki.onboarding.models import Completion, TaskLink
from wiki.onboarding.readers import follow
from wiki.onboarding.tasks import tasks_for
from wiki.onboarding.ways import way_of

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]


@pytest.fixture
def path(cast):
    """A path in Lab: IT orders a laptop, which a role does; Mika owns it."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    it = actions.save_role(actor=cast.mika, path=made, name="IT", holder=cast.gita)
    actions.save_step(actor=cast.mika, path=made, kind="do", title="Fetch the keys", due_days=0)
    actions.save_step(
        actor=cast.mika, path=made, kind="task", title="Order a laptop", text="The **light** one.", whom="role", role=it,
        due_days=1,
    )  # fmt: skip
    return made


@pytest.fixture
def on_path(cast, path):
    return actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate(), buddy=cast.ben)


@pytest.fixture
def laptop(on_path):
    return next(line.step for line in way_of(on_path).lines if line.step.kind == "task")


def place(name: str, *args) -> str:
    return reverse(f"onboarding:{name}", args=args)


def link_of(cast, on_path, laptop) -> str:
    return place("linked_task", make_task_link(actor=cast.mika, enrolment=on_path, step=laptop))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_task_waits_for_who_does_it_and_nobody_else(cast, on_path, laptop, sign_in, name):
    cache.clear()
    client, does = sign_in(cast.people[name]), name == "gita"
    assert ("Order a laptop" in waiting(client)) == does
    assert ("Order a laptop" in client.get(place("tasks")).text) == does
    page = client.get(place("task", on_path.pk, laptop.pk))
    assert page.status_code == (200 if does else 404)
    if does:
        assert "Fetch the keys" not in page.text
        assert client.get(place("look_after", on_path.pk)).status_code == 404
        assert client.get(place("enrolment", on_path.pk)).status_code == 404


def test_doing_a_task_completes_it_and_can_be_taken_back(cast, on_path, laptop, sign_in):
    client = sign_in(cast.gita)
    done = client.post(place("task", on_path.pk, laptop.pk), {"note": "In the drawer"}, follow=True)
    assert "Done: Order a laptop" in done.text
    completion = Completion.objects.get(step=laptop)
    assert (completion.completed_by, completion.note) == (cast.gita, "In the drawer")
    assert "Order a laptop" not in waiting(client)
    assert "In the drawer" in sign_in(cast.ben).get(place("look_after", on_path.pk)).text
    client.post(place("task_undo", on_path.pk, laptop.pk))
    assert not Completion.objects.exists()
    assert "Order a laptop" in waiting(client)


def test_another_holder_gets_the_task_and_the_first_loses_it_at_once(cast, on_path, laptop, sign_in):
    role = laptop.role
    assert "Order a laptop" in waiting(sign_in(cast.gita))
    actions.hold_role(actor=cast.mika, enrolment=on_path, role=role, person=cast.ben)
    assert "Order a laptop" not in waiting(sign_in(cast.gita))
    assert "Order a laptop" in waiting(sign_in(cast.ben))
    assert sign_in(cast.gita).get(place("task", on_path.pk, laptop.pk)).status_code == 404


def test_who_may_no_longer_read_the_community_has_no_task_there(cast, on_path, laptop, sign_in):
    link = link_of(cast, on_path, laptop)
    Membership.objects.filter(user=cast.gita, community=cast.lab).delete()
    assert tasks_for(cast.gita) == []
    assert sign_in(cast.gita).get(place("task", on_path.pk, laptop.pk)).status_code == 404
    assert Client().get(link).status_code == 404


def test_no_task_while_the_clock_stands_or_after_the_end(cast, on_path):
    assert len(tasks_for(cast.gita)) == 1
    actions.pause(actor=cast.mika, enrolment=on_path)
    assert tasks_for(cast.gita) == []
    actions.resume(actor=cast.mika, enrolment=on_path)
    assert len(tasks_for(cast.gita)) == 1
    actions.end_enrolment(actor=cast.mika, enrolment=on_path)
    assert tasks_for(cast.gita) == []


def test_a_link_opens_one_task_and_nothing_else(cast, on_path, laptop):
    page = Client().get(link_of(cast, on_path, laptop))
    assert page.status_code == 200
    assert "Order a laptop" in page.text
    assert "<strong>light</strong>" in page.text
    assert "for Aino ·" in page.text
    for hidden in ("Example", "Fetch the keys", "First month", "Lab", "@", "loikka.example"):
        assert hidden not in page.text, hidden
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "no-store" in page.headers["Cache-Control"]
    assert "sessionid" not in page.cookies


def test_looking_completes_nothing_and_posting_does_once(cast, on_path, laptop):
    link, client = link_of(cast, on_path, laptop), Client()
    client.get(link)
    client.head(link)
    assert not Completion.objects.exists()
    done = client.post(link, {"note": "On her desk"})
    assert done.status_code == 200
    assert "that is done" in done.text
    completion = Completion.objects.get()
    assert (completion.completed_by, completion.note) == (cast.gita, "On her desk")
    assert client.post(link, {"note": "Again"}).status_code == 404
    actions.reopen_step(actor=cast.gita, enrolment=on_path, step=laptop)
    assert client.get(link).status_code == 404, "a link works once, also when the task is open again"


def test_the_form_of_a_link_is_let_in_as_browsers_send_it(cast, on_path, laptop):
    link, browser = link_of(cast, on_path, laptop), Client(enforce_csrf_checks=True)
    page = browser.get(link)
    # Fetch, "append a request Origin header": a page that says no-referrer sends its forms from nowhere.
    origin = "null" if page.headers["Referrer-Policy"] == "no-referrer" else "http://testserver"
    sent = {"csrfmiddlewaretoken": str(page.context["csrf_token"]), "note": "On her desk"}
    assert browser.post(link, sent, headers={"Origin": origin}).status_code == 200
    assert Completion.objects.get().note == "On her desk"


def test_posting_without_the_token_is_refused(cast, on_path, laptop):
    assert Client(enforce_csrf_checks=True).post(link_of(cast, on_path, laptop)).status_code == 403
    assert not Completion.objects.exists()


def _reassign(cast, on_path, laptop):
    actions.hold_role(actor=cast.mika, enrolment=on_path, role=laptop.role, person=cast.ben)


def _finish(cast, on_path, laptop):
    actions.complete_step(actor=cast.gita, enrolment=on_path, step=laptop)


def _age(cast, on_path, laptop):
    TaskLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _skip(cast, on_path, laptop):
    actions.skip_step(actor=cast.mika, enrolment=on_path, step=laptop, reason="No need")


def _end(cast, on_path, laptop):
    actions.end_enrolment(actor=cast.mika, enrolment=on_path)


def _close(cast, on_path, laptop):
    type(cast.gita).objects.filter(pk=cast.gita.pk).update(is_active=False)


def _remake(cast, on_path, laptop):
    make_task_link(actor=cast.mika, enrolment=on_path, step=laptop)


@pytest.mark.parametrize("happens", [_reassign, _finish, _age, _skip, _end, _close, _remake])
def test_a_link_dies_in_the_same_words_whatever_happened(cast, on_path, laptop, happens):
    link = link_of(cast, on_path, laptop)
    client = Client()
    assert client.get(link).status_code == 200
    never = re.sub(r"\s+", " ", client.get(place("linked_task", "x" * 43)).text)
    happens(cast, on_path, laptop)
    before = Completion.objects.count()
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert "does nothing any more" in answer.text
        assert len(re.sub(r"\s+", " ", answer.text)) - len(link) == len(never) - len(place("linked_task", "x" * 43))
    assert Completion.objects.count() == before


def _there_and_back(cast, on_path, laptop):
    for person in (cast.ben, None):
        actions.hold_role(actor=cast.mika, enrolment=on_path, role=laptop.role, person=person)


def _path_there_and_back(cast, on_path, laptop):
    for person in (cast.ben, cast.gita):
        actions.save_role(actor=cast.mika, path=on_path.path, role=laptop.role, holder=person)


def _step_there_and_back(cast, on_path, laptop):
    for whom in ("buddy", "role"):
        actions.save_step(actor=cast.mika, path=on_path.path, step=laptop, whom=whom, role=laptop.role)


def _done_and_back(cast, on_path, laptop):
    actions.complete_step(actor=cast.gita, enrolment=on_path, step=laptop)
    actions.reopen_step(actor=cast.gita, enrolment=on_path, step=laptop)


def _skipped_and_back(cast, on_path, laptop):
    actions.skip_step(actor=cast.mika, enrolment=on_path, step=laptop, reason="No need")
    actions.unskip_step(actor=cast.mika, enrolment=on_path, step=laptop)


def _left_and_back(cast, on_path, laptop):
    Membership.objects.filter(user=cast.gita, community=cast.lab).delete()
    follow([Activity(verb="community.left", actor=cast.gita, object_type="people.community", object_id="1")])
    Membership.objects.create(user=cast.gita, community=cast.lab)


@pytest.mark.parametrize(
    "happens",
    [_there_and_back, _path_there_and_back, _step_there_and_back, _done_and_back, _skipped_and_back, _left_and_back],
)
def test_a_link_that_died_does_not_live_again_when_the_task_comes_back(cast, on_path, laptop, happens):
    link = link_of(cast, on_path, laptop)
    happens(cast, on_path, laptop)
    assert [task.step.pk for task in tasks_for(cast.gita)] == [laptop.pk], "the task is hers again"
    assert Client().get(link).status_code == 404
    assert Client().get(link_of(cast, on_path, laptop)).status_code == 200, "a new one is made for it"


def test_a_link_of_a_manager_by_the_profile_dies_with_the_profile(cast, on_path, laptop):
    actions.save_step(actor=cast.mika, path=on_path.path, step=laptop, whom="manager", role=None)
    cast.aino.manager = cast.gita
    cast.aino.save()
    on_path.refresh_from_db()
    link = link_of(cast, on_path, laptop)
    for boss in (cast.ben, cast.gita):
        type(cast.aino).objects.filter(pk=cast.aino.pk).update(manager=boss)
        follow([Activity(verb="user.changed", actor=cast.root, object_type="people.user", object_id=str(cast.aino.pk))])
    assert Client().get(link).status_code == 404


def test_other_links_live_on(cast, on_path, laptop):
    link = link_of(cast, on_path, laptop)
    actions.nudge(actor=cast.mika, enrolment=on_path, step=laptop)
    actions.move_start(actor=cast.mika, enrolment=on_path, start_on=timezone.localdate() + timedelta(days=3))
    keys = next(line.step for line in way_of(on_path).lines if line.step.kind == "do")
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=keys)
    follow([Activity(verb="user.changed", actor=cast.root, object_type="people.user", object_id=str(cast.ben.pk))])
    assert Client().get(link).status_code == 200


def test_the_secret_is_kept_nowhere(cast, on_path, laptop):
    secret = make_task_link(actor=cast.mika, enrolment=on_path, step=laptop)
    row = TaskLink.objects.values().get()
    assert secret not in str(row)
    assert find_task(secret) is not None
    assert complete_by_link(actor=None, secret=secret + "x") is None


def test_too_many_looks_are_turned_away(cast, on_path, laptop, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "path_link": "5/m/ip"}
    link, client = link_of(cast, on_path, laptop), Client()
    statuses = [client.get(link).status_code for _ in range(7)]
    assert statuses[:5] == [200] * 5
    assert statuses[5:] == [429] * 2
    assert client.post(link).status_code == 429
    assert not Completion.objects.exists()


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
def test_only_manager_and_owner_make_links(cast, on_path, laptop, sign_in, name):
    with pytest.raises(PermissionDenied):
        make_task_link(actor=cast.people[name], enrolment=on_path, step=laptop)
    answer = sign_in(cast.mika).post(place("task_link", on_path.pk, laptop.pk))
    assert "/paths/tasks/link/" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_task_that_wants_a_note_says_so_beside_the_field(cast, on_path, laptop):
    type(laptop).objects.filter(pk=laptop.pk).update(proof="note")
    answer = Client().post(link_of(cast, on_path, laptop), {"note": " "})
    assert answer.status_code == 422
    assert "Write a note." in answer.text
    assert not Completion.objects.exists()


def test_it_asks_the_same_for_three_and_for_thirty(cast, path, sign_in):
    counts, client = [], sign_in(cast.gita)
    for number in (3, 27):
        fresh = [make_person(f"New{at}x{number}") for at in range(number)]
        Membership.objects.bulk_create(Membership(user=one, community=cast.lab, origin="added") for one in fresh)
        actions.enrol_many(actor=cast.mika, path=path, people=fresh, start_on=timezone.localdate())
        for address in ("/", place("tasks")):
            cache.clear()
            client.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                page = client.get(address)
            counts.append(len(asked))
    assert page.text.count("Order a laptop") == 30
    assert counts[:2] == counts[2:]
    assert "27 more tasks for others" in waiting(client)
