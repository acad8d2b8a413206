"""Files of tasks: kept with what was done, thrown away once nothing names them."""

import os
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from feed.actions import add_file
from feed.actions.orphans import forget_orphaned_contents
from intranet.people import actions as people
from tests.house.world import picture
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.models import CompletionFile, Enrolment

pytestmark = pytest.mark.django_db(transaction=True)


def contents() -> set[str]:
    """All that is stored as files are stored."""
    folders = [name for name in default_storage.listdir("")[0] if len(name) == 2]
    return {f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]}


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """A storage of one's own, empty."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def later(days: int = 8):
    return timezone.now() + timedelta(days=days)


def done_with_file(cast, enrolment, title: str = "Keys"):
    """Aino hands in a picture for a step."""
    step = step_of(enrolment.path, title)
    actions.complete_step(
        actor=cast.aino, enrolment=enrolment, step=step, files=[ContentFile(picture(), "badge.png")]
    )  # fmt: skip
    return CompletionFile.objects.get(completion__step=step)


def test_a_form_that_is_refused_leaves_nothing(cast, hers):
    """The first file is stored, the second is refused, and everything that was written is taken back."""
    with pytest.raises(ValidationError):
        actions.complete_step(
            actor=cast.aino, enrolment=hers, step=step_of(hers.path, "Keys"),
            files=[ContentFile(picture(), "badge.png"), ContentFile(b"", "empty.txt")],
        )  # fmt: skip
    assert not CompletionFile.objects.exists()
    assert contents() == set()


def test_a_process_that_dies_before_the_end_leaves_nothing_for_long(cast, hers):
    with transaction.atomic():
        done_with_file(cast, hers)
        transaction.set_rollback(True)
    left = len(contents())
    assert left
    assert forget_orphaned_contents() == 0  # it could be of a transaction that is not through yet
    assert forget_orphaned_contents(now=later()) == left
    assert contents() == set()


def test_what_was_handed_in_stays_though_the_step_was_dropped_and_the_person_left(cast, way, hers, sign_in):
    file = done_with_file(cast, hers)
    before = contents()
    actions.remove_step(actor=cast.mika, step=step_of(way, "Keys"))
    way.refresh_from_db()
    actions.align(actor=cast.mika, path=way)
    people.close_account(actor=cast.root, person=cast.aino)
    forget_orphaned_contents(now=later(400))
    assert contents() == before
    where = reverse("onboarding:step_file", args=[hers.pk, file.pk])
    answer = sign_in(cast.mika).get(where)
    assert answer.getvalue().startswith(b"\x89PNG")
    answer.close()
    assert sign_in(cast.cleo).get(where).status_code == 404


def test_what_is_erased_with_its_person_goes(cast, hers):
    done_with_file(cast, hers)
    Enrolment.objects.filter(pk=hers.pk).delete()
    forget_orphaned_contents(now=later())
    assert contents() == set()


def test_taking_a_step_back_throws_its_files_away_at_once(cast, hers):
    done_with_file(cast, hers)
    actions.reopen_step(actor=cast.aino, enrolment=hers, step=step_of(hers.path, "Keys"))
    assert contents() == set()


def test_nothing_else_in_the_storage_is_touched(cast, hers):
    file = add_file(actor=cast.aino, community=cast.lab, file=ContentFile(picture()), name="used.png")
    for name in ("photos/face.webp", "imports/1.zip", "ab/readme.txt", f"zz/{'0' * 32}", f"ab/{'0' * 31}"):
        default_storage.save(name, ContentFile(b"kept"))
    lost = default_storage.save(f"ab/{'0' * 32}.w320", ContentFile(b"lost"))
    assert forget_orphaned_contents(now=later()) == 1
    assert not default_storage.exists(lost)
    assert default_storage.exists(file.stored_as)
    assert default_storage.exists("photos/face.webp")
    assert default_storage.exists(f"ab/{'0' * 31}")
    young = default_storage.save(f"cd/{'1' * 32}", ContentFile(b"young"))
    os.utime(default_storage.path(young), (time.time() - 6 * 86400,) * 2)
    assert forget_orphaned_contents() == 0
