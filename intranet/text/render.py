"""The pipeline: check the size, parse, collect, resolve, print, sanitise."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from hashlib import blake2s
from html import escape, unescape
from time import thread_time

import markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from pymdownx.tasklist import TasklistExtension

from intranet.text.blocks import TooComplex
from intranet.text.clean import check_length, clean_text
from intranet.text.inline import Inline
from intranet.text.processors import BlockExtension
from intranet.text.references import Flavour, Heading, NoResolver, References, Rendered, Resolver
from intranet.text.sanitise import sanitise, strip_tags
from intranet.text.tree import TreeExtension

# Stored HTML is made again when this changes: raise it with every change of what comes out.
RENDERER_VERSION = 1

# CPU seconds after which what is left is shown as typed; the promise is two seconds for any input.
BUDGET = 0.6

_BLOCK_ENDS = ("</p>", "</li>", "</h1>", "</h2>", "</h3>", "</h4>", "</h5>", "</h6>", "</pre>", "</tr>", "<br>", "<hr>")


class Engine:
    """A configured parser and the state of the rendering it is doing; one a thread and flavour, used again."""

    def __init__(self, flavour: Flavour) -> None:
        self.flavour = flavour
        self.md = markdown.Markdown(output_format="html", tab_length=4)
        self.prepare(NoResolver(), "", "", {})
        extensions = [
            BlockExtension(self),
            SaneListExtension(),
            FootnoteExtension(BACKLINK_TEXT="↩"),
            TasklistExtension(),
            Inline(self, breaks=flavour == "post"),
            TreeExtension(self),
        ]
        if flavour == "page":
            extensions.append(TableExtension(use_align_attribute=True))
        self.md.registerExtensions(extensions, {})

    def prepare(self, resolver: Resolver, id_prefix: str, origin: str, callout_titles: Mapping[str, str]) -> None:
        """Forget the last text and take the terms of the next one."""
        self.md.reset()
        self.resolver = resolver
        self.id_prefix = id_prefix
        self.origin = origin.rstrip("/")
        self.callout_titles = callout_titles
        self.references = References()
        self.toc: list[Heading] = []
        self.complete = True
        self.deadline = thread_time() + BUDGET

    def in_time(self) -> bool:
        """Whether there is budget left."""
        return thread_time() < self.deadline

    def convert(self, source: str) -> tuple[str, str]:
        """Sanitised HTML and plain text. A text that cannot be parsed within the budget is shown as typed."""
        try:
            html = sanitise(self.md.convert(source))
        except (TooComplex, RecursionError):
            self.references, self.toc, self.complete = References(), [], False
            return f'<pre class="plain">{escape(source)}</pre>', source
        return html, _plain(html)


_engines = threading.local()


def _engine(flavour: Flavour) -> Engine:
    engines: dict[str, Engine] = _engines.__dict__.setdefault("by_flavour", {})
    # Taken out while in use, so that a resolver which renders something itself gets a parser of its own.
    return engines.pop(flavour, None) or Engine(flavour)


def _give_back(engine: Engine) -> None:
    engine.resolver = NoResolver()
    _engines.__dict__.setdefault("by_flavour", {})[engine.flavour] = engine


def _plain(html: str) -> str:
    """The visible text of sanitised HTML, a line per block."""
    for end in _BLOCK_ENDS:
        html = html.replace(end, end + "\n")
    html = html.replace("</td>\n", "</td> ").replace("</th>\n", "</th> ").replace("↩", "")
    lines = (line.rstrip() for line in unescape(strip_tags(html)).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def render(
    source: str,
    *,
    resolve: Resolver,
    flavour: Flavour = "page",
    id_prefix: str = "",
    origin: str = "",
    callout_titles: Mapping[str, str] | None = None,
) -> Rendered:
    """Markdown as HTML that is safe to print, with everything that is stored beside it.

    `resolve` answers what the references lead to, each kind in one batch. A "post" keeps its line breaks and has neither
    headings nor tables. `id_prefix` ([a-z0-9]{1,20} and a hyphen, such as "p12-") keeps ids apart where several texts share a
    screen; a post without one gets one made of its text. `origin` ("https://intranet.example") makes full addresses of this house internal links. `callout_titles`
    gives the words for note, tip, important, warning and caution in the writer's language.
    Raises TextTooLong. Takes at most two CPU seconds for any input; see `Rendered.complete`.
    """
    check_length(source, flavour)
    if flavour == "post" and not id_prefix:
        # Many posts share a screen and are rendered before they have a number: their footnotes are told apart by the text.
        id_prefix = f"p{blake2s(source.encode('utf-8', 'replace'), digest_size=6).hexdigest()}-"
    engine = _engine(flavour)
    engine.prepare(resolve, id_prefix, origin, callout_titles or {})
    html, plain = engine.convert(clean_text(source))
    rendered = Rendered(
        html=html,
        toc=engine.toc,
        plain=plain,
        headings="\n".join(heading["title"] for heading in engine.toc),
        mentions=engine.references.mentions,
        tags=engine.references.tags,
        links=engine.references.links,
        word_count=len(plain.split()),
        complete=engine.complete,
    )
    # Not given back after an error: a parser that broke off in the middle is thrown away.
    _give_back(engine)
    return rendered


def find_references(source: str, *, flavour: Flavour = "page", origin: str = "") -> References:
    """What a text names, exactly as `render` would find it. Raises TextTooLong."""
    check_length(source, flavour)
    engine = _engine(flavour)
    engine.prepare(NoResolver(), "", origin, {})
    engine.convert(clean_text(source))
    references = engine.references
    _give_back(engine)
    return references
