"""A question waits for an answer only while somebody may give one, and for working days until moderators hear of it."""

from datetime import UTC, datetime

import pytest

from feed.kinds import actions
from feed.kinds.facts import nudge_time
from feed.threads.actions import close_thread, reopen_thread


@pytest.fixture
def question(cast):
    return actions.ask_question(actor=cast.aino, community=cast.yard, body="Where is the key?")


def test_a_question_waits_only_while_somebody_may_answer_it(cast, answer, question, sign_in, program):
    wrong = answer(cast.ben, question)

    def stands():
        question.refresh_from_db()
        page = sign_in(cast.ben).get(f"/communities/{question.community.slug}/?kind=unanswered").content.decode()
        listed = f'id="post-{question.pk}"' in page
        assert listed == (question.unanswered_since is not None)
        card = sign_in(cast.ben).get(question.get_absolute_url()).content.decode()
        assert ("No answer yet" in card) == listed
        return listed

    assert stands()
    close_thread(actor=cast.mika, thread=question, note="Ask the caretaker.")
    assert not stands()
    assert states(program(cast.ben)) == {"open": [], "answered": []}
    actions.mark_answer(actor=cast.aino, reply=wrong)
    actions.unmark_answer(actor=cast.aino, thread=question)
    assert not stands()
    reopen_thread(actor=cast.mika, thread=question)
    assert stands()
    assert states(program(cast.ben)) == {"open": [question.pk], "answered": []}
    actions.mark_answer(actor=cast.aino, reply=wrong)
    close_thread(actor=cast.mika, thread=question, note="Enough.")
    reopen_thread(actor=cast.mika, thread=question)
    assert not stands()
    assert states(program(cast.ben)) == {"open": [], "answered": [question.pk]}


def states(program):
    return {
        state: [one["id"] for one in program.get(f"/questions?state={state}").json()["items"]]
        for state in ("open", "answered")
    }


@pytest.mark.parametrize(
    ("asked", "nudged"),
    [
        ("2026-11-23T09:00", "2026-11-25T09:00"),  # Monday: Wednesday
        ("2026-11-26T09:00", "2026-11-30T09:00"),  # Thursday: Monday
        ("2026-11-27T09:00", "2026-12-01T09:00"),  # Friday: Tuesday
        ("2026-11-28T09:00", "2026-12-01T09:00"),  # Saturday: Tuesday
        ("2026-12-23T09:00", "2026-12-29T09:00"),  # over Christmas
        ("2026-04-30T09:00", "2026-05-05T09:00"),  # over the First of May, a Friday
        ("2026-03-27T09:00", "2026-03-31T08:00"),  # over the night that summer time begins: the same time of the day
    ],
)
def test_weekends_and_holidays_are_no_working_days(asked, nudged):
    moment = datetime.fromisoformat(asked).replace(tzinfo=UTC)
    assert nudge_time(moment) == datetime.fromisoformat(nudged).replace(tzinfo=UTC)
