"""What the tests of the tree share."""

import re

import pytest


@pytest.fixture
def tree_of(sign_in):
    """Return a function that asks for a section's tree as somebody: (status, titles of the pages in their order, HTML)."""

    def ask(user, slug, query="", *, fragment=True):
        headers = {"HX-Request": "true"} if fragment else {}
        answer = sign_in(user).get(f"/wiki/tree/{slug}/{query}", headers=headers)
        html = answer.content.decode()
        found = re.findall(r'class="(?:check )?tree-name"[^>]*>(?:<input[^>]*><span>)?(.*?)</', html)
        return answer.status_code, [title.replace("<strong>", "") for title in found], html

    return ask
