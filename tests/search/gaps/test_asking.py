"""From a search in vain to a question, and to the page that answers it later."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from feed.actions import delete_post, reply_to_post
from feed.kinds.actions import mark_answer
from feed.models import Post
from intranet.activity.dispatch import dispatch_due
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.notifications.reading import named
from intranet.people.models import Membership
from search.gaps.models import VainSearch
from search.readers import index_activity
from search.saved import actions, looking
from search.saved.models import SavedSearch
from search.words.models import Pin
from tests.wiki.harvest.test_harvest import begin, publish
from wiki.actions import create_page, trash_page
from wiki.care.facts import today


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


@pytest.fixture
def asked(ask, cast, house):
    """Ben's question to Yard, asked after a search in vain."""
    return ask(cast.ben, cast.yard)[1]


def answered(actor, question, writer, body):
    reply = reply_to_post(actor=writer, post=question, body=body)
    mark_answer(actor=actor, reply=reply)
    return reply


def test_page_linked_in_the_reply_that_was_marked_is_told_at_once_and_once(cast, asked, worker):
    page = create_page(actor=cast.aino, community=cast.yard, title="Kävelyohje", body="Muut sanat.")
    hidden = create_page(actor=cast.aino, community=cast.lab, title="Kävelyohje holvissa", body="Muut sanat.")
    Membership.objects.filter(user=cast.ben, community=cast.lab).delete()
    links = f"{hidden.get_absolute_url()} http://testserver{page.get_absolute_url()}"
    answered(cast.mika, asked, cast.aino, f"See [this]({links.split()[0]}) and {links.split()[1]}")
    dispatch_due({"saved": looking.note_news, "notifications": notify})
    assert told(cast.ben) == ["A page may answer what you asked: Kävelyohje"]
    create_page(actor=cast.aino, community=cast.yard, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert len(told(cast.ben)) == 1
    assert Activity.objects.filter(verb="search.answered").count() == 1


def test_asker_who_marked_the_answer_herself_is_told_nothing_and_waits_no_more(cast, asked, worker):
    page = create_page(actor=cast.aino, community=cast.yard, title="Kävelyohje", body="Muut sanat.")
    answered(cast.ben, asked, cast.aino, f"See http://testserver{page.get_absolute_url()}")
    worker()
    assert told(cast.ben) == []
    assert not SavedSearch.objects.get().is_watched


def test_answer_without_a_page_ends_no_waiting(cast, asked, worker):
    answered(cast.mika, asked, cast.aino, "Kysy Railta, http://testserver/communities/yard/")
    worker()
    create_page(actor=cast.aino, community=cast.yard, title="Sauvakävelyn säännöt", body="Kaksi sauvaa.")
    worker()
    assert len(told(cast.ben)) == 1


@pytest.mark.parametrize("quoted", [False, True])
def test_page_made_of_the_thread_is_told_unless_the_asker_hears_that_she_is_quoted(cast, asked, worker, quoted):
    reply = reply_to_post(actor=cast.aino, post=asked, body="Kuivalla tiellä kahdella sauvalla.")
    chosen = [asked, reply] if quoted else [reply]
    publish(cast.aino, begin(cast.aino, asked, chosen, cast.yard, title="Tien laidalla"))
    worker()
    heard = Notification.objects.visible_to(cast.ben).filter(event__in=["page_found", "summarised"])
    assert [row.event for row in heard] == (["summarised"] if quoted else ["page_found"])
    assert not SavedSearch.objects.get().is_watched


def test_editor_says_which_page_answers_a_gap_and_everybody_who_asked_for_it_is_told(cast, house, ask, worker, sign_in):
    for user in (cast.ben, cast.cleo):
        ask(user, cast.everyone, "sauvakävelyn säännöt" if user == cast.ben else "säännöt sauvakävelyyn")
    ask(cast.gita, cast.lab, "sauvakävelyn säännöt")
    ask(cast.root, cast.everyone, "sauvakävelyn")
    gap = VainSearch.objects.create(
        key="k", words="sauvakävelyn säännöt", first_on=today(), last_on=today(), is_shown=True
    )
    page = create_page(actor=cast.aino, community=cast.yard, title="Kävelyohje", body="Muut sanat.")
    address, mika = reverse("search:gap_answer", args=[gap.pk]), sign_in(cast.mika)
    for wrong in ("", "https://elsewhere.example/", house.posts["yard"].get_absolute_url(), "x" * 3_000):
        refused = mika.post(address, {"address": wrong})
        assert refused.status_code == 422
        assert 'class="field has-error"' in refused.content.decode()
    for name in ("aino", "cleo", "gita"):
        assert sign_in(cast.people[name]).post(address, {"address": page.get_absolute_url()}).status_code in {403, 404}
    assert VainSearch.objects.get().is_shown
    assert mika.post(address, {"address": page.get_absolute_url()}).status_code == 302
    worker()
    heard = [name for name, user in cast.people.items() if told(user)]
    assert heard == ["ben", "cleo"]  # Gita may not read Yard, Root asked for something else
    assert not VainSearch.objects.get().is_shown
    assert Pin.objects.get().page_id == page.pk
    assert "Kävelyohje" in sign_in(cast.cleo).get(reverse("search:search") + "?q=sauvakävely+sääntö").content.decode()
    program = sign_in(cast.root).put(
        f"/api/v1/gaps/{gap.pk}/answer", {"address": page.get_absolute_url()}, content_type="application/json"
    )
    assert program.status_code == 204
    worker()
    assert Activity.objects.filter(verb="search.answered").count() == 2
