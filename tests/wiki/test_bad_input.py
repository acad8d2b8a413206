"""Whatever somebody sends as a page, through every door: a clear answer, and nothing lost."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from intranet.people.actions import issue_token
from intranet.text import MAX_PAGE, clean_text
from wiki import actions
from wiki.models import Draft, WikiPage

CAP = MAX_PAGE - 1
ODD = {
    "nul bytes": "Before\x00after",
    "lone surrogates": "Before \ud800 after \udfff",
    "right-to-left overrides": "Invoice \u202egpj.exe and \u2066more\u2069",
    "zalgo": "Z" + "\u0301\u0327" * 2_000,
    "only spaces": " " * 5_000,
    "nested quotes": "\n".join(">" * depth + " a" for depth in range(1, 990)),
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(600)),
    "deep in one line": "> " * 1_000 + "a",
    "open brackets": "[" * CAP,
    "nested brackets": "[" * (CAP // 2) + "]" * (CAP // 2),
    "links never closed": "[a](<b" * (CAP // 6),
    "images within images": "![[]()" * (CAP // 6),
    "emphasis opened": "*a **a " * (CAP // 7),
    "backticks of all lengths": "".join("e" + "`" * length for length in range(1, 990)),
    "comments never closed": "</" + "<!--" * (CAP // 5),
    "many definitions": "".join(f"[{number}]: u\n" for number in range(30_000)),
    "one line": "a" * CAP,
    "lines": "a\n" * (CAP // 2),
    "blank lines": "\n" * CAP,
    "a cell a line": "|a|\n|-|\n" + "|b|\n" * (CAP // 5),
    "wanted pages": "".join(f"[[{number}]]" for number in range(CAP // 10)),
    "mentions": "@aino.aalto " * (CAP // 12),
    "tags": "".join(f"#a{number} " for number in range(CAP // 9)),
    "addresses": "https://intranet.example/ " * (CAP // 26),
}


@pytest.fixture
def doors(cast, sign_in, write) -> dict[str, Any]:
    """Return for each door a function that sends a text through it and returns the answer."""
    page = write("Plan", "One.\n\nTwo.\n")
    browser = sign_in(cast.aino)
    secret = issue_token(actor=cast.aino, owner=cast.aino, name="test", scope="write")[1]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    form = {"title": "Another", "language": "en", "tags": ""}
    edit = {"title": "Plan", "language": "en", "tags": "", "base_revision": page.live_revision_id}
    json = {"content_type": "application/json"}
    return {
        "preview": lambda body: browser.post("/wiki/preview/", {"markdown": body, "context": cast.yard.pk}),
        "draft": lambda body: browser.post("/wiki/draft/", {"page": page.pk, "title": "Plan", "body": body}),
        "new page": lambda body: browser.post(f"/wiki/new/?community={cast.yard.pk}", {**form, "body": body}),
        "edit": lambda body: browser.post(f"/wiki/id/{page.pk}/edit/", {**edit, "body": body}),
        "program, new page": lambda body: program.post(
            "/api/v1/pages", {"title": "By program", "markdown": body, "community": "yard"}, **json
        ),
        "program, change": lambda body: program.patch(
            f"/api/v1/pages/{page.pk}", {"base_revision": page.live_revision_id, "markdown": body}, **json
        ),
    }


def texts_of(title: str) -> Iterator[str]:
    """Yield the texts of the pages of this title and of the versions they had."""
    for page in WikiPage.objects.filter(title=title):
        yield page.body
        yield from (revision.content["body"] for revision in page.revisions.all())


# What is no text is refused where a program sends it, and cleaned where a person typed it.
NO_TEXT = ("nul bytes", "lone surrogates")


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_kept_through_every_door(doors, name):
    typed = ODD[name].replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")  # as browsers send them
    for door, send in doors.items():
        if name in NO_TEXT and "program" in door:
            answer = send(ODD[name])
            assert (answer.status_code, b"data.markdown" in answer.content) == (422, True)
            continue
        answer = send(typed)
        assert answer.status_code in {200, 201, 302}, (door, answer.content[:500])
        if door == "draft":
            assert clean_text(typed) in [draft.body for draft in Draft.objects.all()]
    for title in ("Another", "Plan") if name in NO_TEXT else ("Another", "Plan", "By program"):
        assert any(clean_text(typed).strip() == text.strip() for text in texts_of(title)), title


def test_five_megabytes_are_refused_with_words_and_stay_in_the_form(doors):
    big = "word " * 1_000_000
    for door, send in doors.items():
        answer = send(big)
        assert answer.status_code in {400, 413, 422}, (door, answer.status_code)
        words = unescape(answer.content.decode())
        assert "too long" in words or "at most 500000 characters" in words, (door, words[:500])
        if door in {"new page", "edit"}:
            assert big.strip() in words
    assert not Draft.objects.exists()
    assert WikiPage.objects.get(title="Plan").version == 1


def test_page_that_links_to_itself_and_one_in_a_circle(cast, write, sign_in):
    page = write("Snake", "[[Snake]] and [me](/wiki/yard/snake/)")
    answer = sign_in(cast.aino).get(f"/wiki/{page.address}/")
    assert answer.status_code == 200
    below = write("Tail", parent=page)
    moved = sign_in(cast.aino).post(
        f"/wiki/id/{page.pk}/move/", {"parent": below.pk, "title": "Snake", "confirmed": "1"}
    )
    assert moved.status_code == 422
    assert WikiPage.objects.get(pk=page.pk).address == "yard/snake"


def test_slug_of_a_page_in_the_trash_is_no_trap(cast, write, sign_in):
    first = write("Menu", "Soup.")
    actions.trash_page(actor=cast.aino, page=first)
    browser = sign_in(cast.aino)
    form = {"title": "Menu", "body": "Fish.", "language": "en", "tags": ""}
    assert browser.post(f"/wiki/new/?community={cast.yard.pk}", form).status_code == 302
    second = WikiPage.objects.get(title="Menu", trashed_at__isnull=True)
    assert "Fish." in browser.get(f"/wiki/{second.address}/").content.decode()
    # The first comes back beside it: refused with words, or under a name of its own, but never over the other.
    browser.post(f"/wiki/id/{first.pk}/restore/")
    second.refresh_from_db()
    assert second.body.strip() == "Fish."
    assert WikiPage.objects.get(pk=first.pk).body.strip() == "Soup."
    assert WikiPage.objects.get(pk=first.pk).address != second.address
