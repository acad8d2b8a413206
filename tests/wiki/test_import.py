"""A folder of Markdown becomes pages; the proof is a real company's handbook."""

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import call_command

from intranet.text import slugify_heading
from wiki.models import PageLink, VersionNote, WikiPage

HANDBOOK = Path(__file__).parents[3] / "shared" / "data" / "handbook-sourcegraph" / "content"


def run(folder, *options):
    from io import StringIO

    out = StringIO()
    call_command("import_markdown", str(folder), "--community", "Yard", *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    from PIL import Image

    (tmp_path / "guides" / "deep").mkdir(parents=True)
    (tmp_path / "index.md").write_text(
        "---\ntitle: Handbook\ntags: [start, all]\n---\n\nSee [guides](guides/) and [gone](gone.md).\n"
    )
    (tmp_path / "guides" / "index.md").write_text(
        "# Guides\n\n[Top](../index.md) ![plan](plan.png)\n\n> [!NOTE]\n> Mind.\n"
    )
    (tmp_path / "guides" / "on-call.md").write_text(
        "# On *call*\n\n## Who\n\n`[code](index.md)` [back](index.md#guides)\n"
    )
    (tmp_path / "guides" / "deep" / "page.md").write_text(
        "[who](../on-call.md#who) [nobody](../on-call.md#nobody) [r]\n\n[r]: ../on-call.md\n"
    )
    Image.new("RGB", (8, 8), "red").save(tmp_path / "guides" / "plan.png")
    return tmp_path


def page_of(source):
    return WikiPage.objects.get(source=source)


def test_folders_make_the_tree(cast, folder):
    said = run(folder)
    assert "5 pages created" in said
    assert page_of("index.md").title == "Handbook"
    assert page_of("guides/index.md").address == "yard/guides"
    assert page_of("guides/on-call.md").title == "On call"
    assert page_of("guides/on-call.md").address == "yard/guides/on-call"
    assert page_of("guides/deep/").title == "Deep"
    assert page_of("guides/deep/page.md").address == "yard/guides/deep/page"
    assert [crumb["title"] for crumb in page_of("guides/deep/page.md").crumbs] == ["Guides", "Deep"]
    assert {tag["name"] for tag in page_of("index.md").tag_names} == {"start", "all"}


def test_relative_links_and_fragments_become_page_links(cast, folder):
    said = run(folder)
    html = page_of("guides/deep/page.md").html
    assert 'href="/wiki/yard/guides/on-call/#h-who"' in html
    assert 'href="/wiki/yard/guides/on-call/"' in html
    assert PageLink.objects.filter(source=page_of("guides/deep/page.md"), target=page_of("guides/on-call.md")).exists()
    # The heading that became the title is the top of the page; what stands in code is no link.
    on_call = page_of("guides/on-call.md")
    assert 'href="/wiki/yard/guides/"' in on_call.html
    assert "[code](index.md)" in on_call.body
    assert "2 dead links" in said
    assert "index.md: gone.md" in said
    assert "on-call.md#nobody" in said


def test_images_are_attachments_and_callouts_are_callouts(cast, folder, sign_in):
    run(folder)
    page = page_of("guides/index.md")
    url = re.search(r'src="(/files/[^"]+)"', page.html)[1]
    answer = sign_in(cast.cleo).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content)
    assert "callout-note" in page.html


def test_drawings_are_shown_as_images(cast, folder, sign_in):
    (folder / "guides" / "map.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
    )
    (folder / "guides" / "bad.svg").write_text("<svg><script>")
    (folder / "maps.md").write_text("![m](guides/map.svg) ![b](guides/bad.svg)")
    run(folder)
    html = page_of("maps.md").html
    url = re.search(r'src="(/files/[^"]+map.png)"', html)[1]
    answer = sign_in(cast.cleo).get(url)
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert html.count("<img") == 1
    assert "bad.svg" in html
    assert "0 changed" in run(folder)


def test_second_run_changes_nothing_and_a_changed_file_is_a_revision(cast, folder):
    run(folder)
    versions = VersionNote.objects.count()
    assert "0 pages created, 0 changed, 5 unchanged" in run(folder)
    assert VersionNote.objects.count() == versions
    (folder / "guides" / "on-call.md").write_text("# On call\n\nNew words.\n")
    assert "0 pages created, 1 changed, 4 unchanged" in run(folder)
    assert page_of("guides/on-call.md").version == 2


