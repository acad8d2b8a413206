"""Pages go out as Markdown and come back as they were; nobody takes along what she may not read."""

import io
import re
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from feed.actions import add_file
from feed.models import Attachment
from intranet.people.actions import create_community, leave_community
from tests.wiki.test_import import HANDBOOK
from tests.wiki.test_visibility import CAST, READERS
from wiki import actions
from wiki.models import PageLink, PageTemplate, WikiPage
from wiki.transfer.export import Counted, export_all, export_into, export_pages, pages_from, pages_of
from wiki.transfer.names import file_name_for, name_key, part_for
from wiki.transfer.source import read_source


def photo(colour="teal"):
    content = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((40, 30)).save(content, "JPEG", quality=71)
    return content.getvalue()


def unzip(user, pages):
    stream = io.BytesIO()
    export_pages(user=user, pages=pages, stream=stream)
    archive = zipfile.ZipFile(stream)
    return {name: archive.read(name) for name in archive.namelist()}


def import_again(path, community, *options):
    out = io.StringIO()
    call_command("import_markdown", str(path), "--community", community.slug, *options, stdout=out, stderr=out)
    return out.getvalue()


def facts(community):
    """Return what must not get lost, by address below the section: texts without the addresses in them."""
    pages = {page.pk: page for page in WikiPage.objects.filter(community=community, live=True).order_by("path")}
    short = {pk: page.address.removeprefix(f"{community.slug}/") for pk, page in pages.items()}
    links = PageLink.objects.filter(source__community=community).values_list(
        "source_id", "target_id", "target__address"
    )
    files = Attachment.objects.filter(community=community, removed_at__isnull=True)
    return {
        "titles": {short[pk]: page.title for pk, page in pages.items()},
        # What looks like a link in indented code was written anew as well.
        "words": {
            short[pk]: re.sub(r"/files/[0-9a-f-]{36}/", "/files/", page.plain.replace(f"/wiki/{community.slug}/", "/"))
            for pk, page in pages.items()
        },
        "contents": {short[pk]: page.contents for pk, page in pages.items()},
        "languages": {short[pk]: page.language for pk, page in pages.items()},
        "tags": {short[pk]: page.tag_names for pk, page in pages.items()},
        "changed": {short[pk]: page.edited_at.replace(microsecond=0) for pk, page in pages.items()},
        "links": sorted({(short[source], short.get(target, address)) for source, target, address in links if target}),
        "templates": sorted(
            (short[pk], pattern)
            for pk, pattern in PageTemplate.objects.filter(page__in=pages).values_list("page_id", "title_pattern")
        ),
        "translations": {
            short[pk]: (short[page.original_id], page.translated_version < pages[page.original_id].version)
            for pk, page in pages.items()
            if page.original_id
        },
        "wanted": sorted(
            PageLink.objects.filter(source__community=community, target=None).values_list("source__title", "title")
        ),
        "files": sorted((short.get(file.page_id, ""), file.name, file.digest, file.width) for file in files),
    }


def compare(before, after):
    for name, values in before.items():
        if isinstance(values, dict):
            differing = {
                key: (value, after[name].get(key)) for key, value in values.items() if after[name].get(key) != value
            }
            assert not differing, (name, len(differing), list(differing.items())[:3])
        assert after[name] == values, name


@pytest.fixture
def other(cast):
    return create_community(actor=cast.aino, name="Other yard")


