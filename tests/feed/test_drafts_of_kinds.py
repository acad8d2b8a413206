"""A post that was begun on one device goes on at another with its kind and all that kind asks for."""

import pytest
from django.urls import reverse

from feed.models import Post, PostDraft

POLL = {"kind": "poll", "options": "Monday\nFriday", "several": "on", "closes_at": "2027-01-04T10:00"}
KINDS = [
    (POLL, POLL | {"several": True}),
    ({"kind": "praise", "people": "@ben.example, M"}, {"kind": "praise", "people": "@ben.example, M"}),
    (
        {"kind": "announcement", "level": "crisis", "due_on": "2027-01-04", "expires_on": "2027-02"},
        {"kind": "announcement", "level": "crisis", "due_on": "2027-01-04", "expires_on": "2027-02"},
    ),
]


@pytest.mark.parametrize(("typed", "kept"), KINDS)
def test_kind_and_fields_are_kept_as_typed_and_given_to_their_writer_alone(cast, sign_in, typed, kept):
    phone, desk = sign_in(cast.mika), sign_in(cast.mika)
    sent = {"body": "Half a thought", "community": cast.lab.pk, **typed}
    assert phone.post(reverse("feed:draft"), sent).json()["draft"]
    begun = desk.get(reverse("feed:draft_begun")).json()
    assert (begun["body"], begun["community"], begun["details"]) == ("Half a thought", cast.lab.pk, kept)
    page = desk.get(reverse("feed:post_create") + "?draft").content.decode()
    assert f'value="{typed["kind"]}" checked' in page
    assert f'<option value="{cast.lab.pk}" selected' in page
    for name in set(kept) - {"kind", "several", "level"}:
        assert kept[name] in page, name
    for person in (cast.aino, cast.ben, cast.cleo, cast.gita, cast.root):
        assert sign_in(person).get(reverse("feed:draft_begun")).status_code == 204


def test_a_poll_begun_on_the_phone_is_sent_at_the_desk(cast, sign_in):
    phone, desk = sign_in(cast.ben), sign_in(cast.ben)
    phone.post(reverse("feed:draft"), {"body": "", "community": cast.yard.pk, **POLL})
    begun = desk.get(reverse("feed:draft_begun")).json()
    sent = {"body": "When?", "community": begun["community"], **begun["details"]}
    assert desk.post(reverse("feed:post_create"), sent).status_code == 302
    assert Post.objects.get().facts["options"] == ["Monday", "Friday"]
    assert Post.objects.get().facts["several"] is True
    assert not PostDraft.objects.exists()


def test_without_a_word_there_is_no_draft_and_a_reply_has_no_kind(cast, say, sign_in):
    client = sign_in(cast.ben)
    client.post(reverse("feed:draft"), {"body": " ", "kind": "poll", "options": " ", "level": "normal"})
    assert not PostDraft.objects.exists()
    client.post(reverse("feed:draft"), {"body": "Yes", "thread": say(cast.aino, cast.yard).pk, **POLL})
    assert PostDraft.objects.get().details is None


@pytest.mark.parametrize("options", ["a\x00b", "x" * 60_000])
def test_fields_that_cannot_be_stored_are_refused_in_words(cast, sign_in, options):
    answer = sign_in(cast.ben).post(reverse("feed:draft"), {"body": "A", "kind": "poll", "options": options})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_programs_keep_and_read_the_same(cast, program):
    details = {"kind": "poll", "options": "Monday\nFriday", "several": True}
    mine = program(cast.ben, "write")
    made = mine.post("/post-drafts", {"community": "yard", "body": "When?", "details": details})
    assert made.status_code == 200
    assert made.json()["details"] == details
    assert mine.get("/post-drafts").json()[0]["details"] == details
    assert mine.post("/post-drafts", {"body": "When?", "details": {"colour": "red"}}).status_code == 422
