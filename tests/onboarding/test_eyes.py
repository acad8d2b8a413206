"""Who sees how somebody gets on, and that nobody can give it to herself."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from intranet.people import actions as people
from intranet.people.models import Membership, User
from tests.api.programs import Program, is_problem
from tests.house.world import picture
from tests.onboarding.conftest import step_of
from wiki import actions as wiki
from wiki.onboarding import actions
from wiki.onboarding.models import Completion, Enrolment


@pytest.fixture
def cleo(cast):
    """A second moderator of Lab: she edits the path and sees nobody's progress."""
    Membership.objects.create(user=cast.cleo, community=cast.lab, role=Membership.Role.MODERATOR)
    return cast.cleo


def send(person, method, path, body):
    return Program(person, "write").send(method, path, json.dumps(body))


def sees(person, enrolment) -> bool:
    return Enrolment.objects.visible_to(person).filter(pk=enrolment.pk).exists()


def test_a_moderator_does_not_make_herself_the_owner(cleo, way, hers, sign_in):
    assert is_problem(send(cleo, "PATCH", f"/paths/{way.slug}", {"owner": cleo.handle}), 422)
    form = {"title": way.title, "purpose": "", "kind": "joining", "language": "en", "owner": cleo.handle}
    refused = sign_in(cleo).post(reverse("onboarding:path_settings", args=[way.slug]), form)
    assert refused.status_code == 422
    assert "Only its owner gives a path to somebody else." in refused.text
    assert not sees(cleo, hers)
    # All the rest is hers to change.
    same = {**form, "title": "Second weeks", "owner": way.owner.handle}
    assert sign_in(cleo).post(reverse("onboarding:path_settings", args=[way.slug]), same).status_code == 302
    way.refresh_from_db()
    assert (way.title, way.owner) == ("Second weeks", hers.path.owner)


def test_a_moderator_gives_herself_no_role_that_sees_progress(cast, cleo, way, hers, sign_in):
    role = {"name": "HR", "holder": cleo.handle, "sees_progress": True}
    assert is_problem(send(cleo, "POST", f"/paths/{way.slug}/roles", role), 422)
    seeing = actions.save_role(actor=cast.mika, path=way, name="Office", holder=cast.ben, sees_progress=True)
    blind = actions.save_role(actor=cast.mika, path=way, name="IT", holder=cast.ben)
    for one in (seeing, blind):
        body = {"name": one.name, "holder": cleo.handle, "sees_progress": True}
        assert is_problem(send(cleo, "PUT", f"/paths/{way.slug}/roles/{one.pk}", body), 422)
    form = {"name": "Office", "holder": cleo.handle, "sees_progress": "on"}
    refused = sign_in(cleo).post(reverse("onboarding:role_edit", args=[way.slug, seeing.pk]), form)
    assert refused.status_code == 422
    assert "Only the path’s owner decides who sees how people get on." in refused.text
    assert not sees(cleo, hers)
    # A role without eyes, and another name for one that has them.
    assert send(cleo, "POST", f"/paths/{way.slug}/roles", {"name": "Keys", "holder": cleo.handle}).status_code == 201
    body = {"name": "Front office", "holder": cast.ben.handle, "sees_progress": True}
    assert send(cleo, "PUT", f"/paths/{way.slug}/roles/{seeing.pk}", body).status_code == 200
    assert send(cast.mika, "PUT", f"/paths/{way.slug}/roles/{blind.pk}", {**body, "name": "IT"}).status_code == 200


@pytest.mark.parametrize("how", ["left", "out of the community"])
def test_the_path_of_an_owner_who_is_gone_is_for_the_moderators(cast, cleo, way, how):
    if how == "left":
        User.objects.filter(pk=cast.mika.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=cast.mika, community=cast.lab).delete()
    assert send(cleo, "PATCH", f"/paths/{way.slug}", {"owner": cleo.handle}).status_code == 200


def answered(cast, way, hers, readers):
    step = actions.save_step(
        actor=cast.mika, path=way, kind="check_in", title="Five days", proof="answer", question="How is it?",
        readers=readers,
    )  # fmt: skip
    actions.align(actor=cast.mika, path=way)
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step, answer="Lonely")
    return step


def readers_of(cast, hers) -> set[str]:
    people = {"aino": cast.aino, "ben": cast.ben, "mika": cast.mika}
    return {name for name, one in people.items() if "Lonely" in Program(one).get(f"/enrolments/{hers.pk}").text}


