"""Drafts that are thrown away and wanted back; drafts, editors and versions of files for programs."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from tests.house.world import picture
from wiki import actions
from wiki.models import DiscardedDraft, Draft

JSON = {"content_type": "application/json"}


def test_draft_thrown_away_comes_back_as_it_was(cast, write, sign_in):
    page, ben = write("Pump"), sign_in(cast.ben)
    draft = actions.save_draft(actor=cast.ben, page=page, title="Pump", body="typed for an hour", base_revision_id=7)
    html = ben.post(reverse("wiki:draft_discard", args=[draft.pk]), follow=True).content.decode()
    gone = DiscardedDraft.objects.get()
    undo = reverse("wiki:draft_restore", args=[gone.pk])
    assert undo in html
    assert not Draft.objects.exists()
    ben.post(undo)
    back = Draft.objects.get()
    assert (back.author_id, back.page_id, back.body, back.base_revision_id) == (
        cast.ben.pk,
        page.pk,
        "typed for an hour",
        7,
    )
    assert back.updated_at == draft.updated_at
    assert not DiscardedDraft.objects.exists()


def test_nobody_else_brings_it_back_and_nobody_after_ten_minutes(cast, sign_in):
    draft = actions.save_draft(actor=cast.ben, community=cast.yard, title="Idea", body="mine")
    gone = actions.discard_draft(actor=cast.ben, draft=draft.pk)
    undo = reverse("wiki:draft_restore", args=[gone.pk])
    assert sign_in(cast.aino).post(undo).status_code == 404
    DiscardedDraft.objects.update(discarded_at=timezone.now() - timedelta(minutes=11))
    assert sign_in(cast.ben).post(undo).status_code == 404
    actions.forget_discarded_drafts()
    assert not DiscardedDraft.objects.exists()


def test_draft_begun_anew_is_not_overwritten_by_the_old_one(cast, write, sign_in):
    page = write("Pump")
    draft = actions.save_draft(actor=cast.ben, page=page, title="Pump", body="old words")
    gone = actions.discard_draft(actor=cast.ben, draft=draft.pk)
    actions.save_draft(actor=cast.ben, page=page, title="Pump", body="new words")
    html = sign_in(cast.ben).post(reverse("wiki:draft_restore", args=[gone.pk]), follow=True).content.decode()
    assert "You have begun another draft" in html
    assert Draft.objects.get().body == "new words"
    assert DiscardedDraft.objects.get().body == "old words"


def test_program_keeps_lists_and_discards_drafts(cast, write, sign_in):
    page, ben = write("Pump", "one"), sign_in(cast.ben)
    made = ben.post("/api/v1/drafts", {"page": page.pk, "markdown": "two"}, **JSON).json()
    assert made["markdown"] == "two"
    assert [row["id"] for row in ben.get("/api/v1/drafts").json()] == [made["id"]]
    assert sign_in(cast.aino).get("/api/v1/drafts").json() == []
    assert sign_in(cast.aino).delete(f"/api/v1/drafts/{made['id']}").status_code == 404
    assert ben.post("/api/v1/drafts", {"page": page.pk, "markdown": "one"}, **JSON).status_code == 204
    new = ben.post("/api/v1/drafts", {"community": "yard", "title": "Idea"}, **JSON).json()
    again = ben.post("/api/v1/drafts", {"draft": new["id"], "title": "Better idea"}, **JSON).json()
    assert (again["id"], again["parent"]) == (new["id"], new["parent"])
    assert ben.delete(f"/api/v1/drafts/{new['id']}").status_code == 204
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "data", [{"page": 10**12}, {"parent": 10**12, "title": "x"}, {"community": "vault", "title": "x"}]
)
def test_draft_has_no_place_where_its_author_cannot_look(cast, write, sign_in, data):
    assert sign_in(cast.cleo).post("/api/v1/drafts", {"markdown": "x"} | data, **JSON).status_code == 404


def test_program_asks_who_is_editing(cast, write, sign_in):
    page = write("Plan", community=cast.lab)
    actions.note_editing(actor=cast.ben, page=page.pk, tab="a")
    url = f"/api/v1/pages/{page.pk}/editing"
    assert [row["handle"] for row in sign_in(cast.gita).get(url).json()] == [cast.ben.handle]
    assert sign_in(cast.ben).get(url).json() == []
    assert sign_in(cast.cleo).get(url).status_code == 404


def test_program_replaces_a_file_and_lists_what_it_was(cast, write, sign_in):
    file = feed.add_file(actor=cast.aino, community=cast.lab, file=io.BytesIO(picture()), name="before.png")
    write("Plan", f"![]({file.get_absolute_url()})", community=cast.lab)
    url, ben = f"/api/v1/file-versions/{file.pk}", sign_in(cast.ben)
    answer = ben.post(url, {"file": SimpleUploadedFile("after.png", picture("navy"), "image/png")})
    assert (answer.status_code, answer.json()["name"]) == (200, "after.png")
    (version,) = ben.get(url).json()
    assert (version["name"], version["replaced_by"]) == ("before.png", cast.ben.handle)
    assert b"".join(ben.get(version["url"]).streaming_content) == picture()
    wrong = SimpleUploadedFile("after.txt", b"no picture", "text/plain")
    assert ben.post(url, {"file": wrong}).status_code == 422
    assert sign_in(cast.cleo).get(url).status_code == 404
    assert sign_in(cast.cleo).post(url, {"file": wrong}).status_code == 404
