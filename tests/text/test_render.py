"""What people type, and what becomes of it."""

import re
from threading import Thread

import pytest

from intranet.text import Link, NoResolver, PageReference, Target, clean_text, excerpt, find_references, render
from tests.text.checker import KnownNames


def html(source: str, **terms: object) -> str:
    return render(source, resolve=KnownNames(), **terms).html  # type: ignore[arg-type]


def lines(source: str, **terms: object) -> str:
    return html(source, **terms).replace("\n", "")


# -- references


def test_mention_is_a_link_and_a_finnish_ending_follows_it() -> None:
    assert lines("Kysy @maija.virtanen:lle.") == (
        '<p>Kysy <a class="mention mention-person" href="/people/maija.virtanen/" title="Maija Virtanen">'
        "@maija.virtanen</a>:lle.</p>"
    )


def test_mention_of_a_community_and_of_nobody() -> None:
    assert 'class="mention mention-community" href="/communities/sales/"' in html("@sales")
    assert lines("@nobody") == "<p><span>@nobody</span></p>" or lines("@nobody") == "<p>@nobody</p>"


@pytest.mark.parametrize(
    "text", ["a@maija.virtanen", "x/@sales", "`@sales`", "https://x.example/@sales", "```\n@sales\n```", "\\@sales"]
)
def test_what_looks_like_a_mention_and_is_none(text: str) -> None:
    assert find_references(text).mentions == []


def test_mention_in_capitals_ends_before_the_full_stop() -> None:
    assert find_references("Hi @Maija.Virtanen. And (@sales), **@ben**!").mentions == ["maija.virtanen", "sales", "ben"]


def test_tags_hold_letters_of_any_language_digits_hyphens_and_underscores() -> None:
    assert find_references("#Työsuojelu #q3-2026 #a_b (#åäö) #x.").tags == ["työsuojelu", "q3-2026", "a_b", "åäö", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "#2026",
        "a#b",
        "`#x`",
        "https://x.example/#frag",
        "[x](#frag)",
        "# heading",
        "&#35;x",
        "## About #x",
        "\\#x",
        "##x",
        "```\n#x\n```",
    ],
)
def test_what_looks_like_a_tag_and_is_none(text: str) -> None:
    assert find_references(text).tags == []


def test_tag_at_the_beginning_of_a_line_is_no_heading() -> None:
    assert lines("#tag first") == '<p><a class="tag" href="/tags/tag/">#tag</a> first</p>'


def test_unknown_tag_stays_text() -> None:
    assert "<a" not in html("#unknown")


def test_page_link_takes_the_title_of_the_page_or_its_label() -> None:
    assert lines("[[Guide]] [[Guide|the *rules*]]") == (
        '<p><a class="pagelink" href="/wiki/guide/" title="The guide">The guide</a> '
        '<a class="pagelink" href="/wiki/guide/" title="The guide">the *rules*</a></p>'
    )


def test_page_that_does_not_exist_is_a_red_link_to_its_making() -> None:
    assert lines("[[Nowhere]]") == '<p><a class="redlink" href="/wiki/new/?title=x">Nowhere</a></p>'
    assert render("[[Nowhere]]", resolve=NoResolver()).html == '<p><span class="redlink">Nowhere</span></p>'


def test_page_link_with_a_label_works_in_a_table() -> None:
    assert "the rules</a></td>" in lines("| a |\n|---|\n| [[Guide\\|the rules]] |")


def test_links_are_reported_with_label_and_fragment() -> None:
    found = find_references(
        "[[Guide|rules]] [**read** this](/wiki/guide/#Some-Part) [out](https://x.example) [f](/files/1) [g](../b.md?x=1)"
    )
    assert found.links == [
        PageReference(Target("title", "Guide"), "rules"),
        PageReference(Target("path", "/wiki/guide/"), "read this", "h-some-part"),
        PageReference(Target("path", "../b.md"), "g"),
    ]


