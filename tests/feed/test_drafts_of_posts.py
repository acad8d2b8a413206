"""Drafts of what is said: found on another device, by nobody else, and gone once it was sent."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed.models import PostDraft
from feed.threads import actions
from intranet.people.models import Membership


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_draft_of_a_reply_is_found_on_another_device_and_by_nobody_else(cast, say, sign_in):
    post, here, there = say(cast.aino, cast.yard), sign_in(cast.ben), sign_in(cast.ben)
    address = reverse("feed:draft")
    kept = here.post(address, {"thread": post.pk, "body": "Half a thought", "key": uuid.uuid4()})
    assert kept.json()["draft"]
    assert "Half a thought" in text_of(there.get(f"/threads/{post.pk}/"))
    assert "Half a thought" in text_of(there.get(reverse("feed:drafts")))
    for person in (cast.aino, cast.mika, cast.root):
        assert "Half a thought" not in text_of(sign_in(person).get(f"/threads/{post.pk}/"))
        assert "Half a thought" not in text_of(sign_in(person).get(reverse("feed:drafts")))
    there.post(reverse("feed:reply_create", args=[post.pk]), {"body": "A whole thought"})
    assert not PostDraft.objects.exists()


def test_what_was_sent_is_not_kept_again_by_a_late_request(cast, say, sign_in):
    post, client, key = say(cast.aino, cast.yard), sign_in(cast.ben), uuid.uuid4()
    client.post(reverse("feed:reply_create", args=[post.pk]), {"body": "Sent", "key": key})
    client.post(reverse("feed:draft"), {"thread": post.pk, "body": "Sen", "key": key})
    assert not PostDraft.objects.exists()


def test_a_draft_of_a_new_post_goes_on_elsewhere(cast, sign_in):
    client = sign_in(cast.ben)
    assert client.get(reverse("feed:draft_begun")).status_code == 204
    client.post(reverse("feed:draft"), {"community": cast.lab.pk, "body": "Begun"})
    assert client.get(reverse("feed:draft_begun")).json()["body"] == "Begun"
    assert "Begun" in text_of(client.get(reverse("feed:post_create") + "?draft"))
    client.post(reverse("feed:post_create"), {"community": cast.lab.pk, "body": "Begun and ended"})
    assert not PostDraft.objects.exists()


def test_a_draft_of_a_thread_out_of_sight_shows_only_ones_own_words(cast, say, sign_in):
    post, client = say(cast.aino, cast.lab, "Secret place"), sign_in(cast.ben)
    client.post(reverse("feed:draft"), {"thread": post.pk, "body": "My words"})
    Membership.objects.filter(user=cast.ben, community=cast.lab).delete()
    page = text_of(client.get(reverse("feed:drafts")))
    assert "My words" in page
    assert cast.lab.name not in page
    assert f"/threads/{post.pk}/" not in page
    assert client.post(reverse("feed:draft"), {"thread": post.pk, "body": "More"}).status_code == 404


@pytest.mark.parametrize("body", ["a\x00b", "x" * 30_000, "\ud800"])
def test_bad_drafts_are_refused_in_words(cast, say, body):
    with pytest.raises(ValidationError):
        actions.save_post_draft(actor=cast.ben, thread=say(cast.aino, cast.yard), body=body)


def test_one_key_makes_one_reply_by_every_door(cast, say, sign_in, program):
    post, key = say(cast.aino, cast.yard), str(uuid.uuid4())
    client = sign_in(cast.ben)
    for _press in range(2):
        client.post(reverse("feed:reply_create", args=[post.pk]), {"body": "Once", "key": key})
    made = program(cast.ben, "write").post("/posts", {"reply_to": post.pk, "body": "Once", "key": key})
    assert made.status_code == 201
    assert post.replies.count() == 1


def test_a_draft_does_not_name_a_community_its_writer_is_out_of(cast, program):
    actions.save_post_draft(actor=cast.ben, community=cast.vault, body="My words")
    found = program(cast.ben).get("/post-drafts").json()
    assert [(one["community"], one["body"]) for one in found] == [("vault", "My words")]
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    found = program(cast.ben).get("/post-drafts").json()
    assert [(one["community"], one["body"]) for one in found] == [(None, "My words")]
