"""Which files the wiki's texts name, for those who throw unused ones away (`settings.FILE_KEEPERS`)."""

from itertools import chain
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.models import Revision

from feed.actions.unused import named_in, texts_of
from wiki.models import DiscardedDraft, Draft, WikiPage


def named_in_pages(files: set[UUID]) -> set[UUID]:
    """Return which of the files stand in a page, in one of its versions, or in somebody's draft."""
    kind = ContentType.objects.get_for_model(WikiPage)
    # Versions are JSON; as text, a file's address stands in it as it was typed.
    versions = Revision.objects.filter(content_type=kind).annotate(words=Cast("content", TextField()))
    texts = (
        texts_of(WikiPage.objects.all(), "body"),
        texts_of(Draft.objects.all(), "body"),
        texts_of(DiscardedDraft.objects.all(), "body"),
        texts_of(versions, "words"),
    )
    return named_in(chain(*texts), files)