@pytest.fixture
def garden(cast, write):
    """A section with everything that could get lost on the way."""
    seen = add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(photo()), name="plan (1), v2.jpg")
    notes = add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(b"# No page\n"), name="notes.md")
    top = write(
        'The "top": #1 \\ page', f"![plan]({seen.get_absolute_url()})\n\n[notes]({notes.get_absolute_url()})\n",
        tags=["koti", "työ"],
    )  # fmt: skip
    write("Index", "An ordinary page.\n", parent=top)
    child = write("Con", "# Con\n\nIts first heading is its title.\n\n<div>as typed</div>\n", parent=top, language="fi")
    write("Twice", "one", parent=top)
    twice = write("Twice", "two", parent=child)
    write(
        "A page whose title goes on " + "and on " * 24, "#inline [[Con]] [[con|label]] [[Nobody yet]]\n", parent=child
    )
    write(
        "Files",
        f"[number](/wiki/id/{child.pk}/#h-con) `[[Con]]` [itself](/wiki/yard/files/#x) [x](#x) [why](/wiki/yard/empty/#why?)\n\n## x\n",
    )
    write("Empty", "[by chance](files.md) [up](../x.md) [spaced](<a (b.md>) [here](././y.md)\n")
    second = write(
        "Second", f"\n\n   indented\n\n[[Twice]] ![plan]({seen.get_absolute_url()})  \n\n[r]: /wiki/yard/files/\n"
    )
    PageLink.objects.filter(source=second, key="twice").update(target=twice)  # bound to the deeper one
    actions.mark_template(actor=cast.aino, page=second, title_pattern='Of "{{date}}": ')
    actions.mark_template(actor=cast.aino, page=twice)
    files = WikiPage.objects.get(title="Files")
    actions.link_translation(actor=cast.aino, page=child, original=second)
    actions.save_page(
        actor=cast.aino, page=files, base_revision_id=files.live_revision_id, body=files.body, language="sv"
    )
    actions.link_translation(actor=cast.aino, page=files, original=second, is_current=False)
    actions.rename_page(actor=cast.aino, page=top, title="Renamed top", change_address=True)
    return cast.yard


def test_everything_comes_back(cast, garden, other, tmp_path):
    path = tmp_path / "yard.zip"
    call_command("export_markdown", str(path), "--community", "yard", stdout=io.StringIO())
    said = import_again(path, other)
    assert "9 pages created" in said
    assert "2 files" in said
    before, after = facts(garden), facts(other)
    compare(before, after)
    bodies = dict(WikiPage.objects.filter(community=other).values_list("title", "body"))
    assert bodies["Con"] == "# Con\n\nIts first heading is its title.\n\n<div>as typed</div>\n"
    assert bodies["Second"].startswith("\n\n   indented\n\n[Twice](/wiki/other-yard/")
    assert "0 pages created, 0 changed" in import_again(path, other)


def test_folder_and_zip_hold_the_same(cast, garden, tmp_path):
    call_command("export_markdown", str(tmp_path / "a.zip"), "--community", "Yard", stdout=io.StringIO())
    call_command("export_markdown", str(tmp_path / "a"), "--community", "Yard", stdout=io.StringIO())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        path.relative_to(tmp_path / "a").as_posix(): path.read_bytes()
        for path in (tmp_path / "a").rglob("*")
        if path.is_file()
    }
    with pytest.raises(CommandError):
        call_command("export_markdown", str(tmp_path / "a"), "--community", "Yard")


def test_front_matter_says_what_the_page_is(cast, write):
    page = write("Kahvi", "Vahvaa #inline.", tags=["tauko"])
    actions.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="Mietoa #inline.")
    page.refresh_from_db()
    text = unzip(cast.cleo, pages_of(cast.cleo, cast.yard))["kahvi.md"].decode()
    assert text == (
        f'---\nformat: loikka\ntitle: "Kahvi"\nslug: "kahvi"\ntags:\n  - "tauko"\nlanguage: "{page.language}"\n'
        f"created: {page.first_published_at.isoformat(timespec='seconds')}\n"
        f"changed: {page.edited_at.isoformat(timespec='seconds')}\n"
        f'authors:\n  - "ben.example"\n  - "aino.example"\nid: {page.pk}\nversion: 2\nurl: "http://testserver/wiki/yard/kahvi/"\n'
        "---\n\nMietoa #inline."
    )


