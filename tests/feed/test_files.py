"""Files: taken in by content, seen by readers of the community only, gone with their post."""

import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from feed import actions
from feed.models import Attachment, Post

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]
READERS = {"lab": {"aino", "ben", "mika", "gita"}, "yard": {"aino", "ben", "cleo", "mika", "root"}}


def picture(width=1200, height=800, kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


def put(cast, place="lab", content=None, name="kaavio.png", person=None) -> Attachment:
    file = io.BytesIO(picture() if content is None else content)
    return actions.add_file(actor=person or cast.aino, community=getattr(cast, place), file=file, name=name)


class Answers:
    """A client whose answers are read to the end, which closes the file, as a server does."""

    def __init__(self, client) -> None:
        self.client = client

    def __getattr__(self, name):
        ask = getattr(self.client, name)

        def closed(*args, **more):
            answered = ask(*args, **more)
            answered.whole = b"".join(answered) if answered.streaming else answered.content
            return answered

        return closed


@pytest.fixture
def sign_in(sign_in):
    return lambda user: Answers(sign_in(user))


def addresses(file: Attachment) -> list[str]:
    return [file.get_absolute_url(), f"{file.get_absolute_url()}?w=320", f"{file.get_absolute_url()}?w=960"]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_a_file_and_its_smaller_pictures_are_for_readers_of_the_community(cast, say, sign_in, name, place):
    file = put(cast, place)
    say(cast.aino, getattr(cast, place), f"Look ![kaavio]({file.get_absolute_url()})")
    client = sign_in(cast.people[name])
    for address in addresses(file):
        for ask in (client.get, client.head):
            assert ask(address).status_code == (200 if name in READERS[place] else 404)
        partly = client.get(address, headers={"Range": "bytes=0-9"})
        assert partly.status_code == (206 if name in READERS[place] else 404)


@pytest.mark.parametrize("name", PEOPLE)
def test_an_upload_not_used_yet_is_its_uploaders_alone(cast, sign_in, name):
    status = sign_in(cast.people[name]).get(put(cast).get_absolute_url()).status_code
    assert status == (200 if name == "aino" else 404)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", ["lab", "yard", "vault"])
def test_only_members_upload(cast, sign_in, name, place):
    members = {"lab": READERS["lab"], "yard": {"aino", "ben", "mika"}, "vault": {"aino", "ben", "mika"}}[place]
    data = {"file": SimpleUploadedFile("a.txt", b"text"), "context": getattr(cast, place).pk}
    answered = sign_in(cast.people[name]).post(reverse("feed:upload"), data)
    assert answered.status_code == (201 if name in members else 422)
    assert Attachment.objects.count() == (1 if name in members else 0)


def test_the_file_goes_with_its_post_and_comes_back_with_it(cast, say, sign_in):
    file = put(cast)
    post, client = say(cast.aino, cast.lab, "With a file", attachments=[file]), sign_in(cast.ben)
    assert client.get(file.get_absolute_url()).status_code == 200
    actions.delete_post(actor=cast.aino, post=post)
    for address in addresses(file):
        assert client.get(address).status_code == 404
        assert sign_in(cast.aino).get(address).status_code == 404
    actions.restore_post(actor=cast.aino, post=post)
    assert client.get(file.get_absolute_url()).status_code == 200


def test_losing_the_membership_closes_the_file_at_once(cast, say, sign_in):
    file = put(cast)
    say(cast.aino, cast.lab, "With a file", attachments=[file])
    client = sign_in(cast.gita)
    etag = client.get(file.get_absolute_url()).headers["ETag"]
    assert client.get(file.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 304
    cast.gita.memberships.all().delete()
    assert client.get(file.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404


def test_nobody_takes_another_persons_upload_into_a_post(cast, say):
    file = put(cast)
    say(cast.ben, cast.lab, f"Stolen ![x]({file.get_absolute_url()})", attachments=[file])
    file.refresh_from_db()
    assert file.post is None


def test_an_upload_made_for_another_community_moves_with_the_post(cast, say, sign_in):
    file = put(cast, "lab")
    say(cast.aino, cast.yard, f"![x]({file.get_absolute_url()})")
    assert sign_in(cast.cleo).get(file.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("words", "status", "content_range"),
    [
        ("bytes=0-0", 206, "bytes 0-0/10"),
        ("bytes=3-", 206, "bytes 3-9/10"),
        ("bytes=-4", 206, "bytes 6-9/10"),
        ("bytes=5-99", 206, "bytes 5-9/10"),
        ("bytes=10-", 416, "bytes */10"),
        ("bytes=-0", 416, "bytes */10"),
        ("bytes=7-3", 200, None),
        ("bytes=0-1,3-4", 200, None),
        ("bytes=x", 200, None),
        ("lines=1-2", 200, None),
        ("bytes=99999999999999999999-", 200, None),
    ],
)
def test_one_range_is_answered_and_odd_ones_are_not_heeded(cast, sign_in, words, status, content_range):
    file = put(cast, content=b"0123456789", name="digits.txt")
    answered = sign_in(cast.aino).get(file.get_absolute_url(), headers={"Range": words})
    assert answered.status_code == status
    assert answered.headers.get("Content-Range") == content_range
    if status == 206:
        first, last = content_range.removeprefix("bytes ").split("/")[0].split("-")
        assert answered.whole == b"0123456789"[int(first) : int(last) + 1]


def test_headers_let_nothing_of_a_file_run(cast, sign_in):
    evil = put(cast, content=b"<html><script>alert(1)</script>", name="page.html")
    answered = sign_in(cast.aino).get(evil.get_absolute_url())
    assert answered.headers["Content-Disposition"].startswith("attachment")
    assert "html" not in answered.headers["Content-Type"]
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Content-Security-Policy"].startswith("sandbox")
    assert answered.headers["Cache-Control"] == "private, no-cache"


def test_thumbnails_are_small_and_the_original_answers_where_there_is_none(cast, sign_in):
    client, file, tiny = sign_in(cast.aino), put(cast), put(cast, content=picture(100, 50))
    sizes = [len(client.get(address).whole) for address in addresses(file)]
    small = Image.open(io.BytesIO(client.get(addresses(file)[1]).whole))
    assert small.size[0] == 320
    assert len(set(sizes)) == 3
    for address in addresses(tiny):
        assert client.get(address).headers["Content-Type"] == "image/png"
    for odd in ("1", "99999", "320x", "-1", "\x00", "x" * 3000):
        assert client.get(file.get_absolute_url(), {"w": odd}).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n broken", "cannot be read"), (b"GIF89a", "cannot be read")],
)
def test_files_that_cannot_be_taken_are_refused_with_words(cast, sign_in, content, words):
    data = {"file": SimpleUploadedFile("x.png", content), "context": cast.lab.pk}
    answered = sign_in(cast.aino).post(reverse("feed:upload"), data)
    assert answered.status_code == 422
    assert words in answered.json()["detail"]


@pytest.mark.parametrize("context", ["", "x", "\x00", "99999999999999999999", "-1"])
def test_an_odd_community_is_answered_with_words(cast, sign_in, context):
    data = {"file": SimpleUploadedFile("x.txt", b"x"), "context": context}
    answered = sign_in(cast.aino).post(reverse("feed:upload"), data)
    assert answered.status_code == 422
    assert answered.json()["detail"]


def test_files_come_with_a_post_without_a_script_too(cast, sign_in):
    files = [SimpleUploadedFile("a.png", picture()), SimpleUploadedFile("muistio.txt", "Hyvää".encode())]
    data = {"community": cast.lab.pk, "body": "See below", "key": uuid.uuid4(), "uploads": files}
    assert sign_in(cast.aino).post(reverse("feed:post_create"), data).status_code == 302
    assert Post.objects.get().attachments.count() == 2
    page = sign_in(cast.ben).get("/communities/lab/").content.decode()
    assert "muistio.txt" in page


def test_one_bad_file_is_named_and_nothing_is_posted(cast, sign_in):
    files = [SimpleUploadedFile("good.txt", b"fine"), SimpleUploadedFile("bad.png", b"\x89PNG\r\n\x1a\nbroken")]
    data = {"community": cast.lab.pk, "body": "typed text", "uploads": files}
    answered = sign_in(cast.aino).post(reverse("feed:post_create"), data)
    assert answered.status_code == 422
    assert "bad.png" in answered.content.decode()
    assert not Post.objects.exists()


def test_uploader_and_moderator_remove_a_file_others_do_not(cast, say, sign_in):
    for name, status in {"gita": 403, "cleo": 404, "aino": 302, "mika": 302}.items():
        file = put(cast)
        say(cast.aino, cast.lab, "With a file", attachments=[file])
        answered = sign_in(cast.people[name]).post(reverse("feed:file_remove", args=[file.pk]))
        assert answered.status_code == status, name
        assert sign_in(cast.ben).get(file.get_absolute_url()).status_code == (404 if status == 302 else 200)


def test_what_was_purged_is_gone_from_the_disk(cast, say, django_capture_on_commit_callbacks):
    from datetime import timedelta

    from django.utils import timezone

    file = put(cast)
    post = say(cast.aino, cast.lab, "With a file", attachments=[file])
    actions.delete_post(actor=cast.aino, post=post)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.purge_deleted(before=timezone.now() + timedelta(seconds=1)) == 1
    assert not default_storage.exists(file.stored_as)
    assert not default_storage.exists(f"{file.stored_as}.w320")


def test_a_file_missing_on_the_disk_is_404(cast, sign_in):
    file = put(cast)
    default_storage.delete(file.stored_as)
    assert sign_in(cast.aino).get(file.get_absolute_url()).status_code == 404


def test_stored_names_tell_nothing(cast):
    assert "kaavio" not in put(cast).stored_as
