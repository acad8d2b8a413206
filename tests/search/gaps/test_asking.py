"""From a search in vain to a question, and to the page that answers it later."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from feed.actions import delete_post
from feed.models import Post
from intranet.activity.dispatch import dispatch_due
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.reading import named
from intranet.people.models import Membership
from search.readers import index_activity
from search.saved import actions, looking
from search.saved.models import SavedSearch
from wiki.actions import create_page, trash_page


@pytest.fixture
def ask(sign_in, house):
    """Return a function that asks a community what a search did not find, as the browser does."""

    def ask(user, community, text="sauvakävelyn säännöt"):
        client = sign_in(user)
        address = reverse("search:ask") + f"?q={text}"
        form = client.get(address).context["composer"]["form"]
        data = {"key": form["key"].value(), "body": form["body"].value(), "kind": "question", "community": community.pk}
        answer = client.post(address, data)
        return answer, Post.objects.filter(author=user, kind="question").order_by("-pk").first()

    return ask


def test_whoever_asked_waits_minutes_for_the_answer_and_who_keeps_a_search_an_hour(cast, ask, worker):
    _answer, question = ask(cast.cleo, cast.everyone)
    minutes = timedelta(minutes=11)
    create_page(actor=cast.aino, community=cast.everyone, title="Sauvakävelyn säännöt", body="Kuivalla tiellä.")
    dispatch_due({"search": index_activity, "saved": looking.note_news})
    SavedSearch.objects.update(due_at=F("due_at") - minutes, looked_at=F("looked_at") - minutes, question=None)
    looking.look_at_due()
    assert SavedSearch.objects.get().due_at is not None
    SavedSearch.objects.update(question=question)
    looking.look_at_due()
    assert SavedSearch.objects.get().due_at is None


def told(user) -> list[str]:
    rows = Notification.objects.visible_to(user).filter(event="page_found")
    return [notice.plain for notice in named(user, rows)]


def test_result_page_offers_to_ask_when_nothing_or_little_is_found(cast, house, sign_in):
    for user in cast.people.values():
        client = sign_in(user)
        for text, offered in {"sauvakävely": True, "kuutamo sauvakävely": True, "kuutamo": False, "": False}.items():
            page = client.get(reverse("search:search"), {"q": text}).content.decode()
            assert (reverse("search:ask") in page) is offered, (user, text)


def test_question_begins_with_what_was_looked_for_and_goes_where_its_asker_writes(cast, house, sign_in, ask):
    page = sign_in(cast.gita).get(reverse("search:ask") + "?q=sauvakävely").content.decode()
    assert "Does somebody know about this: sauvakävely?" in page
    assert "Lab –" in page
    assert "Yard –" not in page
    answer, question = ask(cast.gita, cast.lab)
    assert answer.status_code == 302
    assert (question.community_id, question.kind) == (cast.lab.pk, "question")


def test_asker_is_told_once_when_a_page_comes_and_nobody_else_is(cast, house, ask, worker):
    ask(cast.ben, cast.yard)
    create_page(actor=cast.aino, community=cast.yard, title="Sauvakävely", body="Vain osa sanoista.")
    worker()
    assert told(cast.ben) == []
    create_page(actor=cast.aino, community=cast.lab, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert told(cast.ben) == ["A page may answer what you asked: Sauvakävelyn säännöt"]
    create_page(actor=cast.aino, community=cast.lab, title="Säännöt sauvakävelylle", body="Kolme sauvaa.")
    worker()
    assert [told(user) for user in cast.people.values()].count([]) == 5
    assert len(told(cast.ben)) == 1


def test_page_the_asker_may_not_read_or_wrote_herself_is_no_answer(cast, house, ask, worker):
    ask(cast.cleo, cast.everyone)
    ask(cast.aino, cast.everyone)
    create_page(actor=cast.aino, community=cast.vault, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert told(cast.cleo) == told(cast.aino) == []
    create_page(actor=cast.ben, community=cast.yard, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert len(told(cast.cleo)) == len(told(cast.aino)) == 1


def test_member_who_was_told_and_then_left_does_not_see_the_page_in_her_list(cast, house, ask, worker):
    ask(cast.ben, cast.everyone)
    create_page(actor=cast.aino, community=cast.vault, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert len(told(cast.ben)) == 1
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    assert told(cast.ben) == []


def test_page_that_goes_out_of_sight_while_it_is_told_of_does_not_end_the_waiting(cast, house, ask, worker):
    ask(cast.cleo, cast.everyone)
    waiting = SavedSearch.objects.get()
    gone, moved, there = (
        create_page(actor=cast.aino, community=place, title=f"Sauvakävelyn säännöt {number}", body="Kaksi sauvaa.")
        for number, place in enumerate((cast.yard, cast.vault, cast.yard))
    )
    trash_page(actor=cast.aino, page=gone)
    found = {"actor": None, "saved": waiting, "at": timezone.now()}
    actions.note_answered(pages=[gone.pk, moved.pk], **found)
    assert SavedSearch.objects.get().is_watched
    assert not Activity.objects.filter(verb="search.answered").exists()
    actions.note_answered(pages=[gone.pk, moved.pk, there.pk], **found)
    assert Activity.objects.get(verb="search.answered").target_id == str(there.pk)


def test_what_is_waited_for_is_not_among_saved_searches_and_goes_with_the_question(cast, house, ask, sign_in):
    _answer, question = ask(cast.ben, cast.yard)
    waiting = SavedSearch.objects.get()
    assert "säännöt" not in sign_in(cast.ben).get(reverse("search:saved")).content.decode()
    with pytest.raises(SavedSearch.DoesNotExist):
        actions.change_search(actor=cast.ben, saved=waiting.pk, name="x")
    actions.forget_answered()
    assert SavedSearch.objects.exists()
    delete_post(actor=cast.ben, post=question)
    actions.forget_answered()
    assert not SavedSearch.objects.exists()


def test_form_sent_twice_asks_once_and_what_is_wrong_keeps_what_was_typed(cast, house, sign_in):
    client, address = sign_in(cast.ben), reverse("search:ask") + "?q=sauvakävely"
    key = client.get(address).context["composer"]["form"]["key"].value()
    data = {"key": key, "body": "Tietääkö joku?", "kind": "question", "community": cast.yard.pk}
    empty = client.post(address, {**data, "body": ""})
    assert empty.status_code == 422
    assert f'action="{reverse("search:ask")}?q=sauvak%C3%A4vely"' in empty.content.decode()
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    assert Post.objects.filter(kind="question").count() == SavedSearch.objects.count() == 1
    for broken in ("", "no-uuid"):
        assert client.post(address, {**data, "key": broken}).status_code < 500


def test_program_asks_too(cast, house, sign_in):
    data = {"community": "yard", "body": "Tietääkö joku?", "words": "sauvakävely", "key": "0" * 32}
    for _ in range(2):
        answer = sign_in(cast.ben).post("/api/v1/gaps/ask", data, content_type="application/json")
        assert answer.status_code == 200
    waiting = SavedSearch.objects.get()
    assert (waiting.question_id, waiting.user) == (answer.json()["id"], cast.ben)
