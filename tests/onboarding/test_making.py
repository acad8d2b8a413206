"""Paths from examples, their versions, people brought up to date, and rules: in the browser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.people.models import Team
from tests.builders import make_person
from wiki.onboarding import actions
from wiki.onboarding.making.actions import OvertakenError, align_seen
from wiki.onboarding.making.examples import KEYS, LANGUAGES, examples, find_example
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Enrolment, Path, PathRule, Step
from wiki.onboarding.rules import apply_rules
from wiki.onboarding.schedule import waits_in_circles
from wiki.onboarding.versions import lines_of
from wiki.patterns.reading import KEYS as TEMPLATES


@pytest.fixture
def path(cast):
    """A path in Lab with two steps; Aino and Ben are on it."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    for title, days in (("Keys", 0), ("Lunch", 2)):
        actions.save_step(actor=cast.mika, path=made, kind="do", title=title, due_days=days)
    for person in (cast.aino, cast.ben):
        actions.enrol(actor=cast.mika, path=made, person=person, start_on=timezone.localdate())
    made.refresh_from_db()
    return made


@pytest.fixture
def mika(cast, sign_in):
    return sign_in(cast.mika)


def address(name, path, *more):
    return reverse(f"onboarding:{name}", args=[path.slug, *more])


def titles(path) -> list[str]:
    path.refresh_from_db()
    return [line.step.title for line in lines_of(path)]


# --- Examples ---


@pytest.mark.parametrize("key", KEYS)
def test_an_example_says_the_same_in_three_languages(key):
    told = [find_example(key, language) for language in LANGUAGES]
    shapes = {
        tuple((one.key, one.due_days, one.role, one.after, one.content["kind"], one.content["proof"], one.content["right"])
              for one in example.steps)
        for example in told
    }  # fmt: skip
    assert len(shapes) == 1
    for example in told:
        assert example.title
        assert example.purpose
        assert all(one.content["title"] for one in example.steps)
        keys = [one.key for one in example.steps]
        assert len(set(keys)) == len(keys)
        assert all({*one.after} <= {*keys} and one.role in {"", *example.roles} for one in example.steps)
        assert all(one.content["template"] in TEMPLATES for one in example.steps if one.content["kind"] == "read")
        assert not waits_in_circles({keys.index(one.key): [keys.index(k) for k in one.after] for one in example.steps})
    words = [{one.content["title"] for one in example.steps} for example in told]
    assert len(words[0] & words[1] | words[0] & words[2]) <= 1  # nobody forgot to translate


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_is_made_from_an_example(cast, mika, key, language):
    example = find_example(key, language)
    url = reverse("onboarding:path_from_example", args=[key])
    assert example.steps[0].content["title"] in mika.get(f"{url}?language={language}").text
    answer = mika.post(url, {"title": example.title, "community": cast.yard.pk, "language": language})
    made = Path.objects.get()
    assert answer["Location"] == address("path_edit", made)
    assert (made.language, made.owner) == (language, cast.mika)
    assert titles(made) == [one.content["title"] for one in example.steps]
    editor = mika.get(address("path_edit", made)).text
    assert editor.count("needs a page") == 2 * example.pages  # said above and at the step
    assert "template=" in editor
    assert made.roles.count() == len(example.roles)
    quiz = made.steps.filter(proof="quiz").first()
    assert quiz is None or quiz.choices[quiz.right]


def test_examples_are_for_those_who_make_paths(cast, mika, sign_in):
    new = mika.get(reverse("onboarding:path_create")).text
    assert all(example.title in new for example in examples("en"))
    for name in ("aino", "gita", "cleo", "root"):
        client = sign_in(cast.people[name])
        assert client.get(reverse("onboarding:path_from_example", args=[KEYS[0]])).status_code == 404
    assert mika.get(reverse("onboarding:path_from_example", args=["none"])).status_code == 404


