"""Reports, and posts that are hidden: who learns what, on every surface."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from feed import actions as posts
from feed.models import Hiding, Post, Report
from feed.moderation import actions
from feed.moderation.reading import cases
from feed.navigation import my_communities
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.notifications.readers import notify
from intranet.notifications.reading import notices, unread_counts
from intranet.people.models import Membership
from search.documents import all_documents, load_documents
from tests.house.world import picture
from wiki.actions import create_page


def text_of(answer) -> str:
    return answer.content.decode()


def told() -> None:
    notify(list(Activity.objects.order_by("pk")))


def lines(user) -> str:
    return " | ".join(f"{one.plain} ({one.thing.url})" for one in notices(user, "direct", None).rows)


def test_a_report_reaches_the_moderators_and_nobody_learns_who_made_it(cast, say, sign_in, program):
    post = say(cast.aino, cast.yard, "Careless words")
    answer = sign_in(cast.ben).post(
        reverse("feed:report", args=[post.pk]), {"kind": "rude", "words": "Not how we talk"}
    )
    assert answer.status_code == 302
    told()
    assert "Ben Example reported: Careless words" in lines(cast.mika)
    assert "reported" not in lines(cast.aino)
    page = text_of(sign_in(cast.mika).get("/communities/yard/moderation/"))
    assert "Ben Example" in page
    assert "Not how we talk" in page
    for person in (cast.aino, cast.ben, cast.cleo, cast.root):
        assert sign_in(person).get("/communities/yard/moderation/").status_code == 403
        assert program(person).get("/moderation/reports", community="yard").status_code == 403
    for address in (post.get_absolute_url(), "/", "/communities/yard/", "/notifications/", "/me/"):
        assert "Not how we talk" not in text_of(sign_in(cast.aino).get(address, follow=True))


def test_the_same_report_twice_is_one_and_nobody_reports_herself(cast, say):
    post = say(cast.aino, cast.yard)
    first = actions.report(actor=cast.ben, post=post, kind="rude")
    assert actions.report(actor=cast.ben, post=post, kind="wrong") == first
    assert Report.objects.count() == 1
    with pytest.raises(PermissionDenied):
        actions.report(actor=cast.aino, post=post, kind="rude")
    with pytest.raises(ValidationError):
        actions.report(actor=cast.ben, post=post, kind="other", words=" ")
    with pytest.raises(ValidationError):
        actions.report(actor=cast.ben, post=post, kind="nonsense")


def test_a_moderator_does_not_judge_herself_while_there_is_another(cast, say, sign_in):
    post = say(cast.mika, cast.yard, "A moderator's words")
    made = actions.report(actor=cast.ben, post=post, kind="rude")
    Membership.objects.filter(user=cast.aino, community=cast.yard).update(role="moderator")
    told()
    assert cases(cast.mika, cast.yard) == []
    assert "reported" not in lines(cast.mika)
    assert len(cases(cast.aino, cast.yard)) == 1
    with pytest.raises(Report.DoesNotExist):
        actions.keep_reported(actor=cast.mika, report=made)
    with pytest.raises(PermissionDenied):
        actions.hide_post(actor=cast.mika, post=post, reason="So that nobody looks")
    assert sign_in(cast.mika).post(reverse("feed:report_keep", args=[made.pk])).status_code == 404
    Membership.objects.filter(user=cast.aino, community=cast.yard).update(role="member")
    case = cases(cast.mika, cast.yard)[0]
    assert [who for _kind, _words, who, _at in case.said] == [None]
    assert "Ben Example" not in text_of(sign_in(cast.mika).get("/communities/yard/moderation/"))
    actions.keep_reported(actor=cast.mika, report=made)


def test_deciding_ends_all_reports_about_a_thing_and_tells_who_asked(cast, say):
    post = say(cast.aino, cast.yard, "Debated")
    for person in (cast.ben, cast.cleo):
        made = actions.report(actor=person, post=post, kind="wrong")
    assert actions.keep_reported(actor=cast.mika, report=made, note="A matter of taste") == 2
    told()
    assert not Report.objects.waiting().exists()
    updates = " ".join(one.plain for one in notices(cast.ben, "updates", None).rows)
    assert "Mika Example looked at what you reported: Debated" in updates
    assert "matter of taste" not in updates


def test_pages_are_reported_too(cast, sign_in):
    page = create_page(actor=cast.aino, community=cast.yard, title="Old page", body="Text")
    assert sign_in(cast.ben).post(reverse("feed:report_page", args=[page.pk]), {"kind": "wrong"}).status_code == 302
    assert "Old page" in text_of(sign_in(cast.mika).get("/communities/yard/moderation/"))
    secret = create_page(actor=cast.aino, community=cast.vault, title="Secret page", body="Text")
    assert sign_in(cast.cleo).get(reverse("feed:report_page", args=[secret.pk])).status_code == 404


@pytest.fixture
def hidden(cast, say, answer):
    """Return a thread with a file and an edited reply; the reply is hidden."""
    file = posts.add_file(actor=cast.ben, community=cast.yard, file=io.BytesIO(picture()), name="shame.png")
    post = say(cast.aino, cast.yard, "A thread")
    reply = answer(cast.ben, post, "First wording", attachments=[file])
    posts.edit_post(actor=cast.ben, post=reply, body="Shameful words for @mika.example #shame")
    posts.react(actor=cast.aino, post=reply, kind="thanks")
    told()
    actions.hide_post(actor=cast.mika, post=reply, reason="This names a customer.")
    told()
    return post, reply, file


def test_everybody_else_reads_only_that_it_is_hidden(cast, hidden, sign_in, program):
    post, reply, file = hidden
    for person in (cast.aino, cast.cleo, cast.root):
        client = sign_in(person)
        page = text_of(client.get(post.get_absolute_url()))
        assert "A moderator hid this." in page
        assert "Shameful" not in page
        stub = text_of(client.get(reverse("feed:hidden", args=[reply.pk])))
        assert "Shameful" not in stub
        assert "names a customer" not in stub
        for name in ("post_versions", "post_reactions", "post_edit", "post_menu", "bookmark", "report"):
            assert client.get(reverse(f"feed:{name}", args=[reply.pk])).status_code == 404, name
        assert client.get(file.get_absolute_url()).status_code == 404
        assert program(person).get(f"/posts/{reply.pk}").status_code == 404
        assert program(person).get(f"/moderation/hidden/{reply.pk}").status_code == 404
        assert "Shameful" not in text_of(program(person).get("/posts", thread=post.pk))
        for address in ("/", "/communities/yard/", "/notifications/", "/tags/shame/"):
            assert "Shameful" not in text_of(client.get(address)), address


def test_author_and_moderators_read_it_with_the_reason(cast, hidden, sign_in, program):
    _post, reply, _file = hidden
    assert "Mika Example hid what you wrote" in lines(cast.ben)
    assert f"/posts/{reply.pk}/hidden/" in lines(cast.ben)
    for person in (cast.ben, cast.mika):
        page = text_of(sign_in(person).get(reverse("feed:hidden", args=[reply.pk])))
        assert "Shameful" in page
        assert "This names a customer." in page
        assert program(person).get(f"/moderation/hidden/{reply.pk}").json()["reason"] == "This names a customer."
    assert "Show it again" not in text_of(sign_in(cast.ben).get(reverse("feed:hidden", args=[reply.pk])))
    for change in ("post_edit", "post_delete", "post_restore", "show"):
        assert sign_in(cast.ben).post(reverse(f"feed:{change}", args=[reply.pk]), {"body": "x"}).status_code in {
            403,
            404,
        }
    Membership.objects.filter(user=cast.ben, community=cast.lab).delete()


def test_counts_search_and_notifications_leave_it_out(cast, hidden):
    post, reply, _file = hidden
    post.refresh_from_db()
    assert post.reply_count == 0
    assert post.last_reply is None
    assert load_documents({f"post:{reply.pk}"}) == []
    assert "Shameful" not in " ".join(one.body for one in all_documents())
    assert "mentioned" not in lines(cast.mika)
    for person in (cast.aino, cast.ben, cast.mika):
        shown = sum(one.is_new for box in ("direct", "updates") for one in notices(person, box, None).rows)
        assert my_communities(person)[0]["news"] == sum(unread_counts(person).values()) == shown


def test_showing_it_again_brings_everything_back(cast, hidden, sign_in):
    post, reply, file = hidden
    answer = sign_in(cast.mika).post(reverse("feed:show", args=[reply.pk]))
    assert answer.headers["Location"].startswith(post.get_absolute_url())
    post.refresh_from_db()
    assert post.reply_count == 1
    assert "Shameful" in text_of(sign_in(cast.cleo).get(post.get_absolute_url()))
    assert b"".join(sign_in(cast.cleo).get(file.get_absolute_url()).streaming_content)
    assert load_documents({f"post:{reply.pk}"})
    assert Hiding.objects.get().shown_by == cast.mika
    told()
    history = text_of(sign_in(cast.mika).get("/communities/yard/moderation/?show=history"))
    assert "Shown again" in history
    assert "This names a customer." in history
    verbs = set(Activity.objects.filter(object_id=reply.pk).values_list("verb", flat=True))
    assert {"post.hidden", "post.shown"} <= verbs


def test_a_hidden_post_is_not_thrown_away_with_deleted_ones(cast, hidden):
    from django.utils import timezone

    from feed.actions import purge_deleted

    assert purge_deleted(before=timezone.now(), limit=50) == 0
    assert Post.objects.get(pk=hidden[1].pk).body


def test_a_hidden_thread_without_replies_leaves_the_lists(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "Alone and shameful")
    made = actions.report(actor=cast.cleo, post=post, kind="private")
    actions.hide_post(actor=cast.mika, post=post, reason="Confidential")
    made.refresh_from_db()
    assert made.decision == "hidden"
    assert "shameful" not in text_of(sign_in(cast.ben).get("/communities/yard/"))
    answer = sign_in(cast.cleo).get(post.get_absolute_url(), follow=True)
    assert "A moderator hid this." in text_of(answer)
    assert "shameful" not in text_of(answer)
    assert "shameful" in text_of(sign_in(cast.aino).get(post.get_absolute_url(), follow=True))
    sent = sign_in(cast.ben).post(reverse("feed:reply_create", args=[post.pk]), {"body": "My own words"})
    assert sent.status_code == 422
    assert "My own words" in text_of(sent)


def test_outsiders_learn_nothing_of_a_hidden_post_in_a_closed_place(cast, say, sign_in):
    post = say(cast.aino, cast.vault, "Deep secret")
    actions.hide_post(actor=cast.mika, post=post, reason="Why not")
    for person in (cast.cleo, cast.gita, cast.root):
        assert sign_in(person).get(reverse("feed:hidden", args=[post.pk])).status_code == 404
        assert sign_in(person).get(post.get_absolute_url()).status_code == 404
    Membership.objects.filter(user=cast.aino, community=cast.vault).delete()
    assert sign_in(cast.aino).get(reverse("feed:hidden", args=[post.pk])).status_code == 404


def test_reports_go_along_when_a_thread_moves_and_the_old_moderators_see_nothing_of_it(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "Telling words")
    actions.report(actor=cast.ben, post=post, kind="private", words="Reported words")
    Membership.objects.create(user=cast.cleo, community=cast.yard, role="moderator")
    move_thread(actor=cast.mika, thread=post, community=cast.vault, note="Moving words")
    client = sign_in(cast.cleo)
    for query in ("", "?show=history"):
        page = text_of(client.get(f"/communities/yard/moderation/{query}"))
        for word in ("Telling words", "Reported words", "Moving words", cast.vault.name):
            assert word not in page, word
    assert "A conversation that is elsewhere" in page
    assert "Reported words" in text_of(sign_in(cast.mika).get("/communities/vault/moderation/"))


def test_of_a_reported_page_out_of_sight_nothing_is_said(cast, sign_in):
    from wiki.actions import ensure_section, move_page

    page = create_page(actor=cast.aino, community=cast.yard, title="Telling title", body="Text")
    actions.report(actor=cast.ben, page=page, kind="private")
    Membership.objects.create(user=cast.cleo, community=cast.yard, role="moderator")
    move_page(actor=cast.mika, page=page, parent=ensure_section(cast.vault, actor=cast.mika))
    queue = text_of(sign_in(cast.cleo).get("/communities/yard/moderation/"))
    assert "Telling title" not in queue
    assert "A page that is gone" in queue


def test_a_report_that_went_along_with_its_post_does_not_name_the_new_place(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "Careless words")
    made = actions.report(actor=cast.cleo, post=post, kind="rude")
    actions.keep_reported(actor=cast.mika, report=made)
    told()
    move_thread(actor=cast.mika, thread=post, community=cast.vault)
    told()
    found = notices(cast.cleo, "updates", None).rows
    assert [one.thing.place for one in found] == [""]
    assert "Vault" not in text_of(sign_in(cast.cleo).get("/notifications/?box=updates"))


def test_tags_of_a_hidden_post_are_hidden_with_it(cast, say, answer, program):
    post = say(cast.aino, cast.yard, "Words #shameful")
    answer(cast.ben, post, "Reply #proper")
    assert program(cast.ben).get("/feed").json()["items"][0]["tags"] == ["shameful"]
    actions.hide_post(actor=cast.mika, post=post, reason="No")
    assert program(cast.ben).get("/feed").json()["items"][0]["tags"] == []


def test_who_wrote_on_a_page_does_not_learn_who_reported_it(cast, sign_in, program):
    page = create_page(actor=cast.mika, community=cast.yard, title="Rules", body="Text")
    Membership.objects.filter(user=cast.aino, community=cast.yard).update(role="moderator")
    actions.report(actor=cast.ben, page=page, kind="wrong", words="Not so")
    told()
    assert "Ben Example reported: Rules" in lines(cast.aino)
    assert "Somebody reported: Rules" in lines(cast.mika)
    for person, expected in ((cast.aino, True), (cast.mika, False)):
        queue = text_of(sign_in(person).get("/communities/yard/moderation/"))
        assert "Not so" in queue
        assert ("Ben Example" in queue) == expected
        found = program(person).get("/moderation/reports", community="yard").json()["items"]
        assert [one["by"] for one in found] == [cast.ben.handle if expected else None]
