"""Acts complete steps by themselves; rules put people on paths once; who leaves hands over."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from feed.actions import publish_post, reply_to_post
from feed.kinds.actions import ask_question, give_praise
from intranet.activity.models import Activity
from intranet.people.models import Team, User
from tests.builders import make_person
from wiki.actions import create_page
from wiki.care.actions import change_care
from wiki.onboarding import actions
from wiki.onboarding.leaving import complete_hand_overs, pages_to_hand_over
from wiki.onboarding.models import Completion, Enrolment
from wiki.onboarding.readers import follow
from wiki.onboarding.rules import apply_rules


def read_diary() -> None:
    """Let the reader see everything, twice."""
    for _twice in range(2):
        follow(list(Activity.objects.order_by("pk")))


@pytest.fixture
def acting(cast):
    """A path of five acts, and Aino on it."""
    path = actions.create_path(actor=cast.mika, community=cast.lab, title="Talk")
    for act in ("introduce", "ask", "answer", "thank"):
        actions.save_step(
            actor=cast.mika, path=path, kind="post", act=act, title=act, community=cast.lab if act == "introduce" else None
        )  # fmt: skip
    actions.save_step(actor=cast.mika, path=path, kind="improve", title="improve")
    return actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())


def done() -> set[str]:
    return set(Completion.objects.values_list("step__title", flat=True))


@pytest.mark.parametrize("act", ["introduce", "ask", "answer", "thank", "improve"])
def test_each_act_completes_its_step_and_no_other(cast, acting, act):
    theirs = ask_question(actor=cast.ben, community=cast.yard, body="Where are the keys?")
    Activity.objects.all().delete()
    if act == "introduce":
        publish_post(actor=cast.aino, community=cast.lab, body="I am Aino")
    elif act == "ask":
        ask_question(actor=cast.aino, community=cast.yard, body="Which door?")
    elif act == "answer":
        reply_to_post(actor=cast.aino, post=theirs, body="In the box")
    elif act == "thank":
        give_praise(actor=cast.aino, community=cast.yard, body="Thanks", people=[cast.ben])
    else:
        create_page(actor=cast.aino, community=cast.lab, title="Keys", body="In the box")
    read_diary()
    assert done() == {act}


def test_what_others_do_and_answers_to_oneself_complete_nothing(cast, acting):
    mine = ask_question(actor=cast.ben, community=cast.lab, body="Where?")
    publish_post(actor=cast.ben, community=cast.lab, body="I am Ben")
    publish_post(actor=cast.aino, community=cast.yard, body="In another place")
    reply_to_post(actor=cast.ben, post=mine, body="Found it")
    read_diary()
    assert done() == set()


def test_a_rule_takes_who_comes_to_fulfil_it_and_nobody_twice(cast):
    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="Sales")
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Sell")
    team = Team.objects.create(name="Sales")
    User.objects.filter(pk=cast.ben.pk).update(team=team)
    rule = actions.add_rule(actor=cast.mika, path=path, team=team, title="Seller")
    assert actions.add_rule(actor=cast.mika, path=path, team=team, title="Seller") == rule
    broad = actions.add_rule(actor=cast.mika, path=path, team=team)
    assert apply_rules() == 0  # Ben was there before
    User.objects.filter(pk=cast.aino.pk).update(team=team)
    User.objects.filter(pk=cast.gita.pk).update(team=team)  # a guest, who is not in Everyone
    Activity.objects.create(verb="user.changed", object_type="people.user", object_id=str(cast.aino.pk))
    read_diary()
    assert apply_rules() == 0
    assert list(Enrolment.objects.values_list("person__name", flat=True)) == ["Aino Example"]
    # Off the path, out of the team and back again: not a second time.
    actions.end_enrolment(actor=cast.mika, enrolment=Enrolment.objects.get())
    User.objects.filter(pk=cast.aino.pk).update(title="Seller")
    assert apply_rules() == 0
    assert Enrolment.objects.get().ended_at is not None
    actions.remove_rule(actor=cast.mika, rule=broad)
    User.objects.filter(pk=cast.cleo.pk).update(team=team)
    assert apply_rules() == 0


def test_who_joins_from_a_day_on_goes_on_the_path(cast):
    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="All new")
    actions.add_rule(actor=cast.mika, path=path, joined_from=timezone.localdate() - timedelta(days=400))
    assert apply_rules() == 0
    make_person("Niilo")
    assert apply_rules() == 1
    assert Enrolment.objects.get().start_on == timezone.localdate()


def test_who_leaves_hands_over_the_pages_and_is_then_on_no_path(cast):
    page = create_page(actor=cast.aino, community=cast.lab, title="Keys", body="In the box")
    change_care(actor=cast.aino, page=page, owner=cast.aino, review_every="12")
    path = actions.create_path(actor=cast.mika, community=cast.lab, title="Leaving")
    actions.save_step(actor=cast.mika, path=path, kind="do", act="hand_over", title="Hand over", due_days=-5)
    User.objects.filter(pk=cast.mika.pk).update(is_staff=True)
    cast.mika.refresh_from_db()
    actions.add_rule(actor=cast.mika, path=path, is_leaving=True)
    last = timezone.localdate() + timedelta(days=30)
    User.objects.filter(pk=cast.aino.pk).update(active_until=last)
    assert apply_rules() == 1
    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.start_on) == (cast.aino, last)
    assert [one.pk for one in pages_to_hand_over(cast.aino, cast.aino)] == [page.pk]
    assert not pages_to_hand_over(cast.cleo, cast.aino).exists()
    assert complete_hand_overs() == 0
    change_care(actor=cast.aino, page=page, owner=cast.ben)
    read_diary()
    assert done() == {"Hand over"}
    actions.reopen_step(actor=cast.aino, enrolment=enrolment, step=path.steps.get())
    User.objects.filter(pk=cast.aino.pk).update(active_until=date(2026, 1, 1))
    apply_rules()
    enrolment.refresh_from_db()
    assert enrolment.ended_at is not None or enrolment.finished_at is not None
