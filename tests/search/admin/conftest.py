"""An administrator, some pages, images and documents, and the worker that writes the admin's index."""

import gc

import pytest
from django.core.files.base import ContentFile

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00"
    b"\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def work(index, cast):
    """Return a function that does what the worker does for the admin's search: rebuilds, then reads the diary."""
    from intranet.activity.dispatch import dispatch_due
    from search.admin_backend.following import follow_activity, keep_admin_index_well

    def once() -> None:
        assert keep_admin_index_well().is_well
        dispatch_due({"admin_search": follow_activity})

    once()
    return once


@pytest.fixture
def root(cast, sign_in):
    """Return the administrator's browser; she is in the yard, which is open, and not in the vault."""
    from intranet.people.actions import join_community

    join_community(actor=cast.root, community=cast.yard)
    return sign_in(cast.root)


@pytest.fixture
def page(cast):
    """Return a function that publishes a page."""
    from wiki.actions import create_page

    def make(title, *, community=None, parent=None, body="teksti", language="fi"):
        where = {"parent": parent} if parent else {"community": community or cast.yard}
        return create_page(actor=cast.aino, title=title, body=body, language=language, **where)

    return make


@pytest.fixture
def image(settings, tmp_path, cast):
    """Return a function that keeps an image in Wagtail's library."""
    from wagtail.images.models import Image

    settings.MEDIA_ROOT = tmp_path / "media"

    def make(title, **fields):
        return Image.objects.create(title=title, file=ContentFile(PIXEL, "p.png"), width=1, height=1, **fields)

    yield make
    gc.collect()  # Wagtail leaves the files of its thumbnails open; what collects them says so, here and nowhere else


@pytest.fixture
def document(settings, tmp_path, cast):
    """Return a function that keeps a document in Wagtail's library."""
    from wagtail.documents.models import Document

    settings.MEDIA_ROOT = tmp_path / "media"
    return lambda title: Document.objects.create(title=title, file=ContentFile(b"x", "d.txt"))
