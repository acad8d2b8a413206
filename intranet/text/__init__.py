"""The only renderer: Markdown to safe HTML, and the references found in it.

Everything people type passes here: `render` makes HTML with contents and plain text, `find_references` finds mentions, tags
and links without rendering, `clean_text` makes typed text storable. Nothing here knows a database: who or what a reference
names is answered by the `Resolver` that the caller brings.
"""

from intranet.text.clean import MAX_PAGE, MAX_POST, TextTooLong, check_length, clean_text, excerpt
from intranet.text.references import Flavour, Link, NoResolver, PageReference, References, Rendered, Resolver, Target
from intranet.text.render import RENDERER_VERSION, find_references, render
from intranet.text.tree import slugify_heading

__all__ = [
    "MAX_PAGE",
    "MAX_POST",
    "RENDERER_VERSION",
    "Flavour",
    "Link",
    "NoResolver",
    "PageReference",
    "References",
    "Rendered",
    "Resolver",
    "Target",
    "TextTooLong",
    "check_length",
    "clean_text",
    "excerpt",
    "find_references",
    "render",
    "slugify_heading",
]