@pytest.mark.parametrize("who", CAST)
def test_everybody_takes_along_what_she_may_read(cast, write, sign_in, who):
    for place in ("yard", "lab", "vault"):
        community = getattr(cast, place)
        page = write(f"Secret of {place}", f"[[Nothing]] canary{place}", community=community)
        file = add_file(actor=cast.aino, community=community, file=io.BytesIO(place.encode()), name=f"{place}.txt")
        actions.save_page(
            actor=cast.aino, page=page, base_revision_id=page.live_revision_id,
            body=f"canary{place} [f]({file.get_absolute_url()})",
        )  # fmt: skip
    client = sign_in(cast.people[who])
    whole = zipfile.ZipFile(io.BytesIO(b"".join(client.get("/wiki/id/all/export/").streaming_content)))
    names = " ".join(whole.namelist())
    for place, readers in READERS.items():
        assert (f"{place}/secret-of-{place}.md" in names) == (who in readers)
        assert (f"{place}.txt" in names) == (who in readers)
        answer = client.get(f"/wiki/id/section/{place}/export/")
        page = WikiPage.objects.get(title=f"Secret of {place}")
        one = client.get(f"/wiki/id/{page.pk}/export/")
        for got in (answer, one):
            assert got.status_code == (200 if who in readers else 404)
            if who in readers:
                archive = zipfile.ZipFile(io.BytesIO(b"".join(got.streaming_content)))
                assert f"secret-of-{place}.md" in archive.namelist()


def test_who_leaves_while_it_is_written_gets_no_further_page(cast, write):
    for number in range(3):
        write(f"Page {number}", community=cast.lab)
    stream, counted = io.BytesIO(), Counted()
    with zipfile.ZipFile(stream, "w") as archive:
        writing = export_into(archive, user=cast.ben, pages=pages_of(cast.ben, cast.lab), folder="", counted=counted)
        next(writing)
        leave_community(actor=cast.ben, community=cast.lab)
        assert list(writing) == []
    assert counted.pages == 1


def test_file_of_a_closed_community_is_not_taken_along(cast, write):
    hidden = add_file(actor=cast.ben, community=cast.lab, file=io.BytesIO(b"canary"), name="lab.txt")
    write("In the lab", f"[f]({hidden.get_absolute_url()})", community=cast.lab, actor=cast.ben)
    write("Open", f"[f]({hidden.get_absolute_url()})")
    found = unzip(cast.cleo, pages_of(cast.cleo, cast.yard))
    assert sorted(found) == ["loikka.json", "open.md"]
    assert hidden.get_absolute_url() in found["open.md"].decode()


def test_a_page_goes_alone_or_with_those_below(cast, write):
    top = write("Top")
    write("Below", "[up](/wiki/yard/top/)", parent=top)
    write("Top too")
    assert sorted(unzip(cast.ben, pages_from(cast.ben, top, below=False))) == ["loikka.json", "top.md"]
    found = unzip(cast.ben, pages_from(cast.ben, top, below=True))
    assert sorted(found) == ["loikka.json", "top/below.md", "top/index.md"]
    assert found["top/below.md"].endswith(b"[up](index.md)")


def test_file_that_is_gone_from_the_storage_is_left_out(cast, write):
    lost = add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(b"x"), name="x.txt")
    write("Page", f"[x]({lost.get_absolute_url()})")
    default_storage.delete(lost.stored_as)
    assert sorted(unzip(cast.aino, pages_of(cast.aino, cast.yard))) == ["loikka.json", "page.md"]


HOSTILE = ["../../etc/passwd", "CON", "con", "aux.md", "Nul", "index", "README", "_index", "🎉🎉", "..", ".", "a/b\\c",
           "x" * 300, "ä" * 300, "漢" * 200, "Ｃｏｎ", "ﬁle", "file", "FILE", "e\u0301", "é", "", " ", "-rf", "~", "C:",
           "\x00", "\ud800", "lpt1", "lpt¹", "files", "loikka.json"]  # fmt: skip


def test_hostile_names_are_safe_and_apart():
    taken: set[str] = set()
    for wanted in HOSTILE * 2:
        name = part_for(wanted, taken, never={"files"})
        assert name_key(name) not in taken
        taken.add(name_key(name))
        check_part(name)


