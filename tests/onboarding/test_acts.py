"""Steps that complete themselves: what somebody does in the house, read from the diary."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feed import actions as feed
from feed.kinds import actions as kinds
from intranet.activity.models import Activity
from wiki import actions as wiki
from wiki.onboarding import actions
from wiki.onboarding.models import Completion
from wiki.onboarding.readers import complete_by_act

ACTS = {
    "": "Say something",
    "introduce": "Introduce yourself",
    "ask": "Ask",
    "answer": "Answer",
    "thank": "Thank",
}


@pytest.fixture
def path(cast):
    """A path in Lab with a step for every act."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First talk", language="en")
    for act, title in ACTS.items():
        actions.save_step(actor=cast.mika, path=made, kind="post", title=title, act=act)
    actions.save_step(actor=cast.mika, path=made, kind="improve", title="Improve")
    return made


@pytest.fixture
def on_path(cast, path):
    return actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())


def make_page(cast, title: str):
    return wiki.create_page(actor=cast.ben, community=cast.lab, title=title, body="In the old drawer")


def read_diary(actor=None) -> list[str]:
    """Let the reader read everything there is; return the titles of what is done."""
    rows = Activity.objects.order_by("pk")
    complete_by_act(list(rows.filter(actor=actor) if actor else rows))
    return sorted(Completion.objects.values_list("step__title", flat=True))


def introduce(cast):
    feed.publish_post(actor=cast.aino, community=cast.lab, body="I am Aino")


def ask(cast):
    kinds.ask_question(actor=cast.aino, community=cast.lab, body="Where is the key?")


def answer(cast):
    asked = kinds.ask_question(actor=cast.ben, community=cast.lab, body="Who knows?")
    feed.reply_to_post(actor=cast.aino, post=asked, body="I do")


def thank(cast):
    kinds.give_praise(actor=cast.aino, community=cast.lab, body="Thank you", people=[cast.ben])


def improve(cast):
    page = make_page(cast, "Keys")
    wiki.save_page(actor=cast.aino, page=page, body="In the new drawer", base_revision_id=page.latest_revision_id)


@pytest.mark.parametrize(
    ("act", "title"),
    [(introduce, "Introduce yourself"), (ask, "Ask"), (answer, "Answer"), (thank, "Thank"), (improve, "Improve")],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_an_act_completes_the_step_that_asks_for_it_and_no_other(cast, on_path, act, title):
    act(cast)
    assert read_diary() == [title]
    assert read_diary() == [title]  # read once more
    assert Activity.objects.filter(verb="step.completed").count() == 1


def test_a_second_post_is_for_the_step_that_any_post_completes(cast, on_path):
    introduce(cast)
    assert read_diary() == ["Introduce yourself"]
    introduce(cast)
    assert read_diary() == ["Introduce yourself", "Say something"]
    introduce(cast)
    assert read_diary() == ["Introduce yourself", "Say something"]


def test_a_reply_to_ones_own_question_is_no_answer(cast, on_path):
    asked = kinds.ask_question(actor=cast.aino, community=cast.lab, body="Who knows?")
    read_diary()
    feed.reply_to_post(actor=cast.aino, post=asked, body="I do myself")
    assert read_diary() == ["Ask", "Say something"]


def test_what_others_write_completes_nothing(cast, on_path):
    feed.publish_post(actor=cast.ben, community=cast.lab, body="I am Ben")
    assert read_diary() == []


def test_what_was_written_before_the_path_began_completes_nothing(cast, path):
    introduce(cast)
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=tomorrow)
    assert read_diary() == []


def test_a_step_taken_back_stays_open_though_the_old_act_is_read_again(cast, on_path):
    introduce(cast)
    read_diary()
    step = on_path.path.steps.get(title="Introduce yourself")
    actions.reopen_step(actor=cast.aino, enrolment=on_path, step=step)
    assert read_diary() == []
    introduce(cast)
    assert read_diary() == ["Introduce yourself"]


def test_a_post_that_is_gone_before_it_is_read_completes_nothing(cast, on_path):
    feed.delete_post(actor=cast.aino, post=feed.publish_post(actor=cast.aino, community=cast.lab, body="Oh"))
    assert read_diary() == []


def test_one_act_answers_one_step_of_each_path(cast, on_path, path):
    """The copy's twin of the step is done with it; the act is not counted there once more."""
    copy = actions.copy_path(actor=cast.mika, path=path, title="Talk once more", community=cast.lab)
    actions.enrol(actor=cast.mika, path=copy, person=cast.aino, start_on=timezone.localdate())
    introduce(cast)
    for _twice in range(2):
        assert read_diary() == ["Introduce yourself", "Introduce yourself"]


@pytest.mark.parametrize(("place", "done"), [("lab", ["Here"]), ("yard", [])])
def test_a_place_that_is_named_is_the_only_one(cast, place, done):
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="In Lab", language="en")
    actions.save_step(actor=cast.mika, path=made, kind="post", title="Here", community=cast.lab, act="introduce")
    actions.enrol(actor=cast.mika, path=made, person=cast.aino, start_on=timezone.localdate())
    feed.publish_post(actor=cast.aino, community=getattr(cast, place), body="Hello")
    assert read_diary() == done


@pytest.mark.parametrize(("title", "done"), [("Keys", ["Mend it"]), ("Doors", [])])
def test_a_page_that_is_named_is_the_one_to_improve(cast, title, done):
    pages = {name: make_page(cast, name) for name in ("Keys", "Doors")}
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="Mending", language="en")
    actions.save_step(actor=cast.mika, path=made, kind="improve", title="Mend it", page=pages["Keys"])
    actions.enrol(actor=cast.mika, path=made, person=cast.aino, start_on=timezone.localdate())
    page = pages[title]
    wiki.save_page(actor=cast.aino, page=page, body="In the new drawer", base_revision_id=page.latest_revision_id)
    assert read_diary() == done


def test_a_house_without_praise_lets_any_words_thank(cast, on_path, settings):
    settings.PRAISE = False
    for title in ("Introduce yourself", "Say something"):
        actions.complete_step(actor=cast.aino, enrolment=on_path, step=on_path.path.steps.get(title=title))
    introduce(cast)
    assert "Thank" in read_diary()


def test_the_reader_asks_the_same_for_many_posts_of_people_without_a_path(cast, django_assert_num_queries):
    for number in range(12):
        feed.publish_post(actor=cast.ben, community=cast.lab, body=f"Post {number}")
    rows = list(Activity.objects.all())
    with django_assert_num_queries(1):
        complete_by_act(rows)
    with django_assert_num_queries(1):
        complete_by_act(rows[:2])
