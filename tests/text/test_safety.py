"""X1, X3, X8, X9: no payload in any context leaves the renderer as anything but text and harmless markup."""

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.text import excerpt, render
from tests.text.checker import KnownNames, findings
from tests.text.payloads import CONTEXTS, payloads, put


@pytest.mark.parametrize("place", CONTEXTS)
def test_no_payload_becomes_active(place: str) -> None:
    resolver = KnownNames()
    for payload in payloads():
        for flavour in ("page", "post"):
            html = render(put(payload, place), resolve=resolver, flavour=flavour, id_prefix="p1-").html
            assert findings(html) == [], (payload, html)


def test_there_are_several_hundred_payloads_and_eighteen_contexts() -> None:
    assert len(payloads()) >= 400
    assert len(CONTEXTS) == 18


def test_sanitised_output_is_read_again_the_same() -> None:
    for payload in payloads():
        html = render(put(payload, "raw"), resolve=KnownNames()).html
        again = nh3.clean(
            html, tags=nh3.ALLOWED_TAGS | {"aside", "input"}, attributes={"*": {"class", "id", "title"}}, link_rel=None
        )
        assert findings(again) == []
        assert "<script" not in again


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java&#9;script:alert(1)">x</a>',
        '<a href="&#1;javascript:alert(1)">x</a>',
        '<a href="//evil.example/">x</a>',
        '<a href="/\\evil.example/">x</a>',
        '<a href="https://example.com">x</a>',
        '<img src="/files/1" onerror="alert(1)">',
        '<img src="https://evil.example/x.png">',
        '<p style="x">',
        '<p hx-get="/x">',
        '<p data-controller="x">',
        '<h1 id="main">x</h1>',
        '<a name="cookie">x</a>',
        '<input type="checkbox">',
        '<input type="text" disabled>',
        "<svg><a>",
        "<!-- x -->",
        "<?xml x?>",
        '<span class="a;b">',
    ],
)
def test_the_checker_sees_what_is_bad(bad: str) -> None:
    assert findings(bad)


def test_raw_html_is_shown_as_typed() -> None:
    assert render("<b>x</b> <T>", resolve=KnownNames()).html == "<p>&lt;b&gt;x&lt;/b&gt; &lt;T&gt;</p>"


def test_remote_images_are_links_and_own_files_are_images() -> None:
    html = render("![A cat](https://evil.example/cat.png) ![Own](/files/7/own.png)", resolve=KnownNames()).html
    assert (
        '<a class="remote-image" href="https://evil.example/cat.png" rel="noopener noreferrer nofollow">A cat</a>'
        in html
    )
    assert '<img alt="Own" decoding="async" loading="lazy" src="/files/7/own.png">' in html
    assert html.count("<img") == 1


@pytest.mark.parametrize(
    "source",
    [
        "/files/../admin",
        "/files/%2e%2e/x",
        "/files/%252e%252e/x",
        "//evil.example/files/x",
        "/media/x.png",
        "\\files\\x",
    ],
)
def test_images_from_elsewhere_in_the_house_are_not_loaded(source: str) -> None:
    html = render(f"![x]({source})", resolve=KnownNames()).html
    assert "<img" not in html
    assert "//evil" not in html


def test_linked_remote_image_is_the_text_of_the_link() -> None:
    html = render("[![logo](https://evil.example/x.png)](/wiki/guide)", resolve=KnownNames()).html
    assert html == '<p><a class="pagelink" href="/wiki/guide/" title="The guide"><span>logo</span></a></p>'


def test_an_address_of_the_resolver_is_checked_like_any_other() -> None:
    class Hostile(KnownNames):
        def people(self, handles):  # type: ignore[no-untyped-def]
            from intranet.text import Link

            return {handle: Link("javascript:alert(1)", title='"><script>', kind='x" onclick="y') for handle in handles}

    assert findings(render("@maija.virtanen", resolve=Hostile()).html) == []


def test_ids_of_headings_cannot_shadow_anything_of_ours() -> None:
    html = render("# main\n\n# location\n\n# main", resolve=KnownNames()).html
    assert 'id="h-main"' in html
    assert 'id="h-location"' in html
    assert 'id="h-main-1"' in html


def test_plain_text_and_excerpts_are_text_not_html() -> None:
    rendered = render("a <img src=x onerror=alert(1)> & **b**", resolve=KnownNames())
    assert rendered.plain == "a <img src=x onerror=alert(1)> & b"
    assert excerpt(rendered.plain, 20) == "a <img src=x…"


MARKS = """
    a ä # - 1. > ``` ~~~ ` * ** _ ~~ [ ] ( ) [[ ]] | ![ [^1] [^1]: [x]: < > <br> <!-- --> & &amp; &# ; \\ @sales #tag
    https://x.example/ javascript: // /files/1 --- === [!NOTE] : " ' x-page klzzwxh:0000 wzxhzdk:0 mermaid python
"""
SPACES = [
    " ",
    "    ",
    "\n",
    "\n\n",
    "\t",
    "\n- ",
    "\n# ",
    "\n> ",
    "\n|-|-|\n",
    "\x00",
    "\x02",
    "\x03",
    "\ud800",
    "\u202e",
]
PIECES = st.sampled_from([*MARKS.split(), *SPACES])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["page", "post"]))
def test_any_mixture_of_marks_is_rendered_without_error_and_safely(source: str, flavour: str) -> None:
    rendered = render(source, resolve=KnownNames(), flavour=flavour)  # type: ignore[arg-type]
    assert findings(rendered.html) == []
    assert "\x02" not in rendered.html
    assert "klzzwxh:" not in rendered.html or "klzzwxh" in source
    (rendered.html + rendered.plain).encode()
