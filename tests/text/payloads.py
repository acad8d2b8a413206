"""Hostile texts: several hundred payloads and the Markdown contexts they are put in, for the renderer and for browsers.

A script that runs would call `alert(1)` (or set `window.pwned`), so a browser check can listen for both.
"""

from __future__ import annotations

from collections.abc import Iterator

SCHEMES = ["javascript:", "vbscript:", "data:text/html,", "data:text/html;base64,", "data:image/svg+xml,", "livescript:",
           "mocha:", "jar:http://x!/", "view-source:javascript:", "feed:javascript:", "blob:", "filesystem:", "file:///",
           "about:", "ms-its:", "intent://x#Intent;scheme=javascript;end", "x-javascript:", "mhtml:"]  # fmt: skip
CODE = "alert(1)"


def _spellings() -> Iterator[str]:
    """`javascript:` in the ways parsers and browsers have disagreed about."""
    word = "javascript:"
    yield from (word.upper(), word.title(), "jAvAsCrIpT:", "JaVaScRiPt&colon;")
    for gap in (
        "\t",
        "\n",
        "\r",
        "\x00",
        "\x01",
        "\x08",
        "\x0b",
        "\x0c",
        "\x1f",
        " ",
        "\xa0",
        "\xad",
        "\u200b",
        "\u2028",
        "\u3000",
        "\ufeff",
    ):
        yield gap + word
        yield "java" + gap + "script:"
        yield "javascript" + gap + ":"
    for entity in ("&#9;", "&#10;", "&#13;", "&#x9;", "&#xA;", "&Tab;", "&NewLine;", "&#0;", "&#1;", "&#32;", "&nbsp;"):
        yield entity + word
        yield "java" + entity + "script:"
        yield "javascript" + entity + ":"
    for colon in (
        "&#58;",
        "&#x3a;",
        "&#x3A",
        "&#0000058",
        "&colon;",
        "%3a",
        "%3A",
        "\\:",
        "\uff1a",
        "&#58",
        "&amp;colon;",
        "&amp;#58;",
    ):
        yield "javascript" + colon
    yield "".join(f"&#{ord(c)};" for c in word)
    yield "".join(f"&#x{ord(c):x};" for c in word)
    yield "".join(f"&#{ord(c):07d}" for c in word)
    yield "".join(f"%{ord(c):02x}" for c in word)
    yield "&#106avascript:"
    yield "\\javascript:"
    yield "java\\script:"
    yield "j\x02106\x03avascript:"
    yield "\x02106\x03avascript:"
    yield "javascript://example.com/%0a"
    yield "javascript:/*--></title></style></textarea></script>*/"
    yield "\\u006aavascript:"
    yield "[x]:javascript:"
    yield "//javascript:"
    yield "http:javascript:"


TAGS = ["script", "ScRiPt", "img", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "select", "textarea",
        "style", "link", "meta", "base", "body", "html", "head", "title", "noscript", "template", "video", "audio", "source",
        "details", "marquee", "isindex", "keygen", "xmp", "plaintext", "frameset", "frame", "applet", "bgsound", "layer",
        "x-page", "x-mention", "custom-element", "portal", "slot", "dialog", "a", "div", "table", "animate", "set", "use",
        "foreignObject", "annotation-xml", "mglyph", "noembed", "noframes", "image", "area", "map", "track"]  # fmt: skip
EVENTS = ["onerror", "onload", "onclick", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onbegin", "onpointerenter",
          "onauxclick", "onbeforeinput", "onscrollend", "oncontentvisibilityautostatechange", "formaction", "ONERROR"]  # fmt: skip