def test_fragments_of_page_links_lead_to_our_anchors() -> None:
    assert 'href="/wiki/guide/#h-some-part"' in html("[x](/wiki/guide/#some-part)")
    assert 'href="/elsewhere/#h-some-part"' in html("[x](/elsewhere/#some-part)")
    assert 'href="#h-some-part"' in html("[x](#some-part)")


def test_full_address_of_this_house_is_an_internal_link() -> None:
    assert 'class="pagelink" href="/wiki/guide/"' in html(
        "https://loikka.example/wiki/guide/", origin="https://loikka.example"
    )
    assert 'class="external"' in html("https://loikka.example.evil/wiki/guide/", origin="https://loikka.example")


def test_resolver_is_asked_once_for_each_kind_and_not_at_all_for_nothing() -> None:
    resolver = KnownNames()
    render("@sales @ben #a #b [[Guide]] [x](/wiki/guide) @sales #a", resolve=resolver)
    assert resolver.asked == [
        ("pages", [Target("title", "Guide"), Target("path", "/wiki/guide")]),
        ("people", ["sales", "ben"]),
        ("tags", ["a", "b"]),
    ]
    resolver.asked.clear()
    render("nothing", resolve=resolver)
    assert resolver.asked == []


def test_references_found_without_rendering_are_those_of_the_rendering() -> None:
    text = "@sales [[Guide]] #a\n\n> @ben\n\n| [[X]] |\n|---|\n| #b |\n\n[^1] `#no`\n\n[^1]: @cleo"
    rendered, found = render(text, resolve=KnownNames()), find_references(text)
    assert (rendered.mentions, rendered.tags, rendered.links) == (found.mentions, found.tags, found.links)
    assert set(found.mentions) == {"sales", "ben", "cleo"}


def test_resolver_may_render_something_itself() -> None:
    class Nesting(KnownNames):
        def tags(self, names):  # type: ignore[no-untyped-def]
            return {name: Link("/x", title=render("# Inner", resolve=NoResolver()).plain) for name in names}

    rendered = render("# Outer\n\n#x", resolve=Nesting())
    assert [heading["title"] for heading in rendered.toc] == ["Outer"]
    assert 'title="Inner"' in rendered.html


# -- what GitHub's users type


def test_list_nested_by_two_spaces() -> None:
    assert lines("- a\n  - b\n    - c\n- d") == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"


def test_list_right_after_a_paragraph() -> None:
    assert lines("Text:\n- a\n- b") == "<p>Text:</p><ul><li>a</li><li>b</li></ul>"


def test_year_at_the_beginning_of_a_line_is_no_list() -> None:
    assert lines("in\n2026. Then") == "<p>in2026. Then</p>"


def test_ordered_list_keeps_its_first_number_and_takes_parentheses() -> None:
    assert lines("3) a\n4) b") == '<ol start="3"><li>a</li><li>b</li></ol>'


def test_list_of_the_other_kind_is_a_list_of_its_own() -> None:
    assert lines("- a\n1. b") == "<ul><li>a</li></ul><ol><li>b</li></ol>"


def test_fenced_code_in_a_list_item_and_in_a_quote() -> None:
    assert '<li><p>a</p><pre class="highlight"><code>x  y</code></pre></li>' in lines("- a\n  ```\n  x\n    y\n  ```")
    assert '<blockquote><pre class="highlight"><code>x</code></pre></blockquote>' in lines("> ```\n> x\n> ```")


def test_code_is_coloured_by_class_names() -> None:
    assert '<span class="k">def</span>' in html("```python\ndef f(): pass\n```")
    assert '<code class="language-python">' in html('```py title="x"\npass\n```')
    assert html("```nosuch\n<b>\n```") == '<pre class="highlight"><code>&lt;b&gt;\n</code></pre>'


def test_unclosed_fence_runs_to_the_end() -> None:
    assert lines("```\na\n\nb") == '<pre class="highlight"><code>ab</code></pre>'