@pytest.mark.parametrize("typed", [{}, {"title": " "}, {"title": "x" * 200}, {"title": "x", "community": "999"}])
def test_bad_words_about_a_path_from_an_example_change_nothing(cast, mika, typed):
    answer = mika.post(reverse("onboarding:path_from_example", args=[KEYS[0]]), typed)
    assert answer.status_code == 422
    assert not Path.objects.exists()


# --- Versions ---


def change(cast, path):
    """Take Lunch away, move Keys, add Tour: a second version."""
    keys = path.steps.get(title="Keys")
    actions.complete_step(actor=cast.aino, enrolment=path.enrolments.get(person=cast.aino), step=keys)
    actions.remove_step(actor=cast.mika, step=path.steps.get(title="Lunch"))
    actions.save_step(actor=cast.mika, path=path, step=keys, due_days=3)
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Tour", due_days=4, waits_for=[keys.pk])
    path.refresh_from_db()


def test_history_tells_what_changed_in_words(cast, path, mika):
    change(cast, path)
    page = mika.get(address("path_versions", path))
    for words in (
        "New: “Tour”.",
        "Taken away: “Lunch”.",
        "“Keys” is due 3 working days after the start, before that on the start date.",
        "2 people on it",
    ):
        assert words in page.text
    mika.post(address("version_describe", path, 2), {"words": "A tour\x00 instead of lunch"})
    assert "A tour instead of lunch" in mika.get(address("path_versions", path)).text
    assert mika.post(address("version_describe", path, 99)).status_code == 404


def test_people_are_brought_up_to_date_after_a_preview_of_each(cast, path, mika):
    change(cast, path)
    editor = mika.get(address("path_edit", path)).text
    assert "2 people are on an older version" in editor
    page = mika.get(address("align", path))
    assert "Aino Example" in page.text
    assert "Ben Example" in page.text
    of = {one.person_id: one for one in path.enrolments.all()}
    sent = {"seen": structure_mark(lines_of(path)), "people": [of[cast.ben.pk].pk]}
    assert mika.post(address("align", path), sent).status_code == 302
    version = {one.person_id: one.version_id for one in path.enrolments.all()}
    assert version[cast.ben.pk] == path.present_id
    assert version[cast.aino.pk] != path.present_id
    assert mika.post(address("align", path), sent).status_code == 302  # again is once
    left = mika.get(address("align", path)).text
    assert "Ben Example" not in left


def test_aligning_with_what_changed_meanwhile_does_nothing_and_shows_it(cast, path, mika):
    change(cast, path)
    seen = structure_mark(lines_of(path))
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Badge")
    people = [one.pk for one in path.enrolments.all()]
    for press in ({"people": people}, {"new_only": "1"}):
        answer = mika.post(address("align", path), {"seen": seen, **press})
        assert answer.status_code == 409
        assert "Badge" in answer.text
    path.refresh_from_db()
    assert not path.present.is_for_new_only
    assert not path.enrolments.filter(version=path.present).exists()
    with pytest.raises(OvertakenError):
        align_seen(actor=cast.mika, path=path, seen=seen, enrolments=path.enrolments.all())


def test_new_people_only_is_remembered(cast, path, mika):
    change(cast, path)
    mika.post(address("align", path), {"seen": structure_mark(lines_of(path)), "new_only": "1"})
    editor = mika.get(address("path_edit", path)).text
    assert "2 people walk an older version to its end" in editor
    assert "are on an older version" not in editor


def test_a_moderator_who_is_not_the_owner_sees_nobody_to_align(cast, path, sign_in):
    change(cast, path)
    path.owner = cast.ben
    path.save()
    client = sign_in(cast.mika)
    assert "Aino" not in client.get(address("align", path)).text
    assert "on an older version" not in client.get(address("path_edit", path)).text
    assert "on it" not in client.get(address("path_versions", path)).text
    people = [one.pk for one in path.enrolments.all()]
    client.post(address("align", path), {"seen": structure_mark(lines_of(path)), "people": people})
    assert not path.enrolments.filter(version=path.present).exists()


