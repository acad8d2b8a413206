"""The words of a post in one line: in lists, notifications and hints."""

import pytest

from feed.text import preview_of, render_post


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("Vuorot **perjantaina**.", "Vuorot perjantaina."),
        ("Kerro *Ainolle*, ei `rm`:lle!", "Kerro Ainolle, ei rm:lle!"),
        ("Yksi.\n\nKaksi.\nKolme.", "Yksi. Kaksi. Kolme."),
        ("- leipä\n- maito", "leipä maito"),
        ("> sanoi hän\n\nNiin.", "sanoi hän Niin."),
        ("1 < 2 & 3", "1 < 2 & 3"),
    ],
)
def test_a_line_of_a_post_has_spaces_only_where_its_page_has_them(markdown, line):
    assert preview_of(render_post(markdown, 1).html) == line


def test_a_line_shows_nothing_of_a_tag_that_was_cut():
    assert preview_of('<p>Katso <a href="https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">tämä</a></p>', 4) == "Kat…"
    assert preview_of('<p>Katso <a href="/') == "Katso"