ATTRIBUTES = [
    'style="background:url(javascript:alert(1))"', 'style="position:fixed;inset:0"', 'id="main"', 'name="cookie"', 'id="h-x"',
    'class="redlink dropdown"', 'data-controller="x"', 'data-action="click->x#y"', 'hx-get="/x"', 'hx-on:click="alert(1)"',
    'data-hx-get="/x"', 'x-data="{}"', 'x-init="alert(1)"', 'v-html="x"', '@click="alert(1)"', ':href="x"', 'ng-app',
    'ng-bind-html="x"', 'is="x"', 'srcdoc="<script>alert(1)</script>"', 'srcset="x 1x, javascript:alert(1) 2x"',
    'target="_blank"', 'ping="http://evil.example"', 'action="javascript:alert(1)"', 'background="javascript:alert(1)"',
    'poster="javascript:alert(1)"', 'xlink:href="javascript:alert(1)"', 'contenteditable autofocus', 'accesskey="x"',
    'popovertarget="x"', 'download', 'http-equiv="refresh" content="0;url=javascript:alert(1)"', 'slot="x"', 'part="x"',
]  # fmt: skip
# Text that means one thing to the parser that cleans it and another to the one that shows it.
MUTATIONS = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<select><template><style><!--</style><a rel="--></style></template></select><img id=x src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    '<title><a title="</title><img src=x onerror=alert(1)>">',
    '<![CDATA[<img src=x onerror=alert(1)>]]>',
    '<!--><img src=x onerror=alert(1)>-->', '<!--x--!><img src=x onerror=alert(1)>', '<!-- a -->b<script>alert(1)</script>',
    '<?xml version="1.0"?><img src=x onerror=alert(1)>', '<!DOCTYPE x [<!ENTITY y "z">]>&y;',
    '<a href="x`onmouseover=alert(1)`">x</a>', '<img src=`x`onerror=alert(1)>', '<img/src="x"/onerror=alert(1)>',
    '<<script>script>alert(1)<</script>/script>', '<scr<script>ipt>alert(1)</script>', '</p><script>alert(1)</script>',
    '<img src="x\x00" onerror="alert(1)">', '<svg/onload=alert(1)//', '<p/ onclick=alert(1)', '<a\x0chref=javascript:alert(1)>x',
    '\x02wzxhzdk:0\x03', '\x02wzxhzdk:9999\x03', '\x02klzzwxh:0000\x03', '\x02amp\x03lt;script\x02amp\x03gt;', '\x02qlt\x03',
    '&lt;script&gt;alert(1)&lt;/script&gt;', '&amp;lt;img src=x onerror=alert(1)&amp;gt;', '%3Cscript%3Ealert(1)%3C/script%3E',
    '\ufe64script\ufe65alert(1)\ufe64/script\ufe65', '\uff1cscript\uff1ealert(1)\uff1c/script\uff1e', '+ADw-script+AD4-alert(1)',
    '{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '<%= alert(1) %>', '{% debug %}', '[[${7*7}]]', '#{alert(1)}',
    '"><img src=x onerror=alert(1)>', "'><img src=x onerror=alert(1)>", '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    '" autofocus onfocus=alert(1) x="', 'x" style="x:expression(alert(1))', ') onerror=alert(1) (', '](javascript:alert(1))',
    '"><svg onload=alert(1)>', '`"><img src=x onerror=alert(1)>`', '*"><script>alert(1)</script>*', '\\"><script>alert(1)</script>',
    '{: onclick=alert(1) }', '{#main .x onclick="alert(1)"}', '{ .python onclick="alert(1)" }', '[TOC]', '*[HTML]: <script>',
    '///Footnotes Go Here///', '[^1]: <script>alert(1)</script>', ':::script\nalert(1)', '!!! note "<script>alert(1)</script>"',
    '/// html | script\nalert(1)\n///', '$$\\href{javascript:alert(1)}{x}$$', '==<script>==', '^<script>^', '~<script>~',
]  # fmt: skip


def payloads() -> list[str]:
    """Every payload once."""
    found = [scheme + CODE for scheme in SCHEMES]
    found += [spelling + CODE for spelling in _spellings()]
    found += [f"<{tag}>{CODE}</{tag}>" for tag in TAGS]
    found += [f"<{tag} src=x href=javascript:{CODE} onerror={CODE} onload={CODE}>" for tag in TAGS]
    found += [f'<{tag} {event}="{CODE}">' for tag in ("a", "img", "svg", "x") for event in EVENTS]
    found += [f"<{tag} {attribute}>x</{tag}>" for tag in ("a", "p") for attribute in ATTRIBUTES]
    found += ATTRIBUTES
    found += MUTATIONS
    return list(dict.fromkeys(found))


CONTEXTS = {
    "raw": "{}",
    "paragraph": "Text {} text",
    "link target": "[x]({})",
    "link target in brackets": "[x](<{}>)",
    "link title": '[x](/wiki/ "{}")',
    "link text": "[{}](/wiki/)",
    "autolink": "<{}>",
    "reference": "[x][r]\n\n[r]: {}",
    "image source": "![x]({})",
    "image text": "![{}](/files/1/x.png)",
    "wiki link": "[[{}]] [[{}|{}]]",
    "heading": "# {}",
    "list and quote": "> - [ ] {}\n>   1. {}",
    "table": "| a | b |\n|---|---|\n| {} | `{}` |",
    "code": "`{}`\n\n```{}\n{}\n```",
    "callout": "> [!NOTE] {}\n> {}",
    "footnote": "x[^{}] y[^1]\n\n[^1]: {}",
    "mention and tag": "@{} #{} www.{} https://{} **{}** ~~{}~~",
}


def put(payload: str, context: str) -> str:
    """The payload in one of the CONTEXTS."""
    return CONTEXTS[context].replace("{}", payload)