def test_history_and_preview_take_the_same_queries_with_three_and_thirty(cast, path, mika):
    counts = []
    for people in (3, 30):
        while path.enrolments.count() < people:
            person = make_person(f"New{path.enrolments.count()}")
            person.memberships.create(community=cast.lab)
            actions.enrol(actor=cast.mika, path=path, person=person, start_on=timezone.localdate())
            if people == 30 and path.enrolments.count() < 12:  # a version each
                actions.save_step(actor=cast.mika, path=path, kind="do", title=f"S{path.enrolments.count()}")
        actions.save_step(actor=cast.mika, path=path, kind="do", title=f"Last {people}")
        for place in ("align", "path_versions"):
            mika.get(address(place, path))
            with CaptureQueriesContext(connection) as asked:
                assert mika.get(address(place, path)).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


# --- Rules ---


def test_a_rule_is_shown_before_it_is_made_and_enrols_nobody_twice(cast, path, mika):
    team = Team.objects.create(name="Design")
    cast.gita.team = cast.ben.team = team
    cast.gita.save()
    cast.ben.save()
    sent = {"team": team.pk}
    shown = mika.post(address("path_rules", path), sent)
    assert shown.status_code == 200
    assert "1 person fulfils it now" in shown.text  # Ben is on the path already
    assert "Gita Example" in shown.text
    assert not PathRule.objects.exists()
    for _time in range(2):
        mika.post(address("path_rules", path), sent | {"confirmed": "1"})
    apply_rules()
    assert PathRule.objects.count() == 1
    assert not path.enrolments.filter(person=cast.gita).exists()
    cast.mika.team = team
    cast.mika.save()
    apply_rules()
    apply_rules()
    assert path.enrolments.filter(person=cast.mika).count() == 1


def test_those_who_fulfil_a_rule_can_go_on_the_path_at_once(cast, path, mika):
    sent = {"title": "Visitor", "confirmed": "1", "also_now": "1"}
    cast.gita.title = "visitor"
    cast.gita.save()
    for _time in range(2):
        assert mika.post(address("path_rules", path), sent).status_code == 302
    assert path.enrolments.filter(person=cast.gita).count() == 1


def test_an_archived_path_takes_nobody_by_rule(cast, path, mika):
    mika.post(address("path_rules", path), {"joined_from": str(timezone.localdate()), "confirmed": "1"})
    mika.post(address("path_archive", path))
    person = make_person("Nelly", date_joined=timezone.now() + timedelta(minutes=1))
    person.memberships.create(community=cast.lab)
    assert apply_rules() == 0
    mika.post(address("path_archive", path), {"open": "1"})
    apply_rules()
    assert path.enrolments.filter(person=person).exists()


@pytest.mark.parametrize(
    "typed", [{}, {"title": "  "}, {"team": "9999999999999"}, {"joined_from": "31.2."}, {"team": "\x00"}]
)
def test_a_rule_that_says_nothing_gets_a_message(path, mika, typed):
    answer = mika.post(address("path_rules", path), typed)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_rule_is_taken_away_and_people_stay(cast, path, mika):
    rule = actions.add_rule(actor=cast.mika, path=path, title="Visitor")
    mika.post(address("rule_remove", path, rule.pk))
    assert not PathRule.objects.exists()
    assert Enrolment.objects.count() == 2
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Other")
    foreign = actions.add_rule(actor=cast.mika, path=other, title="Visitor")
    assert mika.post(address("rule_remove", path, foreign.pk)).status_code == 404


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
@pytest.mark.parametrize("place", ["path_versions", "align", "path_rules"])
def test_only_owner_and_moderators_come_to_these_screens(cast, path, sign_in, name, place):
    assert sign_in(cast.people[name]).get(address(place, path)).status_code == 404


def test_a_post_step_may_be_done_anywhere_but_an_introduction(cast, path, mika):
    sent = {"kind": "post", "title": "Ask", "due_count": "0", "act": "ask"}
    assert mika.post(address("step_create", path), sent).status_code == 302
    assert Step.objects.get(title="Ask").community is None
    assert mika.post(address("step_create", path), sent | {"act": "introduce"}).status_code == 422
