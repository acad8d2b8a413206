"""Pages brought in from the browser, and who is believed about who wrote them."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intranet.people import actions as people
from wiki.bringing import actions
from wiki.bringing.models import PageImport
from wiki.models import WikiPage


def zipped(**files) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


GUIDE = {
    "guide/index.md": "# Guide\n\nSee [the pump](pump.md).",
    "guide/pump.md": "# Pump\n\nText.",
    "guide/a.txt": "x",
}


def upload(person, community, files=GUIDE, *, raw=None):
    content = ContentFile(zipped(**files) if raw is None else raw, "guide.zip")
    return actions.upload_import(actor=person, community=community, file=content, name="guide.zip")


def titles(community):
    return set(WikiPage.objects.filter(community=community, live=True).values_list("title", flat=True))


def test_moderator_sees_what_a_zip_makes_and_then_has_it_made(cast, sign_in):
    mika = sign_in(cast.mika)
    url = reverse("wiki:import", args=["lab"])
    assert "Only members can read this: 4 people" in mika.get(url).content.decode()
    answer = mika.post(url, {"file": SimpleUploadedFile("guide.zip", zipped(**GUIDE)), "language": "en"}, follow=True)
    html = answer.content.decode()
    assert "2 new pages" in html
    assert "Other files in it: 1." in html
    assert titles(cast.lab) == set()
    row = PageImport.objects.get()
    one = reverse("wiki:import_one", args=[row.pk])
    assert "waits its turn" in mika.post(one, follow=True).content.decode()
    actions.run_waiting_imports()
    assert "2 pages made" in mika.get(one).content.decode()
    assert titles(cast.lab) == {"Guide", "Pump"}
    row.refresh_from_db()
    assert (row.state, row.stored_as) == ("done", "")
    assert not default_storage.exists(f"imports/{row.pk}.zip")


def test_second_upload_says_what_came_before_and_changes_nothing(cast):
    for expected in ((2, 0), (0, 2)):
        row = upload(cast.mika, cast.lab)
        assert (row.plan["new"], row.plan["known"]) == expected
        actions.start_import(actor=cast.mika, pk=row.pk)
        actions.start_import(actor=cast.mika, pk=row.pk)
        actions.run_waiting_imports()
    row.refresh_from_db()
    assert row.report["unchanged"] == 2
    assert WikiPage.objects.filter(community=cast.lab, live=True).count() == 2


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
def test_nobody_but_moderators_brings_pages_in(cast, name):
    with pytest.raises(PermissionDenied):
        upload(cast.people[name], cast.lab)
    assert not PageImport.objects.exists()


def _bomb() -> bytes:
    return zipped(**{f"{n}.md": b"\0" * (60 << 20) for n in range(5)})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (lambda: b"no zip at all", "cannot be read as a zip file"),
        (lambda: zipped(**{"../out.md": "# Out"}), "leads out of the archive"),
        (lambda: zipped(**{"/etc/out.md": "# Out"}), "leads out of the archive"),
        (lambda: zipped(**{"a.txt": "x"}), "no Markdown file"),
        (lambda: zipped(**{f"{n}.md": "x" for n in range(1_001)}), "at most 1000"),
        (lambda: zipped(**{f"{n}.txt": "" for n in range(5_001)}), "more than 5000 files"),
        (_bomb, "too large when it is unpacked"),
    ],
)
def test_what_is_no_such_zip_is_refused_in_words(cast, sign_in, raw, words):
    answer = sign_in(cast.mika).post(
        reverse("wiki:import", args=["lab"]), {"file": SimpleUploadedFile("a.zip", raw()), "language": "en"}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PageImport.objects.exists()


def test_upload_is_its_owners_alone_and_gone_with_her_rights(cast, sign_in):
    row = upload(cast.mika, cast.lab)
    url = reverse("wiki:import_one", args=[row.pk])
    for name in ("aino", "ben", "cleo", "gita", "root"):
        assert sign_in(cast.people[name]).get(url).status_code == 404
    actions.start_import(actor=cast.mika, pk=row.pk)
    people.change_role(actor=cast.mika, community=cast.lab, person=cast.ben, role="moderator")
    people.change_role(actor=cast.ben, community=cast.lab, person=cast.mika, role="member")
    actions.run_waiting_imports()
    row.refresh_from_db()
    assert (row.state, row.words) == ("failed", "rights")
    assert titles(cast.lab) == set()


def test_upload_can_be_thrown_away_and_is_forgotten_after_a_day(cast, sign_in):
    from datetime import timedelta

    from django.utils import timezone

    row = upload(cast.mika, cast.lab)
    sign_in(cast.mika).post(reverse("wiki:import_one", args=[row.pk]), {"drop": "1"})
    assert not PageImport.objects.exists()
    assert not default_storage.exists(row.stored_as)
    row = upload(cast.mika, cast.lab)
    PageImport.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert actions.forget_old_imports() == 1
    assert not default_storage.exists(row.stored_as)


def test_import_of_a_killed_worker_goes_on(cast):
    row = upload(cast.mika, cast.lab)
    actions.start_import(actor=cast.mika, pk=row.pk)
    PageImport.objects.update(state="running", attempts=1)
    actions.run_waiting_imports()
    assert titles(cast.lab) == {"Guide", "Pump"}


def exported(authors: str) -> dict[str, str]:
    from wiki.transfer.front import OURS

    return {"pump.md": f"---\nformat: {OURS}\ntitle: Pump\nauthors: [{authors}]\n---\n\nText.\n"}


def bring(person, community, files):
    row = upload(person, community, files)
    actions.start_import(actor=person, pk=row.pk)
    actions.run_waiting_imports()
    row.refresh_from_db()
    assert row.state == "done"
    return WikiPage.objects.get(title="Pump")


def test_administrators_files_are_believed_about_their_authors(cast, sign_in):
    people.change_role(actor=cast.mika, community=cast.everyone, person=cast.root, role="moderator")
    page = bring(
        cast.root, cast.everyone, exported("AINO.example, ben@loikka.example, Vieno Vieras, secret@elsewhere.example")
    )
    assert page.contributors == [cast.aino.pk, cast.ben.pk]
    assert page.imported_authors == ["Vieno Vieras"]
    html = sign_in(cast.ben).get(page.get_absolute_url()).content.decode()
    assert "Vieno Vieras" in html
    assert "elsewhere.example" not in html
    assert page.edited_by_id == cast.root.pk  # who brought it in stays on record


def test_nobody_elses_files_are_believed(cast):
    page = bring(cast.mika, cast.lab, exported("aino.example, Vieno Vieras"))
    assert page.contributors == [cast.mika.pk]
    assert page.imported_authors == []


def test_nobody_forges_rights_to_be_believed(cast, sign_in):
    data = {"file": SimpleUploadedFile("a.zip", zipped(**GUIDE)), "language": "en", "restores_authors": "1"}
    sign_in(cast.mika).post(reverse("wiki:import", args=["lab"]), data)
    assert not PageImport.objects.get().restores_authors


def test_bad_words_in_the_form_are_answered_beside_the_field(cast):
    with pytest.raises(ValidationError):
        upload(cast.mika, cast.lab, raw=b"")
