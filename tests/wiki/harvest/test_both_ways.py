"""Page and conversation name each other to those who may see the other; programs do the same; bad input."""

import uuid

import pytest
from django.urls import reverse

from feed import actions as feed
from feed.moderation.actions import hide_post
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from tests.api.programs import Program
from tests.feed.test_pages import PEOPLE, READERS
from tests.wiki.harvest.test_harvest import begin, publish
from wiki import actions
from wiki.harvest.models import Harvest
from wiki.models import DiscardedDraft, Draft

# --- Both ways, for whom it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_thread_and_page_name_each_other_only_to_who_may_see_the_other(cast, talk, sign_in, name):
    thread, replies = talk(cast.lab)
    page = publish(cast.aino, begin(cast.aino, thread, replies, cast.yard))
    client = sign_in(cast.people[name])
    if name in READERS["yard"]:
        html = client.get(page.get_absolute_url()).content.decode()
        assert ("Made of the conversation" in html) == (name in READERS["lab"])
        assert (f"/threads/{thread.pk}/" in html) == (name in READERS["lab"])
        assert "Lab" not in html or name in READERS["lab"] or "dot" in html
    if name in READERS["lab"]:
        html = client.get(thread.get_absolute_url()).content.decode()
        assert ("Summarised in" in html) == (name in READERS["yard"])
        cards = Program(cast.people[name]).get(f"/posts/{thread.pk}").json()["cards"]
        assert [card["is_summary"] for card in cards] == ([True] if name in READERS["yard"] else [])
    vault, more = talk(cast.vault)
    hidden = publish(cast.aino, begin(cast.aino, vault, more, cast.everyone, title="Of the vault"))
    if name in READERS["everyone"]:
        html = client.get(hidden.get_absolute_url()).content.decode()
        assert ("Made of the conversation" in html) == (name in READERS["vault"])
        assert ("Vault" in html.partition("<main")[2]) <= (name in READERS["vault"])


def test_who_reads_along_makes_a_page_and_leaves_no_mark_on_the_thread(cast, talk, sign_in):
    thread, replies = talk(cast.yard)
    page = publish(cast.cleo, begin(cast.cleo, thread, replies, cast.everyone))
    thread.refresh_from_db()
    assert thread.cards is None
    assert thread.about_page_id is None
    assert "Made of the conversation" in sign_in(cast.cleo).get(page.get_absolute_url()).content.decode()


def test_a_thread_about_another_page_stays_its_talk_and_says_that_it_was_summarised(cast, write, sign_in):
    old = write("Old page")
    thread = feed.publish_post(actor=cast.aino, community=cast.yard, body="A question?", about_page=old)
    page = publish(cast.aino, begin(cast.aino, thread, [thread], cast.yard))
    thread.refresh_from_db()
    assert thread.about_page_id == old.pk
    html = sign_in(cast.ben).get(page.get_absolute_url()).content.decode()
    assert "Made of the conversation" in html
    assert "Summarised in" in sign_in(cast.ben).get(thread.get_absolute_url()).content.decode()
    assert page.pk != old.pk


def test_who_is_quoted_hears_of_it(cast, talk):
    thread, replies = talk()
    page = publish(cast.aino, begin(cast.aino, thread, replies, cast.yard))
    notify(list(Activity.objects.order_by("pk")))
    told = Notification.objects.filter(event="summarised")
    assert [(row.user, row.object_id) for row in told] == [(cast.ben, str(page.pk))]


def test_a_draft_thrown_away_and_taken_back_still_knows_its_conversation(cast, talk):
    thread, replies = talk()
    harvest = begin(cast.aino, thread, replies, cast.yard)
    gone = actions.discard_draft(actor=cast.aino, draft=harvest.draft_id)
    draft = actions.restore_draft(actor=cast.aino, discarded=gone.pk)
    harvest.refresh_from_db()
    assert harvest.draft == draft
    assert set(publish(cast.aino, harvest).contributors) == {cast.aino.pk, cast.ben.pk}


