"""Uploads that nothing uses go after a week, their contents too; what any text still names stays."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from feed import actions
from feed.actions import unused
from feed.actions.files import stored_names
from feed.models import Attachment
from intranet.activity.worker import sweep
from tests.feed.test_files import picture, put

OLD = timedelta(days=8)


def old(cast, **more) -> Attachment:
    """Make an upload that nobody used, eight days ago."""
    file = put(cast, **more)
    Attachment.objects.filter(pk=file.pk).update(created_at=timezone.now() - OLD)
    return file


def is_there(file: Attachment) -> bool:
    row = Attachment.objects.filter(pk=file.pk, removed_at=None).exists()
    stored = [default_storage.exists(name) for name in stored_names(file.stored_as)]
    assert row == stored[0] == any(stored)
    return row


def test_an_old_upload_goes_with_its_smaller_pictures_and_a_fresh_one_stays(cast):
    gone, fresh = old(cast), put(cast)
    assert default_storage.exists(f"{gone.stored_as}.w320")
    assert actions.forget_unused_files() == 1
    assert not is_there(gone)
    assert not Attachment.objects.filter(pk=gone.pk).exists()
    assert is_there(fresh)
    assert actions.forget_unused_files() == 0


def test_the_worker_does_it_once_a_day(cast):
    file = old(cast)
    sweep()
    assert not is_there(file)


def test_files_of_posts_and_pages_stay(cast, say):
    in_post, shown, deleted = old(cast), old(cast), old(cast)
    say(cast.aino, cast.lab, "With a file", attachments=[in_post])
    post = say(cast.aino, cast.lab, f"![kaavio]({shown.get_absolute_url()})")
    actions.edit_post(actor=cast.aino, post=post, body="Not any more")
    actions.delete_post(actor=cast.aino, post=say(cast.aino, cast.lab, "Deleted", attachments=[deleted]))
    page = old(cast)
    save_page(cast, body=f"![kaavio]({page.get_absolute_url()})")
    assert actions.forget_unused_files() == 0
    assert is_there(in_post)
    assert is_there(shown)
    assert is_there(page)


def save_page(cast, *, body: str, base=None):
    from wiki import actions as wiki

    place = cast.lab
    return wiki.create_page(actor=cast.aino, parent=wiki.ensure_section(community=place), title="Plan", body=body)


def in_post(cast, words, say):
    # By somebody else, so that the post does not adopt it.
    say(cast.ben, cast.lab, words)


def in_earlier_words_of_a_post(cast, words, say):
    post = say(cast.ben, cast.lab, words)
    actions.edit_post(actor=cast.ben, post=post, body="Not any more")


def in_reply(cast, words, say):
    actions.reply_to_post(actor=cast.ben, post=say(cast.aino, cast.lab), body=words)


def in_page(cast, words, say):
    page = save_page(cast, body="x")
    type(page).objects.filter(pk=page.pk).update(body=words)


def in_version_of_a_page(cast, words, say):
    from wagtail.models import Revision

    revision = Revision.objects.get(pk=save_page(cast, body="x").latest_revision_id)
    revision.content["body"] = f'Ä "quoted"\n{words}'
    revision.save()


def in_draft(cast, words, say):
    from wiki.models import Draft

    Draft.objects.create(author=cast.ben, title="Half a plan", body=words)


def in_step(cast, words, say):
    from wiki.onboarding.models import Path, Step

    path = Path.objects.create(community=cast.lab, title="First", slug="first", owner=cast.mika)
    Step.objects.create(path=path, position=1, kind="do", title="Look", text=words)


PLACES = [in_post, in_earlier_words_of_a_post, in_reply, in_page, in_version_of_a_page, in_draft, in_step]


@pytest.mark.parametrize("place", PLACES, ids=[place.__name__ for place in PLACES])
@pytest.mark.parametrize("words", ["![kaavio]({})", "[kaavio](http://testserver{})"])
def test_what_a_text_still_names_stays(cast, say, place, words):
    named, other = old(cast), old(cast)
    place(cast, words.format(named.get_absolute_url()), say)
    assert actions.forget_unused_files() == 1
    assert is_there(named)
    assert not is_there(other)


class Died(BaseException):
    """The process is killed here."""


@pytest.mark.parametrize("calls", range(7))
def test_killed_in_between_the_next_run_finishes_it(cast, monkeypatch, calls):
    monkeypatch.setattr(unused, "BATCH", 1)
    files, kept = [old(cast), old(cast)], put(cast)
    delete, left = default_storage.delete, iter(range(calls))

    def dying(name: str) -> None:
        if next(left, None) is None:
            raise Died
        delete(name)

    with monkeypatch.context() as deadly:
        deadly.setattr(default_storage._wrapped, "delete", dying, raising=False)
        if calls < 6:
            with pytest.raises(Died):
                actions.forget_unused_files()
            # Whoever looks in between is not shown half a file.
            assert not Attachment.objects.visible_to(cast.aino).filter(pk__in=[file.pk for file in files]).exists()
        else:
            actions.forget_unused_files()
    actions.forget_unused_files()
    assert [is_there(file) for file in files] == [False, False]
    assert not Attachment.objects.filter(pk__in=[file.pk for file in files]).exists()
    assert is_there(kept)


def test_a_file_that_is_posted_while_texts_are_looked_through_stays(cast, say, settings):
    file = old(cast)
    settings.FILE_KEEPERS = ["tests.feed.test_unused_files.post_meanwhile"]
    POSTED.append(lambda: say(cast.aino, cast.lab, "Just now", attachments=[file]))
    assert actions.forget_unused_files() == 0
    assert is_there(file)


POSTED: list = []


def post_meanwhile(files):
    """A keeper that takes its time."""
    POSTED.pop()()
    return set()


def test_what_its_uploader_removed_before_using_it_goes_at_once(cast):
    file = put(cast, content=picture(100, 50))
    actions.remove_file(actor=cast.aino, attachment=file)
    assert actions.forget_unused_files() == 1
    assert not is_there(file)


def test_how_many_questions_does_not_depend_on_how_many_files(cast, django_assert_num_queries):
    actions.forget_unused_files()  # Django remembers the kinds of content
    old(cast)
    actions.forget_unused_files()
    for count in (3, 30):
        for number in range(count):
            old(cast, content=b"x", name=f"{number}.txt")
        with django_assert_num_queries(16):
            assert actions.forget_unused_files() == count