def test_an_answer_is_read_by_those_who_were_named_before_it_was_given(cast, way, hers):
    step = answered(cast, way, hers, ["buddy"])
    assert readers_of(cast, hers) == {"aino", "ben"}
    actions.save_step(actor=cast.mika, path=way, step=step, readers=["buddy", "owner", "roles"])
    assert readers_of(cast, hers) == {"aino", "ben"}, "the owner named herself after it was said who reads it"
    export = Program(cast.mika, "write").send("POST", f"/paths/{way.slug}/insight/export", "{}")
    assert b"Lonely" not in b"".join(export.streaming_content)
    actions.save_step(actor=cast.mika, path=way, step=step, readers=["owner"])
    assert readers_of(cast, hers) == {"aino"}, "who is named no more reads it no more"
    actions.reopen_step(actor=cast.aino, enrolment=hers, step=step)
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step, answer="Lonely")
    assert readers_of(cast, hers) == {"aino", "mika"}


def test_answers_from_before_keep_their_readers(cast, way, hers):
    answered(cast, way, hers, ["buddy"])
    Completion.objects.update(answer_readers=[])
    import_module("wiki.onboarding.migrations.0011_first_readers_of_answers").remember(apps, None)
    assert readers_of(cast, hers) == {"aino", "ben"}


@pytest.fixture
def in_the_vault(cast, way):
    """Aino may read a page in Vault that her buddy Ben may not; both read the one in Lab. Both are for before."""
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    shown = feed.add_file(actor=cast.mika, community=cast.vault, file=ContentFile(picture()), name="plan.png")
    body = f"The code is 4711. ![plan]({shown.get_absolute_url()})"
    secret = wiki.create_page(actor=cast.mika, community=cast.vault, title="Alarm codes", body=body)
    public = wiki.create_page(actor=cast.mika, community=cast.lab, title="Getting here", body="Take the tram.")
    for page in (secret, public):
        actions.save_step(actor=cast.mika, path=way, kind="read", title="Read it", page=page, is_early=True)
    actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=timezone.localdate(), buddy=cast.ben)
    return Enrolment.objects.get(person=cast.aino), shown


def behind(address: str, shown) -> tuple[str, int]:
    """What a stranger reads behind a link, and how it is answered for the file."""
    token = address.rstrip("/").rsplit("/", 1)[1]
    start, page = Client().get(address), Client().get(f"{address}1/")
    file = Client().get(reverse("onboarding:welcome_file", args=[token, shown.pk]))
    if file.status_code == 200:
        file.getvalue()  # read to its end, so that it is closed
    return start.text + page.text, file.status_code


def test_a_link_opens_no_page_that_its_maker_may_not_read(cast, in_the_vault, sign_in):
    hers, shown = in_the_vault
    until = {"until_on": timezone.localdate().isoformat()}
    made = send(cast.ben, "POST", f"/my-path/{hers.pk}/welcome", until)
    text, file = behind(made.json()["address"], shown)
    assert "Take the tram." in text
    assert "Alarm codes" not in text
    assert "4711" not in text
    assert file == 404
    key = reverse("onboarding:welcome_key", args=[hers.pk])
    assert "Alarm codes" not in sign_in(cast.ben).get(key).text


def test_nobody_is_shown_a_link_that_opens_more_than_she_may_read(cast, in_the_vault, sign_in):
    hers, shown = in_the_vault
    until = {"until_on": timezone.localdate().isoformat()}
    address = send(cast.mika, "POST", f"/my-path/{hers.pk}/welcome", until).json()["address"]
    text, file = behind(address, shown)
    assert "4711" in text
    assert file == 200
    key = reverse("onboarding:welcome_key", args=[hers.pk])
    assert address in sign_in(cast.mika).get(key).text
    theirs = sign_in(cast.ben).get(key).text
    assert address not in theirs
    assert "Mika Example has the link: it opens pages that you may not read." in theirs
    assert Program(cast.ben).get(f"/my-path/{hers.pk}/welcome").json()["address"] is None
    assert sign_in(cast.ben).post(reverse("onboarding:welcome_close", args=[hers.pk])).status_code == 302
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("who", ["aino", "mika"])
def test_a_link_ends_with_the_rights_of_either(cast, in_the_vault, who):
    hers, shown = in_the_vault
    until = {"until_on": timezone.localdate().isoformat()}
    address = send(cast.mika, "POST", f"/my-path/{hers.pk}/welcome", until).json()["address"]
    if who == "aino":  # she may not read the path any more
        Membership.objects.filter(user=cast.aino, community=cast.lab).delete()
        assert Client().get(address).status_code == 404
    else:  # whoever made it has left, and has the address still
        User.objects.filter(pk=cast.mika.pk).update(is_active=False)
        text, file = behind(address, shown)
        assert "4711" not in text
        assert file == 404


