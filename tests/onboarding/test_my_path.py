"""My path in the browser: one way out of several paths, and what one does at each kind of step."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feed.models import Post
from intranet.people import actions as people
from tests.house.world import picture
from wiki import actions as wiki
from wiki.onboarding import actions
from wiki.onboarding.mine.journey import merge
from wiki.onboarding.models import Completion, CompletionFile, Enrolment
from wiki.onboarding.progress import progress_for

SEES = {"aino": 200, "ben": 200, "cleo": 404, "mika": 200, "gita": 404, "root": 404}
PEOPLE = list(SEES)


def make_path(cast, title: str = "First month", **options):
    return actions.create_path(actor=cast.mika, community=cast.lab, title=title, language="en", **options)


def add(cast, path, **fields):
    return actions.save_step(actor=cast.mika, path=path, **fields)


def put_on(cast, path, person=None, start=0, **options):
    day = timezone.localdate() + timedelta(days=start)
    return actions.enrol(actor=cast.mika, path=path, person=person or cast.aino, start_on=day, **options)


@pytest.fixture
def page(cast):
    return wiki.create_page(actor=cast.ben, community=cast.lab, title="Fire safety", body="Walk, do not run.")


@pytest.fixture
def path(cast, page):
    """A step of each kind."""
    made = make_path(cast)
    add(cast, made, kind="read", title="Read about fire", page=page)
    quiz = {"proof": "quiz", "question": "What does one do?", "choices": ["Run", "Walk"], "right": 1}
    other = wiki.create_page(actor=cast.ben, community=cast.lab, title="Alarm", body="It rings.")
    add(cast, made, kind="read", title="Read about the alarm", page=other, **quiz)
    add(cast, made, kind="do", title="Fetch the keys", due_days=1)
    add(cast, made, kind="do", title="Write down the locker", proof="note", due_days=1)
    add(cast, made, kind="do", title="Send your card", proof="file", due_days=1)
    add(cast, made, kind="meet", title="Coffee with the buddy", whom="buddy", due_days=2)
    add(cast, made, kind="post", title="Say hello", community=cast.lab, act="introduce", due_days=2)
    add(cast, made, kind="post", title="Ask somebody", act="ask", due_days=2)
    add(cast, made, kind="link", title="Watch the film", url="https://film.example.org/first", due_days=3)
    add(cast, made, kind="task", title="Order the laptop", whom="manager", due_days=3)
    check = {"proof": "answer", "question": "How was it?", "readers": ["manager"]}
    add(cast, made, kind="check_in", title="Five days", due_days=5, **check)
    return made


@pytest.fixture
def on_path(cast, path):
    return put_on(cast, path, buddy=cast.ben)


def address(name: str, enrolment, title: str) -> str:
    return reverse(f"onboarding:{name}", args=[enrolment.pk, enrolment.path.steps.get(title=title).pk])


def done() -> set[str]:
    return set(Completion.objects.values_list("step__title", flat=True))


def main(answer) -> str:
    """The page without its menu."""
    html = answer.text
    return html[html.index("<main") : html.index("</main>")]


def test_my_path_has_one_next_step_and_the_spans_in_order(cast, on_path, sign_in):
    text = main(sign_in(cast.aino).get(reverse("onboarding:my_path")))
    assert text.count('class="next-step"') == 1
    assert text.index("Read about fire") < text.index(">Today<") < text.index("Read about the alarm")
    assert text.index(">This week<") < text.index("Fetch the keys")
    assert "0 of 11 done" in text
    assert "Ben Example" in text


def test_what_people_wrote_is_text_wherever_it_stands_on_the_way(cast, sign_in):
    evil = "<i onclick=x>&'\""
    cast.ben.name, cast.ben.title = f"Ben {evil}", f"Boss {evil}"
    cast.ben.save()
    made = make_path(cast, title=f"Way {evil}")
    page = wiki.create_page(actor=cast.ben, community=cast.lab, title=f"Page {evil}", body="x")
    for days in (-3, 0, 3, 40):
        for step in (
            {"kind": "do", "proof": "note", "page": page},
            {"kind": "meet", "whom": "buddy"},
            {"kind": "task", "whom": "manager"},
            {"kind": "link", "url": "https://x.example/?a=1&b='"},
            {"kind": "post", "act": "ask"},
        ):
            add(cast, made, title=f"{step['kind']} {days} {evil}", due_days=days, text=evil, **step)
    hers = put_on(cast, made, buddy=cast.ben, manager=cast.ben)
    put_on(cast, make_path(cast, title=f"Other {evil}"))
    note, skipped = made.steps.filter(kind="do")[:2]
    actions.complete_step(actor=cast.aino, enrolment=hers, step=note, note=f"Note {evil}\nmore")
    actions.complete_step(actor=cast.ben, enrolment=hers, step=made.steps.filter(kind="task")[0])
    actions.skip_step(actor=cast.ben, enrolment=hers, step=skipped, reason=f"Reason {evil}")
    text = main(sign_in(cast.aino).get(reverse("onboarding:my_path")))
    assert "<i " not in text
    assert "&amp;amp;" not in text
    for word in ("Page", "Ben", "Boss", "Way", "Reason", "Note", "do -3", "meet 0", "link 3", "post 40"):
        assert f"{word} &lt;i onclick=x&gt;&amp;&#x27;&quot;" in text, word
    assert "has done this for you." in text


@pytest.mark.parametrize(
    ("title", "field", "words"),
    [
        ("Write down the locker", {"note": " "}, "Write a note."),
        ("Send your card", {"note": "kept words"}, "Choose a file."),
        ("Five days", {"answer": ""}, "Write an answer."),
        ("Read about the alarm", {"choice": "0"}, "That is not it yet."),
        ("Read about the alarm", {}, "Choose an answer."),
        ("Read about the alarm", {"choice": "7"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_next_to_its_field_and_nothing_is_lost(cast, on_path, sign_in, title, field, words):
    answer = sign_in(cast.aino).post(address("step_complete", on_path, title), field)
    assert answer.status_code == 422
    assert words in answer.text
    assert field.get("note", "").strip() in answer.text
    assert not Completion.objects.exists()


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("Read about fire", {}),
        ("Read about the alarm", {"choice": "1"}),
        ("Fetch the keys", {}),
        ("Write down the locker", {"note": "Number 7"}),
        ("Send your card", {"uploads": ContentFile(picture(), "card.png")}),
        ("Coffee with the buddy", {}),
        ("Watch the film", {}),
        ("Five days", {"answer": "Well"}),
    ],
)
def test_each_kind_of_step_is_done_and_taken_back(cast, on_path, sign_in, title, given):
    client = sign_in(cast.aino)
    answer = client.post(address("step_complete", on_path, title), given, follow=True)
    assert f"Done: {title}" in answer.text
    assert done() == {title}
    client.post(address("step_reopen", on_path, title))
    assert done() == set()


@pytest.mark.parametrize("title", ["Order the laptop"])
def test_a_colleagues_task_says_who_does_it_and_is_not_the_persons_to_tick(cast, path, sign_in, title):
    enrolment = put_on(cast, path, manager=cast.ben)
    client = sign_in(cast.aino)
    step = address("step", enrolment, title)
    assert "does this for you" in client.get(step).text
    assert "step-form" not in client.get(step).text
    assert client.post(address("step_complete", enrolment, title)).status_code == 403
    actions.complete_step(actor=cast.ben, enrolment=enrolment, step=path.steps.get(title=title))
    assert "has done this for you" in client.get(step).text
    assert "has done this for you" in main(client.get(reverse("onboarding:my_path")))


def test_steps_lead_where_they_are_done(cast, on_path, sign_in):
    client = sign_in(cast.aino)
    lab = cast.lab.pk
    for title, link in {
        "Read about fire": 'href="/wiki/lab/fire-safety/"',
        "Say hello": f'href="/posts/new/?community={lab}"',
        "Ask somebody": 'href="/posts/new/?kind=question"',
        "Watch the film": 'href="https://film.example.org/first" target="_blank" rel="noopener noreferrer"',
        "Coffee with the buddy": f'href="mailto:{cast.ben.email}?subject=Coffee%20with%20the%20buddy&amp;body=Hello',
    }.items():
        assert link in client.get(address("step", on_path, title)).text, title
    composer = client.get(f"/posts/new/?community={lab}").text
    assert f'<option value="{lab}" selected' in composer
    yard = cast.vault.pk + 1000
    assert "selected" in client.get(f"/posts/new/?community={yard}").text


def test_who_reads_an_answer_is_said_before_it_is_written(cast, path, sign_in):
    enrolment = put_on(cast, path, buddy=cast.ben, manager=cast.mika)
    client = sign_in(cast.aino)
    text = main(client.get(address("step", enrolment, "Five days")))
    assert text.index("Who reads your answer:") < text.index("Mika Example") < text.index("<textarea")
    assert "Ben Example" not in text
    client.post(address("step_complete", enrolment, "Five days"), {"answer": "A secret of mine"})
    step = address("step", enrolment, "Five days")
    reads = {name: "A secret of mine" in sign_in(cast.people[name]).get(step).text for name in PEOPLE}
    assert reads == {name: name in {"aino", "mika"} for name in PEOPLE}


@pytest.mark.parametrize("name", PEOPLE)
def test_notes_and_files_are_seen_by_those_who_see_the_progress(cast, on_path, sign_in, name):
    given = {"uploads": ContentFile(picture(), "card.png"), "note": "The blue one"}
    sign_in(cast.aino).post(address("step_complete", on_path, "Send your card"), given)
    client = sign_in(cast.people[name])
    file = reverse("onboarding:step_file", args=[on_path.pk, CompletionFile.objects.get().pk])
    answer = client.get(file)
    assert answer.status_code == SEES[name]
    seen = client.get(address("step", on_path, "Send your card"))
    assert seen.status_code == SEES[name]
    assert ("The blue one" in seen.text) == (SEES[name] == 200)
    if SEES[name] == 200:
        assert answer.headers["Content-Type"] == "image/png"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_a_file_of_somebody_elses_way_is_not_found_through_ones_own(cast, path, sign_in):
    hers, his = put_on(cast, path), put_on(cast, path, person=cast.ben)
    card = {"uploads": ContentFile(picture(), "card.png")}
    sign_in(cast.aino).post(address("step_complete", hers, "Send your card"), card)
    file = CompletionFile.objects.get().pk
    assert sign_in(cast.ben).get(reverse("onboarding:step_file", args=[his.pk, file])).status_code == 404


def test_a_step_taken_back_takes_its_files_along(cast, on_path, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(cast.aino)
    client.post(address("step_complete", on_path, "Send your card"), {"uploads": ContentFile(picture(), "card.png")})
    stored = CompletionFile.objects.get().stored
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("step_reopen", on_path, "Send your card"))
    assert not default_storage.exists(stored)


def test_an_unclear_step_becomes_a_question_below_its_page(cast, on_path, page, sign_in):
    client = sign_in(cast.aino)
    step = address("step", on_path, "Read about fire")
    assert "below the page “Fire safety”" in client.get(step).text
    unclear = address("step_unclear", on_path, "Read about fire")
    assert client.post(unclear, {"words": " "}).status_code == 422
    client.post(unclear, {"words": "Which door?"})
    asked = Post.objects.get(body="Which door?")
    assert (asked.kind, asked.about_page_id, asked.author) == ("question", page.pk, cast.aino)
    client.post(unclear, {"words": "Which door, again?"})
    assert Post.objects.filter(kind="question").count() == 1
    assert "You asked about this step" in client.get(step).text


def test_the_end_of_a_page_asks_whoever_is_on_its_step_and_nobody_else(cast, on_path, page, sign_in):
    bar = reverse("onboarding:bar", args=[page.pk])
    for name in PEOPLE:
        client = sign_in(cast.people[name])
        shown = client.get("/wiki/lab/fire-safety/")
        assert (bar in shown.text) == (name == "aino")
        assert client.get(bar).status_code == (200 if name == "aino" else 404)
    client = sign_in(cast.aino)
    assert "I have read this" in client.get(bar).text
    answer = client.post(address("step_complete", on_path, "Read about fire"), headers={"HX-Request": "true"})
    assert "Read about the alarm" in answer.text  # what comes next
    assert done() == {"Read about fire"}
    assert bar not in client.get("/wiki/lab/fire-safety/").text
    assert client.get(bar).status_code == 404


def test_the_check_question_stands_at_the_end_of_the_page(cast, on_path, sign_in):
    page = on_path.path.steps.get(title="Read about the alarm").page
    client = sign_in(cast.aino)
    bar = client.get(reverse("onboarding:bar", args=[page.pk])).text
    assert "What does one do?" in bar
    complete = address("step_complete", on_path, "Read about the alarm")
    wrong = client.post(complete, {"choice": "0"}, headers={"HX-Request": "true"})
    assert "That is not it yet" in wrong.text
    assert 'id="my-step"' in wrong.text
    assert done() == set()
    client.post(complete, {"choice": "1"}, headers={"HX-Request": "true"})
    assert done() == {"Read about the alarm"}


def test_readers_without_a_path_pay_nothing_for_the_bar(cast, page, sign_in):
    """The same page, asked for by somebody whose path has it and by somebody without a path."""
    client = sign_in(cast.aino)

    def queries() -> int:
        client.get("/wiki/lab/fire-safety/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/wiki/lab/fire-safety/")
        return len(asked)

    before = queries()
    path = make_path(cast)
    add(cast, path, kind="read", title="Read about fire", page=page)
    put_on(cast, path)
    assert queries() == before


def test_the_same_page_on_two_paths_is_asked_once(cast, path, page, sign_in):
    team = make_path(cast, "In the team")
    add(cast, team, kind="read", title="Fire, once more", page=page)
    add(cast, team, kind="do", title="Choose a desk")
    first, second = put_on(cast, path), put_on(cast, team)
    client = sign_in(cast.aino)
    text = main(client.get(reverse("onboarding:my_path")))
    assert text.count("Read about fire</a></h2>") == 1
    assert "Fire, once more" not in text
    assert "Counts for In the team too" in text
    assert "0 of 12 done" in text
    client.post(address("step_complete", first, "Read about fire"))
    assert Completion.objects.filter(enrolment=second, step__title="Fire, once more").exists()
    text = main(client.get(reverse("onboarding:my_path")))
    assert "1 of 12 done" in text
    client.post(address("step_reopen", first, "Read about fire"))
    assert not Completion.objects.exists()


def test_a_finished_path_stays_with_its_days(cast, sign_in):
    path = make_path(cast, "Short")
    add(cast, path, kind="do", title="One thing")
    put_on(cast, path, start=-3)
    client = sign_in(cast.aino)
    enrolment = Enrolment.objects.get()
    client.post(address("step_complete", enrolment, "One thing"))
    text = main(client.get(reverse("onboarding:my_path")))
    assert "Completed" in text
    assert "1 step, begun" in text
    text = main(client.get(reverse("onboarding:enrolment", args=[enrolment.pk])))
    assert "Everything on this path was done on" in text
    assert "One thing" in text


def test_a_path_one_was_taken_off_shows_what_was_done_and_takes_nothing_more(cast, on_path, sign_in):
    client = sign_in(cast.aino)
    client.post(address("step_complete", on_path, "Fetch the keys"))
    actions.end_enrolment(actor=cast.mika, enrolment=on_path)
    text = main(client.get(reverse("onboarding:enrolment", args=[on_path.pk])))
    assert "You left this path" in text
    assert "Fetch the keys" in text
    assert "<button" not in text
    assert client.post(address("step_complete", on_path, "Watch the film")).status_code == 422
    assert done() == {"Fetch the keys"}


def test_a_page_that_may_no_longer_be_read_is_not_named(cast, sign_in):
    path = make_path(cast)
    hidden = wiki.create_page(actor=cast.mika, community=cast.vault, title="Hidden words", body="x")
    add(cast, path, kind="read", title="Read it", page=hidden)
    people.leave_community(actor=cast.aino, community=cast.vault)
    enrolment = put_on(cast, path)
    client = sign_in(cast.aino)
    for url in (reverse("onboarding:my_path"), address("step", enrolment, "Read it")):
        assert "Hidden words" not in client.get(url).text


@pytest.mark.parametrize("count", [3, 30])
def test_my_path_asks_the_same_however_many_steps_and_paths(cast, sign_in, count):
    for number in range(1 if count == 3 else 5):
        path = make_path(cast, f"Path {number}")
        for step in range(count if number == 0 else 3):
            page = wiki.create_page(actor=cast.ben, community=cast.lab, title=f"Page {number}-{step}", body="x")
            add(cast, path, kind="read", title=f"Step {number}-{step}", page=page)
        put_on(cast, path, buddy=cast.ben, manager=cast.mika)
    client = sign_in(cast.aino)
    client.get(reverse("onboarding:my_path"))
    with CaptureQueriesContext(connection) as asked:
        text = client.get(reverse("onboarding:my_path")).text
    assert text.count("Step 0-") >= count
    assert len(asked) == 16


def test_merging_takes_the_step_that_is_due_first(cast, page):
    for title, days in (("Late", 9), ("Soon", 1)):
        path = make_path(cast, title)
        add(cast, path, kind="read", title=f"{title} reading", page=page, due_days=days)
        put_on(cast, path)
    journey = merge(progress_for(cast.aino, Enrolment.objects.all()))
    titles = [stop.step.title for stop in journey.stops]
    assert (titles, journey.total, journey.is_several) == (["Soon reading"], 1, True)


def test_one_path_paused_leaves_the_other_going(cast, path, sign_in):
    team = make_path(cast, "In the team")
    add(cast, team, kind="do", title="Choose a desk")
    put_on(cast, path)
    actions.pause(actor=cast.mika, enrolment=put_on(cast, team))
    text = main(sign_in(cast.aino).get(reverse("onboarding:my_path")))
    assert text.index("Read about fire") < text.index("Choose a desk")
    assert "The clock stands" not in text
    assert "paused" in text[text.index("Choose a desk") :]


def test_everything_due_today_waits_at_home(cast, on_path, sign_in):
    html = sign_in(cast.aino).get("/").text
    strip = html.partition('id="waiting"')[2].partition("</details>")[0]
    assert "Read about fire" in strip
    assert "Read about the alarm" in strip
    assert "Fetch the keys" not in strip
