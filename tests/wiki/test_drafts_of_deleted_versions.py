"""A draft begun with a version that is deleted for good, or with no version at all: nobody else's words go unasked."""

import pytest

from intranet.people.actions import enter_community
from wiki import actions
from wiki.models import DiscardedDraft, Draft

MINE = "one\n\nsecret\n\nsame\n\nan hour of mine\n"


@pytest.fixture
def page(cast):
    enter_community(actor=cast.root, community=cast.lab)
    return actions.create_page(actor=cast.aino, community=cast.lab, title="Plan", body="one\n\nsame\n")


def save(page, body, actor):
    page.refresh_from_db()
    actions.save_page(actor=actor, page=page, base_revision_id=page.live_revision_id, body=body)
    page.refresh_from_db()


def test_draft_of_a_deleted_version_does_not_write_over_what_came_since(cast, page, sign_in):
    save(page, "one\n\nsecret\n\nsame\n", cast.aino)
    actions.save_draft(actor=cast.ben, page=page, title="Plan", body=MINE, base_revision_id=page.live_revision_id)
    save(page, "Aino's important line\n\none\n\nsame\n", cast.aino)
    actions.delete_version(actor=cast.root, page=page, number=2, reason="leak")
    ben, url = sign_in(cast.ben), f"/wiki/id/{page.pk}/edit/"
    form = ben.get(f"{url}?draft").context["form"].initial
    answer = ben.post(url, {name: value or "" for name, value in form.items()})
    page.refresh_from_db()
    assert "Aino's important line" in page.body
    assert "an hour of mine" in (page.body if answer.status_code == 302 else answer.content.decode())
    assert "secret" not in page.body


def test_draft_without_a_version_is_asked_about(cast, page, sign_in):
    actions.save_draft(actor=cast.ben, page=page, title="Plan", body="something else\n")
    ben, url = sign_in(cast.ben), f"/wiki/id/{page.pk}/edit/"
    form = ben.get(f"{url}?draft").context["form"].initial
    assert ben.post(url, {name: value or "" for name, value in form.items()}).status_code == 409
    page.refresh_from_db()
    assert page.body == "one\n\nsame\n"
    assert Draft.objects.get().body == "something else\n"


def test_draft_thrown_away_forgets_the_deleted_version_too(cast, page):
    save(page, "one\n\nsecret\n\nsame\n", cast.aino)
    draft = actions.save_draft(
        actor=cast.ben, page=page, title="Plan", body=MINE, base_revision_id=page.live_revision_id
    )
    actions.discard_draft(actor=cast.ben, draft=draft.pk)
    save(page, "one\n\nsame\n", cast.aino)
    actions.delete_version(actor=cast.root, page=page, number=2, reason="leak")
    gone = DiscardedDraft.objects.get()
    assert "secret" not in gone.body
    assert "an hour of mine" in actions.restore_draft(actor=cast.ben, discarded=gone.pk).body
