"""A file is replaced where it stands, its earlier contents are kept, and its readers see where it is used."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from feed import actions as feed
from feed.actions.files import forget_files
from feed.models import Attachment, FileVersion
from tests.feed.test_files import picture, put
from wiki import actions


@pytest.fixture
def on_page(cast, write):
    """Return a text file that stands on a page of the closed community."""
    file = put(cast, "lab", b"first words", "notes.txt")
    write("Notes", f"[notes]({file.get_absolute_url()})", community=cast.lab)
    file.refresh_from_db()
    return file


def replace(file, content, actor, name="other.txt"):
    return feed.replace_file(actor=actor, attachment=file, file=io.BytesIO(content), name=name)


def test_replacing_keeps_address_and_earlier_content(cast, client, on_page):
    address = on_page.get_absolute_url()
    replace(on_page, b"second words", cast.ben)
    client.force_login(cast.mika)
    assert b"".join(client.get(address).streaming_content) == b"second words"
    earlier = client.get(f"/wiki/files/{on_page.pk}/versions/1/")
    assert b"".join(earlier.streaming_content) == b"first words"
    assert "sandbox" in earlier.headers["Content-Security-Policy"]
    page = client.get(f"/wiki/files/{on_page.pk}/").content.decode()
    assert "notes.txt" in page
    assert cast.ben.name in page
    client.force_login(cast.cleo)
    assert client.get(f"/wiki/files/{on_page.pk}/versions/1/").status_code == 404


def test_picture_is_replaced_by_a_picture_only(cast, write):
    file = put(cast, "yard")
    with pytest.raises(ValidationError):
        replace(file, b"words", cast.aino)
    with pytest.raises(ValidationError):
        replace(file, picture(), cast.aino)  # the same again
    replace(file, picture(100, 100), cast.aino, "small.png")
    file.refresh_from_db()
    assert (file.width, FileVersion.objects.get(attachment=file).width) == (100, 1200)


def test_who_may_not_change_the_place_cannot_replace(cast, write):
    file = put(cast, "yard", b"words", "a.txt")
    feed.publish_post(actor=cast.aino, community=cast.yard, body=f"[a]({file.get_absolute_url()})")
    file.refresh_from_db()
    for person in (cast.ben, cast.cleo):
        with pytest.raises(PermissionDenied):
            replace(file, b"mine", person)
    feed.remove_file(actor=cast.aino, attachment=file)
    with pytest.raises(PermissionDenied):
        replace(file, b"mine", cast.aino)


def test_used_on_names_only_what_the_reader_may_read(cast, client, write, on_page):
    write("Public", f"see [it]({on_page.get_absolute_url()})", community=cast.yard)
    feed.publish_post(actor=cast.aino, community=cast.lab, body=f"Look: {on_page.get_absolute_url()}")
    client.force_login(cast.ben)
    page = client.get(f"/wiki/files/{on_page.pk}/").content.decode()
    assert ">Notes<" in page
    assert ">Public<" in page
    assert "Look:" in page
    client.force_login(cast.gita)
    page = client.get(f"/wiki/files/{on_page.pk}/").content.decode()
    assert ">Notes<" in page
    assert ">Public<" not in page
    client.force_login(cast.cleo)
    assert client.get(f"/wiki/files/{on_page.pk}/").status_code == 404


def test_removing_can_be_undone_by_who_removed_and_by_nobody_else(cast, client, on_page):
    client.force_login(cast.mika)
    answer = client.post(f"/files/{on_page.pk}/remove/", follow=True)
    assert f"/files/{on_page.pk}/restore/" in answer.content.decode()
    client.force_login(cast.aino)
    assert client.post(f"/files/{on_page.pk}/restore/").status_code == 404, "a moderator's decision stands"
    client.force_login(cast.mika)
    assert client.post(f"/files/{on_page.pk}/restore/").status_code == 302
    assert Attachment.objects.visible_to(cast.ben).filter(pk=on_page.pk).exists()


def test_form_says_what_is_wrong_next_to_the_field(cast, client, on_page):
    client.force_login(cast.ben)
    address = f"/wiki/files/{on_page.pk}/replace/"
    assert client.post(address).status_code == 422
    answer = client.post(address, {"file": SimpleUploadedFile("a.txt", b"")})
    assert answer.status_code == 422
    assert client.post(address, {"file": SimpleUploadedFile("a.txt", b"third")}).status_code == 302


def test_contents_of_earlier_files_go_with_the_file(cast, django_capture_on_commit_callbacks):
    file = put(cast, "yard", b"words", "a.txt")
    first = file.stored_as
    replace(file, b"others", cast.aino)
    assert default_storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        forget_files(Attachment.objects.filter(pk=file.pk))
    assert not default_storage.exists(first)


def test_page_names_the_way_to_its_files(cast, client, write, on_page):
    page = actions.create_page(actor=cast.aino, community=cast.lab, title="Other", body="x")
    client.force_login(cast.ben)
    assert f"/wiki/files/{on_page.pk}/" not in client.get(page.get_absolute_url()).content.decode()
    assert f"/wiki/files/{on_page.pk}/" in client.get("/wiki/lab/notes/").content.decode()