def test_mermaid_is_kept_as_text() -> None:
    assert html("```mermaid\ngraph TD; A-->B\n```") == '<pre class="mermaid">graph TD; A--&gt;B</pre>'


def test_table_with_alignment_after_a_paragraph() -> None:
    made = lines("Text\n| a | b |\n|---|:-:|\n| 1 | `x|y` |")
    assert made.startswith("<p>Text</p><table><thead><tr><th>a</th>")
    assert '<td align="center"><code>x|y</code></td>' in made


def test_task_list_is_ticked_and_cannot_be_clicked() -> None:
    made = html("- [x] done\n- [ ] open")
    assert '<ul class="task-list">' in made
    assert '<input type="checkbox" checked="" disabled=""> done' in made
    assert '<input type="checkbox" disabled=""> open' in made


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_callout(kind: str) -> None:
    made = lines(f"> [!{kind.upper()}]\n> Text\n> - a")
    assert made == (
        f'<aside class="callout callout-{kind}" role="note"><p class="callout-title">{kind.title()}</p>'
        "<p>Text</p><ul><li>a</li></ul></aside>"
    )


def test_callout_with_text_on_its_first_line_in_another_language_and_next_to_another() -> None:
    made = lines("> [!NOTE] Huom *tämä*\n> a\n\n> [!TIP]\n> b", callout_titles={"tip": "Vinkki"})
    assert made.count("<aside") == 2
    assert '<p class="callout-title">Note</p><p>Huom <em>tämä</em>a</p>' in made
    assert '<p class="callout-title">Vinkki</p>' in made


def test_items_stay_siblings_around_quotes_paragraphs_and_code() -> None:
    assert lines("1. a\n   > q\n1. b") == "<ol><li><p>a</p><blockquote><p>q</p></blockquote></li><li><p>b</p></li></ol>"
    assert lines("- a\n\n  b\n- c").count("<ul>") == 1
    assert lines("- a\n\n  - b\n- c").count("<li>") == 3
    assert lines("- a\n  ```\n  x\n  ```\n- c").count("<li>") == 2
    assert lines("> - a\n> - b\n>   - c") == "<blockquote><ul><li>a</li><li>b<ul><li>c</li></ul></li></ul></blockquote>"
    assert lines("-      a\n- b") == "<ul><li>a</li><li>b</li></ul>"


def test_unknown_callout_is_a_quote() -> None:
    assert lines("> [!X]\n> a").startswith("<blockquote>")


def test_footnotes_lead_there_and_back_under_our_ids() -> None:
    made = html("a[^x] b[^x]\n\n[^x]: Note.\n\n    More.", id_prefix="p7-")
    assert made.count('<sup id="p7-fnref-') == 2
    assert '<li id="p7-fn-' in made
    assert "<p>More." in made


def test_footnotes_of_two_posts_on_one_screen_do_not_meet() -> None:
    one, two = html("a[^1]\n\n[^1]: x", flavour="post"), html("b[^1]\n\n[^1]: y", flavour="post")
    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', two))
    assert set(re.findall(r'href="#([^"]+)"', one)) <= set(re.findall(r'id="([^"]+)"', one))


def test_strikethrough_emphasis_and_addresses() -> None:
    assert (
        lines("~~a~~ **b** _c_ snake_case_word") == "<p><del>a</del> <strong>b</strong> <em>c</em> snake_case_word</p>"
    )
    assert 'href="https://x.example/a_(b)" rel="noopener noreferrer nofollow">https://x.example/a_(b)</a>).' in html(
        "(https://x.example/a_(b))."
    )
    assert 'href="https://www.x.example"' in html("www.x.example")
    assert lines("a.b@x.example") == '<p><a href="mailto:a.b@x.example">a.b@x.example</a></p>'
    assert lines("<a.b@x.example>") == '<p><a href="mailto:a.b@x.example">a.b@x.example</a></p>'