def test_import_that_broke_off_is_completed_by_the_next(cast, folder, monkeypatch):
    from wiki import actions

    whole = actions.fill_import
    calls = []

    def dies(**options):
        calls.append(options)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(**options)

    monkeypatch.setattr("wiki.transfer.markdown.BATCH", 1)
    monkeypatch.setattr(actions, "fill_import", dies)
    with pytest.raises(KeyboardInterrupt):
        run(folder)
    monkeypatch.setattr(actions, "fill_import", whole)
    assert WikiPage.objects.filter(live=True).count() == 2
    run(folder)
    assert WikiPage.objects.filter(live=True).count() == 5
    assert VersionNote.objects.count() == 5


def source_links():
    """Return (file, target file, fragment) of every relative link between pages that resolves in the source.

    Found with a plain expression over the files, not with the importer's code.
    """
    found = []
    for path in sorted(HANDBOOK.rglob("*.md")):
        text = re.sub(r"(?ms)^(```|~~~).*?^\1", "", path.read_text())
        text = re.sub(r"`[^`\n]*`", "", text)
        for target in re.findall(r"(?<!!)\[[^\[\]]*\]\(([^()\s]+)\)", text):
            name, _, fragment = target.partition("#")
            if re.match(r"[a-z]+:", target) or not name.endswith(".md"):
                continue
            place = Path(posixpath.normpath(path.parent / unquote(name)))
            if place.is_file():
                found.append((path.relative_to(HANDBOOK).as_posix(), place.relative_to(HANDBOOK).as_posix(), fragment))
    return found


# Committed page by page, as the command does it: in one transaction PostgreSQL keeps every version of every row in reach.
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.skipif(not HANDBOOK.exists(), reason="needs the handbook beside the project")
def test_handbook_keeps_its_links(cast, sign_in):
    said = run(HANDBOOK, "--language", "en")
    assert "883 pages created" in said or WikiPage.objects.exclude(source__endswith="/").count() == 883
    pages = {page.source: page for page in WikiPage.objects.all()}
    links = source_links()
    assert len(links) > 2_500
    kept = [
        (source, target)
        for source, target, fragment in links
        if f'href="/wiki/{pages[target].address}/' in pages[source].html
        # A page's link to its own heading needs no address.
        or (source == target and f'href="#h-{slugify_heading(fragment)}"' in pages[source].html)
    ]
    assert len(kept) / len(links) >= 0.995, sorted({link[:2] for link in links} - set(kept))[:20]
    with_heading = [
        (source, target, fragment)
        for source, target, fragment in links
        if fragment and slugify_heading(fragment) in headings_in_source(target)
    ]
    alive = [link for link in with_heading if leads_to_heading(pages, *link)]
    assert len(alive) / len(with_heading) >= 0.995, sorted(set(with_heading) - set(alive))[:20]
    client = sign_in(cast.cleo)
    for page in pages.values():
        assert client.get(f"/wiki/{page.address}/").status_code == 200, page.address
    images = {url for page in pages.values() for url in re.findall(r'<img [^>]*src="(/files/[^"]+)"', page.html)}
    assert len(images) >= 30
    for url in images:
        answer = client.get(url)
        assert answer["Content-Type"].startswith("image/"), url
        assert b"".join(answer.streaming_content)
    assert "0 pages created, 0 changed" in run(HANDBOOK, "--language", "en")


def leads_to_heading(pages, source, target, fragment):
    anchor = slugify_heading(fragment)
    page = "" if source == target else f"/wiki/{pages[target].address}/"
    if anchor == slugify_heading(pages[target].title):
        return True  # the heading is the title now: the top of the page
    there = any(line["id"] == f"h-{anchor}" for line in pages[target].contents)
    return there and f'href="{page}#h-{anchor}"' in pages[source].html


def headings_in_source(target, cache={}):  # noqa: B006
    if target not in cache:
        text = re.sub(r"(?ms)^\s*(```|~~~).*?^\s*\1", "", (HANDBOOK / target).read_text())
        lines = re.findall(r"(?m)^#{1,6}\s+(.+?)\s*#*\s*$", text)
        plain = [re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", line) for line in lines]
        cache[target] = {slugify_heading(re.sub(r"[*`]", "", line)) for line in plain}
    return cache[target]