def check_part(name):
    assert name
    assert len(name.encode()) <= 100
    assert not set(name) & set('/\\:*?"<>|.\x00 ')
    assert name_key(name) not in {"con", "aux", "nul", "prn", "com1", "lpt1", "index", "readme", "_index", "files"}


@given(st.lists(st.text(max_size=120), max_size=12))
def test_any_names_are_safe_and_apart(wishes):
    taken: set[str] = set()
    for wanted in wishes:
        name = part_for(wanted, taken, never={"files"})
        check_part(name)
        assert name_key(name) not in taken
        taken.add(name_key(name))


@given(st.text(max_size=300))
def test_any_attachment_has_a_name_that_can_be_stored(name):
    safe = file_name_for(name)
    assert 0 < len(safe.encode()) <= 255
    assert "/" not in safe
    assert safe not in {".", ".."}


@given(st.text(), st.text().map(lambda text: text.replace("\r", "").removeprefix("\ufeff")))
def test_any_title_and_text_come_back_from_a_file(title, body):
    from wiki.transfer.front import front_matter

    title = " ".join(title.split()) or "x"
    if any("\ud800" <= c <= "\udfff" for c in title):
        return
    found = read_source(front_matter([("title", title), ("files", ["a, b", '"c"'])]) + body, fallback="?")
    assert (found.title, found.body, found.files) == (title, body, ["a, b", '"c"'])


def hostile_zip(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(*entry)
    return path


def link_entry(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    "entry",
    [
        ("../out.md", "x"), ("/etc/out.md", "x"), ("a/../../out.md", "x"), ("..\\out.md", "x"), ("C:\\out.md", "x"),
        (link_entry("link.md"), "/etc/passwd"),
    ],
    ids=str,
)  # fmt: skip
def test_archive_that_leads_out_of_itself_is_refused(cast, tmp_path, entry):
    (tmp_path / "in").mkdir()
    path = hostile_zip(tmp_path / "in" / "x.zip", entry)
    with pytest.raises(CommandError):
        import_again(path, cast.yard)
    assert not list(tmp_path.rglob("out.md"))
    assert not WikiPage.objects.exists()


def test_bombs_and_what_is_no_zip_are_refused(cast, tmp_path, monkeypatch):
    monkeypatch.setattr("wiki.transfer.archive.MAX_FILE", 10_000)
    bomb = hostile_zip(tmp_path / "bomb.zip", ("a.md", "x" * 10_001))
    torn = tmp_path / "torn.zip"
    torn.write_bytes(bomb.read_bytes()[:-40])
    for path in (bomb, torn):
        with pytest.raises(CommandError):
            import_again(path, cast.yard)
    assert not WikiPage.objects.exists()


def test_report_of_dead_links_holds_no_formula(cast, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("[x](=cmd.md) [y](@y.md)")
    import_again(tmp_path / "in", cast.yard, "--report", str(tmp_path / "dead.csv"))
    assert "'=cmd.md" in (tmp_path / "dead.csv").read_text()
    assert "'@y.md" in (tmp_path / "dead.csv").read_text()


def test_one_section_of_everything_comes_back(cast, write, other, tmp_path):
    write("Plan", "Dig.")
    with (tmp_path / "all.zip").open("wb") as stream:
        assert export_all(user=cast.aino, stream=stream).pages == 1
    assert "1 pages created" in import_again(tmp_path / "all.zip", other, "--within", "yard")
    with pytest.raises(CommandError):
        import_again(tmp_path / "all.zip", other, "--within", "../..")


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.skipif(not HANDBOOK.exists(), reason="needs the handbook beside the project")
def test_handbook_comes_back(cast, other, tmp_path):
    import_again(HANDBOOK, cast.yard, "--language", "en")
    call_command("export_markdown", str(tmp_path / "yard.zip"), "--community", "yard", stdout=io.StringIO())
    import_again(tmp_path / "yard.zip", other)
    before, after = facts(cast.yard), facts(other)
    assert len(before["titles"]) > 883
    compare(before, after)