def test_nothing_of_a_quote_is_kept_beside_the_page_or_after_its_draft_is_gone(cast, talk):
    thread, replies = talk()
    harvest = begin(cast.aino, thread, replies, cast.yard)
    publish(cast.aino, harvest)
    harvest.refresh_from_db()
    assert harvest.quotes == [[replies[0].pk, ""]]
    other = begin(cast.aino, thread, replies, cast.yard, title="Another")
    actions.discard_draft(actor=cast.aino, draft=other.draft_id)
    actions.forget_discarded_drafts()
    assert Harvest.objects.filter(pk=other.pk).exists()  # it can be had back
    DiscardedDraft.objects.all().delete()
    actions.forget_discarded_drafts()
    assert not Harvest.objects.filter(pk=other.pk).exists()


def test_a_draft_of_somebody_else_is_nobodys_to_publish_with(cast, talk):
    thread, replies = talk()
    harvest = begin(cast.aino, thread, replies, cast.yard)
    page = actions.create_page(actor=cast.ben, community=cast.yard, title="Mine", body="x", draft_id=harvest.draft_id)
    harvest.refresh_from_db()
    assert harvest.page is None
    assert page.contributors == [cast.ben.pk]


@pytest.mark.parametrize(
    "wrong",
    [{"posts": ["x"]}, {"posts": ["9" * 30]}, {"title": ""}, {"title": "   "}, {"title": "a\x00b" * 2_000}, {"posts": []},
     {"community": "x"}, {"parent": "0"}, {"parent": "9" * 30}, {"key": "no"}, {"agreed": "x" * 5_000},
 ],
)  # fmt: skip
def test_bad_input_is_answered_next_to_its_field(cast, talk, sign_in, wrong):
    thread, _replies = talk(cast.lab)
    sent = {"posts": [thread.pk], "community": cast.yard.pk, "title": "Drying wood", **wrong}
    answered = sign_in(cast.aino).post(reverse("wiki:from_thread", args=[thread.pk]), sent)
    assert answered.status_code == 422
    assert not Draft.objects.exists()


def test_programs_make_and_publish_a_page_of_a_thread_by_the_same_rules(cast, talk):
    thread, replies = talk(cast.lab)
    aino = Program(cast.aino, scope="write")
    code = aino.get("/harvests/gains", thread=thread.pk, community="yard").json()
    assert (code["people"], code["guests"]) == (2, 0)
    asked = {"thread": thread.pk, "posts": [replies[0].pk], "title": "Drying wood", "community": "yard"}
    assert aino.post("/harvests", asked).status_code == 422
    made = aino.post("/harvests", {**asked, "agreed": code["code"], "key": str(uuid.uuid4())})
    assert made.status_code == 201
    assert "Under a roof" in made.json()["markdown"]
    path = f"/harvests/{made.json()['id']}/publish"
    assert Program(cast.ben, scope="write").post(path, {}).status_code == 404
    assert aino.post(path, {}).status_code == 422  # not told
    published = aino.post(path, {"agreed": code["code"]})
    assert published.status_code == 201
    assert aino.post(path, {}).json() == published.json()
    assert Program(cast.cleo, scope="write").post("/harvests", asked).status_code == 404
    assert Program(cast.gita, scope="write").post("/harvests", asked).status_code == 404


def test_a_page_says_nothing_of_a_first_post_that_was_hidden_or_deleted(cast, talk, sign_in):
    for take_away in (
        lambda post: hide_post(actor=cast.mika, post=post, reason="No"),
        lambda post: feed.delete_post(actor=cast.aino, post=post),
    ):
        thread, replies = talk(question="Terrible words")
        page = publish(cast.aino, begin(cast.aino, thread, replies, cast.yard, title=f"Of {thread.pk}"))
        client = sign_in(cast.cleo)
        assert "Terrible words" in client.get(page.get_absolute_url()).content.decode()
        take_away(thread)
        html = client.get(page.get_absolute_url()).content.decode()
        assert "Terrible words" not in html
        assert f'href="/threads/{thread.pk}/">Aino Example: …</a>' in html


@pytest.mark.parametrize("number", [2**70, 0, -1, "x"])
def test_numbers_that_are_no_posts_are_bad_input_for_programs(cast, talk, number):
    thread, _replies = talk()
    asked = {"thread": thread.pk, "posts": [number], "title": "Drying wood", "community": "yard"}
    assert Program(cast.aino, scope="write").post("/harvests", asked).status_code == 422