def test_reference_links_and_comments() -> None:
    assert 'href="https://x.example"' in html("[a][b] [b]\n\n[b]: https://x.example 'T'")
    assert lines("a\n\n<!-- hidden\nstill -->\n\nb") == "<p>a</p><p>b</p>"
    assert "never closed" in html("<!-- never closed")


def test_line_of_dashes_makes_a_heading_of_one_line_and_a_rule_under_more() -> None:
    assert lines("a\n---").startswith('<h2 id="h-a">')
    assert lines("a\nb\n---\nc") == "<p>ab</p><hr><p>c</p>"
    assert lines("- a\n---\nb") == "<ul><li>a</li></ul><hr><p>b</p>"


def test_line_break_in_a_table_cell() -> None:
    assert "<td>a<br>" in lines("| a |\n|---|\n| a<br>b |")


def test_headings_are_anchors_in_the_manner_of_github() -> None:
    rendered = render("# Mitä & *miksi*?\n\n## A `b` c\n\n## A `b` c\n\n##\n", resolve=KnownNames())
    assert [(h["level"], h["id"], h["title"]) for h in rendered.toc] == [
        (1, "h-mitä--miksi", "Mitä & miksi?"),
        (2, "h-a-b-c", "A b c"),
        (2, "h-a-b-c-1", "A b c"),
        (2, "h-section", ""),
    ]
    assert rendered.headings.split("\n")[:2] == ["Mitä & miksi?", "A b c"]


def test_post_has_strong_lines_for_headings_no_tables_and_keeps_its_line_breaks() -> None:
    assert lines("# Big *news*\na\nb\n\n| a | b |\n|---|---|", flavour="post") == (
        "<p><strong>Big <em>news</em></strong></p><p>a<br>b</p><p>| a | b |<br>|---|---|</p>"
    )


def test_depth_beyond_the_bound_is_text() -> None:
    assert html("> " * 40 + "a").count("<blockquote>") == 10


# -- plain text


def test_plain_text_has_a_line_for_each_block_and_words_are_counted() -> None:
    rendered = render(
        "# Title\n\nOne **two** [[Guide]].\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |", resolve=KnownNames()
    )
    assert rendered.plain == "Title\nOne two The guide.\na\nb\nx y\n1 2"
    assert rendered.word_count == 11


def test_excerpt_ends_at_a_word() -> None:
    assert excerpt("short") == "short"
    assert excerpt("one two\nthree four", 12) == "one two…"
    assert excerpt("x" * 500, 10) == "x" * 9 + "…"
    assert len(excerpt("word " * 10_000, 200)) <= 200


# -- cleaning


def test_clean_text_makes_typed_text_storable() -> None:
    assert clean_text("a\r\nb\rc\x00\u202ed\ud800") == "a\nb\ncd\ufffd"
    assert clean_text("a\u0308") == "ä"
    assert clean_text("a\tb \u200d👩‍💻") == "a\tb \u200d👩‍💻"


@pytest.mark.parametrize("text", ["", " ", "\n", "\ud800", "\x00", "\x02wzxhzdk:0\x03", "\ufeff", "a\x85b"])
def test_odd_texts_are_rendered_without_error(text: str) -> None:
    render(text, resolve=KnownNames()).html.encode()
    render(text, resolve=KnownNames(), flavour="post").html.encode()


def test_a_text_leaves_nothing_behind_for_the_next() -> None:
    first = html("# A\n\n[^1] **a\n\n[^1]: note\n\n[r]: /x")
    html("**a *b\n\n[^2]: y")
    assert html("# A\n\n[^1] **a\n\n[^1]: note\n\n[r]: /x") == first
    assert "note" not in html("[^1] [r]")


def test_threads_do_not_disturb_each_other() -> None:
    results: list[str] = []
    threads = [
        Thread(target=lambda: results.extend(html("# T\n\n*a* [[Guide]] `c`") for _ in range(30))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 120
    assert len(set(results)) == 1
