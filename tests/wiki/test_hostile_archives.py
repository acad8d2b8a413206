"""Zips that were made to do harm, and honest ones that look like it: each ends with an answer, and nobody else waits for it."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from intranet.people import actions as people
from tests.wiki.test_bringing import titles, upload, zipped
from wiki.bringing import actions
from wiki.models import WikiPage
from wiki.transfer.attachments import draw
from wiki.transfer.front import OURS
from wiki.transfer.html import html_to_markdown
from wiki.transfer.source import read_source, rewrite_targets

FRONT = """---
format: {ours}
title: "\\ud800 y"
slug: "a\\ud800b"
files: ["\\ud800.txt", "a\\u0000b"]
language: "\\ud800x"
template: "\\ud800"
tags: ["\\ud800"]
authors: ["\\ud800"]
---

Text"""
ODD = {
    "a NUL in a title": {"a.md": "# Ti\x00tle\n\nx"},
    "a lone surrogate in a title": {"a.md": '---\ntitle: "\\ud800 x"\n---\n\nx'},
    "surrogates in all that an export says": {"a.md": FRONT.format(ours=OURS)},
    "a NUL in a link": {"a.md": "# A\n\n[x](a%00b) [y](a\x00b) [z](%ED%A0%80.md)"},
    "a link longer than a file's name": {"a.md": f"# A\n\n[x]({'a' * 5_000}) [y]({'a/' * 3_000})"},
    "a sign that becomes three": {"a.md": "# " + "\ufb2c" * 190},
    "a name without a letter": {"*" * 240 + ".md": "# ***"},
    "a path longer than its column": {"/".join(["x" * 200] * 4) + "/y.md": "# Y"},
    "an address too long": {"/".join(["x" * 79] * 12) + "/y.md": "# Y", "b.md": "# B"},
    "folders too deep": {"a/" * 60 + "y.md": "# Y", "b.md": f"# B\n\n[y]({'a/' * 60}y.md)"},
    "a name that turns the line": {"a\u202e\n\x1b<img src=x onerror=alert(1)>.md": "no title"},
    "names that differ in capitals": {"A.md": "# A", "a.md": "# A", "a/b.md": "# B", "A/b.md": "# C"},
    "folders that look like files": {"index.md/x.md": "# X", "guide.md/index.md": "# G"},
    "ways out": {
        "a.md": "# A\n\n[x](//etc/passwd) [y](/etc/passwd) ![z](../../../../etc/passwd) [w](file:///etc/passwd)"
    },
}


def bring_in(person, community, files):
    row = upload(person, community, files)
    actions.start_import(actor=person, pk=row.pk)
    actions.run_waiting_imports()
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", ODD)
def test_odd_files_come_in_and_come_again_as_the_same_pages(cast, sign_in, name):
    people.enter_community(actor=cast.root, community=cast.lab)  # whose files are believed
    people.change_role(actor=cast.mika, community=cast.lab, person=cast.root, role="moderator")
    root = sign_in(cast.root)
    row = upload(cast.root, cast.lab, ODD[name])
    assert root.get(reverse("wiki:import_one", args=[row.pk])).status_code == 200
    numbers = set()
    for _round in range(2):
        row = bring_in(cast.root, cast.lab, ODD[name])
        assert row.state == "done"
        html = root.get(reverse("wiki:import_one", args=[row.pk])).content.decode()
        assert "<img src=x" not in html
        numbers.add(WikiPage.objects.filter(community=cast.lab).count())
    assert len(numbers) == 1
    assert titles(cast.lab)


def test_page_that_has_no_place_is_named_and_the_others_come(cast, sign_in):
    row = bring_in(cast.mika, cast.lab, {"a/" * 60 + "y.md": "# Deep", "b.md": "# B"})
    assert "B" in titles(cast.lab)
    assert "Deep" not in titles(cast.lab)
    assert row.report["refused"][-1] == ["a/" * 60 + "y.md", "This place lies too deep. Choose one nearer to the top."]
    assert "Not brought in" in sign_in(cast.mika).get(reverse("wiki:import_one", args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (lambda: {"a/" * 1_500 + "x.md": "# X"}, "cannot be read|lies too deep"),
        (lambda: {"a/" * 150 + "x.md": "# X"}, "lies too deep"),
        (lambda: {f"{n}/" + "a/" * 90 + "x.txt": "" for n in range(60)}, "more than 5000 files"),
    ],
)
def test_folders_in_folders_are_refused_before_they_are_made(cast, files, words):
    with pytest.raises(ValidationError, match=words):
        upload(cast.mika, cast.lab, files())


def test_import_that_kills_its_worker_is_given_up(cast, monkeypatch):
    row = upload(cast.mika, cast.lab, {"a.md": "# A"})
    actions.start_import(actor=cast.mika, pk=row.pk)

    def die(**_words):
        raise SystemExit

    monkeypatch.setattr(actions, "import_folder", die)
    for _start in range(actions.STARTS):
        with pytest.raises(SystemExit):
            actions.run_waiting_imports()
    actions.run_waiting_imports()
    row.refresh_from_db()
    assert (row.state, row.words, row.stored_as) == ("failed", "error", "")


def test_who_loses_her_rights_on_the_way_brings_no_more_in(cast, monkeypatch):
    row = upload(cast.mika, cast.lab, {f"{n}.md": f"# Page {n}" for n in range(60)})
    actions.start_import(actor=cast.mika, pk=row.pk)
    real, filled = actions.import_folder, []

    def import_folder(*, progress, **words):
        def tell(step, done, total):
            if step == "pages":
                filled.append(done)
                cast.mika.is_active = False
                cast.mika.save()
            progress(step, done, total)

        return real(progress=tell, **words)

    monkeypatch.setattr(actions, "import_folder", import_folder)
    actions.run_waiting_imports()
    row.refresh_from_db()
    assert (row.state, row.words, filled) == ("failed", "rights", [20])
    assert len(titles(cast.lab)) == 20


def test_nobody_waits_while_a_zip_is_looked_through(cast, sign_in, monkeypatch):
    inside = []
    real = actions.preview

    def preview(*words):
        inside.append(len(connection.savepoint_ids))
        return real(*words)

    monkeypatch.setattr(actions, "preview", preview)
    before = len(connection.savepoint_ids)
    table = "<table><tr><td>x</td><td>y</td></tr></table>\n\n" * 300
    content = zipped(**{f"{n}.md": f"# {n} a\n\n{table}" for n in range(100)})
    url, started = reverse("wiki:import", args=["lab"]), time.process_time()
    answer = sign_in(cast.mika).post(url, {"file": SimpleUploadedFile("a.zip", content), "language": "en"})
    assert answer.status_code == 302
    assert inside == [before]  # no transaction but the test's own
    assert time.process_time() - started < 10  # 30 seconds when the texts were read as well


SLOW = {
    "spaces in a heading": "# a" + " " * 50_000 + "b",
    "brackets in a heading": "# " + "[" * 400_000,
    "tables nobody closes": "<table><tr><td>" * 30_000,
    "lists nobody closes": "<ul><li>" * 40_000,
    "links nobody closes": "<a href='x'>" * 40_000,
    "comments nobody closes": "<!-- " * 80_000 + "<style>" * 3_000,
    "spaces after a tag": "<b>" + " " * 200_000 + "x",
    "spaces before a tag": "<b>\n" + " " * 200_000 + "x <",
    "spaces in a link": "](" + " " * 200_000 + "x",
    "ticks": "](" + "`" * 50_000 + "x" * 100_000,
    "a word in a tag": "<img " + "a" * 200_000 + ">",
}


@pytest.mark.parametrize("name", SLOW)
def test_text_is_read_in_a_time_that_grows_with_its_length_alone(name):
    started = time.process_time()
    body = html_to_markdown(read_source(SLOW[name], fallback="x").body)
    rewrite_targets(body, lambda _target: None)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <br> <br> b", "a  \n  \nb"),
        ("<b> bold </b>", " **bold** "),
        ("<a href='x'>one</a> <a name='y'>two", "[one](x) <a name='y'>two"),
        ("<!-- a --> b <!-- c", " b <!-- c"),
        ("<script>'<!--'</script> a <!-- b --> c", " a  c"),
        ("<table><tr><td>a</td></tr> <table><tr><td>b</td></tr></table>", "| a |"),
    ],
)
def test_tags_become_what_they_were_before(text, expected):
    assert expected in html_to_markdown(text)


def svg(inside, size=50):
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?>\n<!DOCTYPE svg><svg {names} width="{size}" height="{size}">{inside}</svg>'


@pytest.mark.parametrize(
    "text",
    [
        svg("<rect width='5' height='5'/>", size=60_000),  # 14 GB; killed the house
        svg("<g>" * 100_000 + "</g>" * 100_000),  # a stack overflow; killed it too
        svg("<g>" * 100_000),
        "no drawing",
        "",
    ],
    ids=["huge", "deep", "broken", "words", "nothing"],
)
def test_drawing_that_cannot_be_drawn_kills_nobody(tmp_path, text):
    (tmp_path / "a.svg").write_text(text)
    assert draw(tmp_path / "a.svg") is None


def test_drawing_shows_no_other_file_of_the_machine(tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (50, 50), (255, 0, 0)).save(secret)
    inside = "".join(f'<image width="50" height="50" {name}="{secret}"/>' for name in ("href", "xlink:href"))
    encoded = "&#x2f;".join(str(secret).split("/"))
    inside += f'<image width="50" height="50" href="{encoded}"/><image width="50" height="50" href="file://{secret}"/>'
    drawn = []
    for content in (inside, ""):
        (tmp_path / "a.svg").write_text(svg(content))
        drawn.append(draw(tmp_path / "a.svg"))
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith(b"\x89PNG")