def test_a_rule_tells_nobody_but_administrators_who_leaves(cast, way, sign_in):
    """The last day of an account is for administrators; whoever moderates a community can make a path and ask."""
    User.objects.filter(pk=cast.aino.pk).update(active_until=timezone.localdate() + timedelta(days=20))
    User.objects.filter(pk=cast.root.pk).update(is_staff=True)
    Membership.objects.create(user=cast.root, community=cast.lab, role=Membership.Role.MODERATOR)
    for person, told in ((cast.mika, []), (cast.root, [cast.aino.handle])):
        asked = send(person, "POST", f"/paths/{way.slug}/rules/preview", {"is_leaving": True})
        assert asked.json() == told
        page = sign_in(person).post(reverse("onboarding:path_rules", args=[way.slug]), {"is_leaving": "on"})
        assert (cast.aino.name in page.text) == bool(told)
        assert ('name="is_leaving"' in page.text) == bool(told)
    # A title or a team does not pin anybody down, and other rules say who fulfils them.
    User.objects.filter(pk=cast.aino.pk).update(title="Welder")
    for rule, told in (({"title": "Welder", "is_leaving": True}, []), ({"title": "Welder"}, [cast.aino.handle])):
        assert send(cast.mika, "POST", f"/paths/{way.slug}/rules/preview", rule).json() == told


def test_only_administrators_make_rules_about_who_leaves(cast, way, sign_in):
    """The owner of a path sees who comes on it: anybody who makes a community would learn it by such a rule."""
    User.objects.filter(pk=cast.root.pk).update(is_staff=True)
    Membership.objects.create(user=cast.root, community=cast.lab, role=Membership.Role.MODERATOR)
    refused = send(cast.mika, "POST", f"/paths/{way.slug}/rules", {"is_leaving": True})
    assert refused.status_code == 422
    assert "Only administrators" in refused.text
    asked = {"is_leaving": "on", "title": "Welder", "confirmed": "1"}
    sign_in(cast.mika).post(reverse("onboarding:path_rules", args=[way.slug]), asked)
    assert [rule.is_leaving for rule in way.rules.all()] == [False]  # what she may say of it
    assert send(cast.root, "POST", f"/paths/{way.slug}/rules", {"is_leaving": True}).status_code == 201


def seen_by(client) -> str:
    """What stands at home, as it is kept between two looks."""
    return client.get("/").text


@pytest.fixture
def tasked(cast, way):
    """Aino is on a path on which IT has a task for her, and her manager meets her."""
    role = actions.save_role(actor=cast.mika, path=way, name="IT", holder=cast.ben)
    actions.save_step(actor=cast.mika, path=way, kind="meet", title="Coffee", whom="manager")
    actions.save_step(actor=cast.mika, path=way, kind="task", title="Order a laptop", whom="role", role=role)
    actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=timezone.localdate())
    return role


def test_who_manages_somebody_no_more_hears_nothing_of_her_at_home(cast, tasked, sign_in):
    people.change_account(actor=cast.root, person=cast.aino, manager=cast.ben)
    ben, mika = sign_in(cast.ben), sign_in(cast.mika)
    assert "Meet Aino Example" in seen_by(ben)
    assert "Meet Aino Example" not in seen_by(mika)
    people.change_account(actor=cast.root, person=cast.aino, manager=cast.mika)
    assert "Meet Aino Example" not in seen_by(ben)
    assert "Meet Aino Example" in seen_by(mika)


def test_who_holds_a_role_no_more_has_none_of_its_tasks_at_home(cast, way, tasked, sign_in):
    ben = sign_in(cast.ben)
    assert "Order a laptop" in seen_by(ben)
    actions.save_role(actor=cast.mika, path=way, role=tasked, holder=cast.gita)
    assert "Order a laptop" not in seen_by(ben)


def test_a_task_given_to_somebody_else_leaves_the_home_of_the_first(cast, way, tasked, sign_in):
    step = way.steps.get(title="Order a laptop")
    actions.save_step(actor=cast.mika, path=way, step=step, whom="person", person=cast.gita, role=None)
    gita = sign_in(cast.gita)
    assert "Order a laptop" in seen_by(gita)
    actions.save_step(actor=cast.mika, path=way, step=step, person=cast.cleo)
    assert "Order a laptop" not in seen_by(gita)


def test_two_who_change_a_step_at_once_lose_nothing_of_each_other(cast, way):
    """The one who comes second looked at it before the first had written."""
    first, second = step_of(way, "Keys"), step_of(way, "Keys")
    actions.save_step(actor=cast.mika, path=way, step=first, text="At the desk.")
    actions.save_step(actor=cast.mika, path=way, step=second, title="All keys")
    after = way.steps.get(pk=first.pk)
    assert (after.title, after.text) == ("All keys", "At the desk.")
    actions.remove_step(actor=cast.mika, step=after)
    with pytest.raises(PermissionDenied):
        actions.save_step(actor=cast.mika, path=way, step=first, text="Gone.")
