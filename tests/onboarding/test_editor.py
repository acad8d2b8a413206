"""The editor of paths: steps of all kinds, their order, roles, copies, two editors at once."""

import pytest
from django.utils import timezone

from tests.builders import make_person
from tests.onboarding.editing import address, path_of_five, shown, step
from wiki import actions as wiki_actions
from wiki.onboarding import actions
from wiki.onboarding.making import actions as making
from wiki.onboarding.making.words import due_words, path_mark, step_mark
from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.versions import lines_of


@pytest.fixture
def path(cast):
    return path_of_five(cast)


@pytest.fixture
def mika(cast, sign_in):
    return sign_in(cast.mika)


EVERY_KIND = {
    "read": ({"page_title": "House rules", "proof": "page"}, {"proof": "page"}),
    "do": ({"proof": "file"}, {"proof": "file"}),
    "meet": ({"whom": "buddy"}, {"whom": "buddy", "proof": "tick"}),
    "post": ({"act": "introduce"}, {"act": "introduce", "proof": "act"}),
    "improve": ({}, {"proof": "act"}),
    "link": ({"url": "https://example.org/video"}, {"url": "https://example.org/video"}),
    "task": ({"whom": "person", "person": "ben.example", "proof": "note"}, {"whom": "person", "proof": "note"}),
    "check_in": ({"question": "How are you?", "readers": ["manager"]}, {"readers": ["manager"], "proof": "answer"}),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_step_of_every_kind_is_made_and_changed_by_its_own_form(cast, path, mika, kind):
    wiki_actions.create_page(actor=cast.mika, community=cast.lab, title="House rules", body="Be kind.")
    typed, became = EVERY_KIND[kind]
    form = mika.get(address("step_create", path) + f"?kind={kind}")
    for name in typed:
        assert f'name="{name}"' in form.text
    sent = {"kind": kind, "title": "New one", "due_count": "3", "due_side": "before", "is_early": "on", **typed}
    sent |= {"community": cast.lab.pk} if kind == "post" else {}
    answer = mika.post(address("step_create", path), sent)
    assert answer.status_code == 302, answer.text
    made = step(path, "New one")
    assert {name: getattr(made, name) for name in became} == became
    assert made.is_early
    assert ("New one", -3) in shown(path)
    again = mika.post(address("step_edit", path, made.pk), sent | {"title": "Newer", "due_side": "after"})
    assert again.status_code == 302
    assert ("Newer", 3) in shown(path)
    assert mika.get(address("path_edit", path)).text.count("Newer") > 1


def test_kind_is_chosen_first_without_a_script(path, mika):
    page = mika.get(address("step_create", path) + "?phase=week")
    assert page.text.count("?kind=") == len(Step.Kind)
    assert "phase=week" in page.text
    assert 'value="3"' in mika.get(address("step_create", path) + "?kind=do&phase=week").text


def test_check_question_needs_answers_and_the_right_one(cast, path, mika):
    wiki_actions.create_page(actor=cast.mika, community=cast.lab, title="House rules", body="Be kind.")
    sent = {"kind": "read", "title": "Read", "due_count": "0", "page_title": "house rules", "proof": "quiz"}
    answer = mika.post(address("step_create", path), sent)
    assert answer.status_code == 422
    assert "What is the question?" in answer.text
    answer = mika.post(address("step_create", path), sent | {"question": "Why?", "choice_1": "A", "choice_3": "B"})
    assert "Which of the answers is right?" in answer.text
    full = sent | {"question": "Why?", "choice_1": "A", "choice_3": "B", "right": "2"}
    assert mika.post(address("step_create", path), full).status_code == 302
    made = step(path, "Read")
    assert (made.choices, made.right) == (["A", "B"], 1)
    assert 'value="B"' in mika.get(address("step_edit", path, made.pk)).text


def test_page_is_found_by_a_part_of_its_title_without_a_script(cast, path, mika):
    page = wiki_actions.create_page(actor=cast.mika, community=cast.lab, title="Rules of the house", body="Be kind.")
    hidden = wiki_actions.create_page(actor=cast.ben, community=cast.vault, title="Secret rules", body="Hush.")
    cast.mika.memberships.filter(community=cast.vault).delete()
    sent = {"kind": "read", "title": "Read", "due_count": "0", "page_title": "rules", "proof": "page"}
    answer = mika.post(address("step_create", path), sent)
    assert answer.status_code == 422
    assert "Rules of the house (Lab)" in answer.text
    assert "Secret" not in answer.text
    wrong = mika.post(address("step_create", path), sent | {"page_pick": hidden.pk})
    assert wrong.status_code == 422
    assert mika.post(address("step_create", path), sent | {"page_pick": page.pk}).status_code == 302
    assert step(path, "Read").page_id == page.pk


def test_a_step_to_read_is_saved_before_its_page_is_chosen_and_says_what_is_missing(cast, path, mika):
    sent = {"kind": "read", "title": "Read", "due_count": "0", "page_title": "", "proof": "page"}
    assert mika.post(address("step_create", path), sent).status_code == 302
    made = step(path, "Read")
    assert made.page is None
    assert "“Read” needs a page." in mika.get(address("path_edit", path)).text
    assert mika.post(address("step_edit", path, made.pk), sent | {"title": "Read on"}).status_code == 302
    page = wiki_actions.create_page(actor=cast.mika, community=cast.lab, title="House rules", body="Be kind.")
    chosen = sent | {"title": "Read on", "page_title": "house rules"}
    assert mika.post(address("step_edit", path, made.pk), chosen).status_code == 302
    assert step(path, "Read on").page_id == page.pk
    assert "needs a page" not in mika.get(address("path_edit", path)).text
    missing = mika.post(address("step_edit", path, made.pk), sent | {"page_title": "No such page"})
    assert missing.status_code == 422
    assert "There is no page called “No such page”." in missing.text


def test_a_page_that_its_editor_may_not_read_stays_on_the_step(cast, path, mika):
    hidden = wiki_actions.create_page(actor=cast.ben, community=cast.vault, title="Secret rules", body="Hush.")
    made = actions.save_step(actor=cast.mika, path=path, kind="read", title="Read", page=hidden)
    cast.mika.memberships.filter(community=cast.vault).delete()
    assert "Secret" not in mika.get(address("step_edit", path, made.pk)).text
    sent = {"kind": "read", "title": "Read it", "due_count": "0", "page_title": "", "proof": "page"}
    assert mika.post(address("step_edit", path, made.pk), sent).status_code == 302
    assert step(path, "Read it").page_id == hidden.pk


@pytest.mark.parametrize(
    ("title", "sent", "became"),
    [
        ("Lunch", {"direction": "up"}, [("Lunch", 0), ("Keys", 0), ("Buddy", 3), ("Talk", 10), ("Look back", 60)]),
        ("Keys", {"direction": "up"}, [("Keys", -1), ("Lunch", 0), ("Buddy", 3), ("Talk", 10), ("Look back", 60)]),
        ("Lunch", {"direction": "down"}, [("Keys", 0), ("Lunch", 1), ("Buddy", 3), ("Talk", 10), ("Look back", 60)]),
        ("Look back", {"direction": "down"}, [("Keys", 0), ("Lunch", 0), ("Buddy", 3), ("Talk", 10), ("Look back", 60)]),
        ("Look back", {"phase": "day", "after": "Keys"}, [("Keys", 0), ("Look back", 0), ("Lunch", 0), ("Buddy", 3), ("Talk", 10)]),
        ("Keys", {"phase": "month", "after": "0"}, [("Lunch", 0), ("Buddy", 3), ("Keys", 5), ("Talk", 10), ("Look back", 60)]),
    ],
)  # fmt: skip
def test_steps_move_within_and_between_spans_of_time(path, mika, title, sent, became):
    if sent.get("after") == "Keys":
        sent = sent | {"after": step(path, "Keys").pk}
    answer = mika.post(address("step_move", path, step(path, title).pk), sent)
    assert answer.status_code == 302
    assert shown(path) == became
    answer = mika.post(address("step_move", path, step(path, title).pk), sent, headers={"accept": "application/json"})
    assert answer.json().keys() == {"text"}


def test_a_move_behind_a_step_that_is_gone_moves_nothing_and_says_so(cast, path, mika):
    before, gone = shown(path), step(path, "Lunch").pk
    actions.remove_step(actor=cast.mika, step=step(path, "Lunch"))
    place = {"phase": "day", "after": gone}
    url = address("step_move", path, step(path, "Talk").pk)
    answer = mika.post(url, place, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert "meanwhile" in answer.json()["error"]
    assert "meanwhile" in mika.post(url, place, follow=True).text
    assert shown(path) == [row for row in before if row[0] != "Lunch"]


def edit_of(path, old, **more):
    line = next(line for line in lines_of(path) if line.step.title == old)
    return {
        "kind": "do",
        "title": old,
        "text": "",
        "proof": "tick",
        "due_count": "0",
        "seen": step_mark(line),
        **more,
    }


def test_two_editors_of_one_step_lose_nothing(cast, path, mika):
    keys = step(path, "Keys")
    theirs, mine = edit_of(path, "Keys", title="Keys and badge"), edit_of(path, "Keys", text="At the desk")
    assert mika.post(address("step_edit", path, keys.pk), theirs).status_code == 302
    answer = mika.post(address("step_edit", path, keys.pk), mine)
    assert answer.status_code == 409
    assert "At the desk" in answer.text
    assert "Keys and badge" in answer.text
    keys.refresh_from_db()
    assert (keys.title, keys.text) == ("Keys and badge", "")
    again = mine | {"seen": step_mark(lines_of(path)[0])}
    assert again["seen"] in answer.text
    assert mika.post(address("step_edit", path, keys.pk), again).status_code == 302
    keys.refresh_from_db()
    assert keys.text == "At the desk"


def test_what_was_typed_about_a_step_that_is_gone_is_kept(cast, path, mika):
    keys, typed = step(path, "Keys").pk, edit_of(path, "Keys", text="At the desk")
    actions.remove_step(actor=cast.mika, step=step(path, "Keys"))
    answer = mika.post(address("step_edit", path, keys), typed)
    assert answer.status_code == 409
    assert "At the desk" in answer.text
    assert f'action="{address("step_create", path)}"' in answer.text


def test_two_editors_of_the_settings_lose_nothing(cast, path, mika):
    sent = {"title": "Mine", "purpose": "", "language": "en", "owner": "mika.example", "seen": path_mark(path)}
    actions.change_path(actor=cast.mika, path=path, title="Theirs", purpose="For all", language="fi")
    answer = mika.post(address("path_settings", path), sent)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "For all" in answer.text
    path.refresh_from_db()
    assert path.title == "Theirs"
    assert mika.post(address("path_settings", path), sent | {"seen": path_mark(path)}).status_code == 302
    path.refresh_from_db()
    assert path.title == "Mine"


def test_a_kind_that_somebody_else_chose_meanwhile_is_not_set_back(cast, path, mika):
    sent = {"title": "Mine", "purpose": "", "language": "en", "owner": "mika.example", "kind": "joining"}
    seen = path_mark(path)
    actions.change_path(actor=cast.mika, path=path, title=path.title, purpose="", language="en", kind="leaving")
    assert mika.post(address("path_settings", path), sent | {"seen": seen}).status_code == 409
    path.refresh_from_db()
    assert path.kind == "leaving"


def test_an_owner_who_cannot_read_the_path_is_refused_next_to_the_field(cast, path, mika):
    sent = {"title": "Mine", "language": "en", "owner": "cleo.example", "seen": path_mark(path)}
    answer = mika.post(address("path_settings", path), sent)
    assert answer.status_code == 422
    assert "Cleo Example cannot read this path" in answer.text
    assert 'value="cleo.example"' in answer.text


def test_roles_are_named_held_and_taken_away_unless_a_step_needs_them(cast, path, mika):
    url = address("roles", path)
    assert mika.post(url, {"name": "IT"}).status_code == 302
    assert mika.post(url, {"name": "it"}).status_code == 422
    assert mika.post(url, {"name": " ", "holder": "nobody"}).status_code == 422
    role = path.roles.get()
    actions.save_step(actor=cast.mika, path=path, kind="task", title="Laptop", whom="role", role=role)
    assert "“Laptop” needs IT: nobody yet." in mika.get(address("path_edit", path)).text
    sent = {"name": "IT", "holder": "ben@loikka.example", "sees_progress": "on"}
    assert mika.post(address("role_edit", path, role.pk), sent).status_code == 302
    role.refresh_from_db()
    assert (role.holder, role.sees_progress) == (cast.ben, True)
    assert "needs IT" not in mika.get(address("path_edit", path)).text
    assert "A step needs this role" in mika.post(address("role_remove", path, role.pk), follow=True).text
    actions.remove_step(actor=cast.mika, step=step(path, "Laptop"))
    mika.post(address("role_remove", path, role.pk))
    assert not path.roles.exists()


def test_role_of_another_path_is_not_found(cast, path, mika):
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Other")
    role = actions.save_role(actor=cast.mika, path=other, name="IT")
    assert mika.get(address("role_edit", path, role.pk)).status_code == 404
    assert mika.post(address("role_remove", path, role.pk)).status_code == 404


def test_copy_has_the_steps_and_nobody_on_it(cast, path, mika):
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    answer = mika.post(address("path_copy", path), {"title": "Second", "community": cast.yard.pk})
    made = Path.objects.get(title="Second")
    assert answer["Location"] == address("path_edit", made)
    assert shown(made) == shown(path)
    assert not made.enrolments.exists()


def test_copy_of_what_one_reads_needs_a_community_of_ones_own(cast, path, sign_in):
    assert sign_in(cast.aino).get(address("path_copy", path)).status_code == 404
    cast.yard.memberships.filter(user=cast.aino).update(role="moderator")
    client = sign_in(cast.aino)
    assert client.post(address("path_copy", path), {"title": "Mine", "community": cast.lab.pk}).status_code == 422
    assert client.post(address("path_copy", path), {"title": "Mine", "community": cast.yard.pk}).status_code == 302
    assert Path.objects.get(title="Mine").owner == cast.aino


def test_nobody_new_goes_on_an_archived_path(cast, path, mika):
    mine = actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    mika.post(address("path_archive", path))
    sent = {"people": "ben.example", "start_on": str(timezone.localdate()), "confirmed": "1"}
    answer = mika.post(address("enrol", path), sent)
    assert answer.status_code == 422
    assert "This path is archived" in answer.text
    assert list(Enrolment.objects.all()) == [mine]
    mika.post(address("path_archive", path), {"open": "1"})
    assert mika.post(address("enrol", path), sent).status_code == 302
    assert Enrolment.objects.count() == 2


def test_an_archived_path_is_found_again_by_who_may_edit_it(cast, path, mika, sign_in):
    making.archive_path(actor=cast.mika, path=path)
    assert address("path", path) in mika.get("/paths/").text
    assert address("path", path) not in sign_in(cast.aino).get("/paths/").text


def test_preview_shows_the_days_and_stores_nothing(path, mika):
    page = mika.get(address("path_preview", path) + "?start=2026-12-01")
    assert 'datetime="2026-12-04"' in page.text  # three working days after Tuesday
    later = mika.get(address("path_preview", path) + "?start=2026-12-01&day=2026-12-04").text
    assert later.index("Buddy") < later.index("Later")
    assert not Enrolment.objects.exists()
    assert mika.get(address("path_preview", path) + "?start=0001-01-01&day=9999-99-99").status_code == 200


def test_enrolling_shows_first_and_then_does_once(cast, path, mika):
    actions.save_step(actor=cast.mika, path=path, kind="meet", title="Coffee", whom="buddy", due_days=1)
    sent = {"people": "aino.example, ben@loikka.example", "start_on": "2026-12-01"}
    plan = mika.post(address("enrol", path), sent)
    assert plan.status_code == 200
    assert "“Coffee” needs a buddy." in plan.text
    assert "2 people go on the path" in plan.text
    assert not Enrolment.objects.exists()
    back = mika.post(address("enrol", path), sent | {"change": "1"})
    assert 'value="aino.example, ben@loikka.example"' in back.text
    for _time in range(2):
        assert mika.post(address("enrol", path), sent | {"confirmed": "1"}).status_code == 302
    assert Enrolment.objects.count() == 2
    assert "On it already" in mika.post(address("enrol", path), sent).text


def test_a_team_goes_on_the_path_without_those_who_cannot_read_it(cast, path, mika):
    from intranet.people.models import Team

    team = Team.objects.create(name="Design")
    for person in (cast.aino, cast.ben, cast.cleo):
        person.team = team
        person.save()
    sent = {"team": team.pk, "start_on": "2026-12-01", "buddy": "ben.example", "manager": "mika.example"}
    assert mika.post(address("enrol", path), sent | {"confirmed": "1"}).status_code == 302
    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.buddy, enrolment.manager) == (cast.aino, cast.ben, cast.mika)


@pytest.mark.parametrize(
    "typed",
    [
        {"people": "aino.example", "buddy": "aino.example"},
        {"people": "aino.example", "buddy": "cleo.example"},
        {"people": ", ;"},
        {"people": "aino.example", "team": "999"},
        {"people": "aino.example", "start_on": "1200-01-01"},
    ],
)
def test_bad_enrolment_is_kept_with_a_message(path, mika, typed):
    answer = mika.post(address("enrol", path), {"start_on": "2026-12-01", "confirmed": "1", **typed})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert not Enrolment.objects.exists()


PLACES = ["path_settings", "path_preview", "roles", "enrol", "path_edit"]


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
@pytest.mark.parametrize("place", PLACES)
def test_only_owner_and_moderators_come_to_the_screens(cast, path, sign_in, name, place):
    assert sign_in(cast.people[name]).get(address(place, path)).status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_an_owner_who_is_no_moderator_comes_too(cast, path, sign_in, place):
    path.owner = cast.aino
    path.save()
    assert sign_in(cast.aino).get(address(place, path)).status_code == 200


@pytest.mark.parametrize("place", ["path_edit", "path_preview"])
def test_three_and_two_hundred_steps_take_the_same_queries(cast, path, mika, place):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (5, 195):
        for at in range(number - 5):
            actions.save_step(
                actor=cast.mika, path=path, kind="meet", title=f"Step {at}", whom="person", person=cast.ben, due_days=at
            )
        mika.get(address(place, path))
        with CaptureQueriesContext(connection) as asked:
            assert mika.get(address(place, path)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "on the start date"), (-1, "1 day before the start"), (-7, "7 days before the start"),
     (1, "1 working day after the start"), (3, "3 working days after the start")],
)  # fmt: skip
def test_days_in_words(days, words):
    assert due_words(days) == words


def test_owner_suggests_nobody_a_stranger(cast, path, mika):
    make_person("Dora", is_active=False)
    answer = mika.post(address("enrol", path), {"people": "dora.example", "start_on": "2026-12-01"})
    assert "Nobody is known by" in answer.text
