"""Boxes of task lists are ticked where they stand, and only the line somebody saw."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from intranet.text import NoResolver, render
from wiki import actions
from wiki.models import Draft, VersionNote, WikiPage
from wiki.ticking import boxes_of, set_box, states_of

LIST = """# Move

- [ ] pack **all**
- [x] call
    - [ ] twice

```
- [ ] no box
```

> 1. [ ] in a quote

- [ ]\tloose

    - [ ] - [ ] nested
"""


def tick(actor, page, base, box, *, done=True):
    return actions.tick_box(actor=actor, page=page.pk, base_revision_id=base, box=box, is_done=done)


def states(body):
    return states_of(render(body, resolve=NoResolver()).html)


def test_every_box_of_the_page_is_its_own_line():
    before = states(LIST)
    assert len(before) >= 6
    for number, box in enumerate(boxes_of(LIST)):
        after = states(set_box(LIST, box, is_done=not box.is_done))
        assert after == [*before[:number], not before[number], *before[number + 1 :]]


PIECES = st.sampled_from(
    ["- [ ] a", "- [x] b", "  - [ ] c", "    * [X] d", "1. [ ] e", "> - [ ] f", "```", "text", "", "    - [ ] g",
     "[ ] h", "- [ ]", "- [ ] ", "- [x] [y](z)", "| - [ ] |", "`- [ ] k`", "- [ ] `x", "# - [ ] l", "[^1]: - [ ] m"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12))
def test_no_text_makes_another_box_change(lines):
    body = "\n".join(lines)
    before = states(body)
    boxes = boxes_of(body)
    assert [box.is_done for box in boxes] == before or boxes == []
    for number, box in enumerate(boxes):
        assert states(set_box(body, box, is_done=True)) == [*before[:number], True, *before[number + 1 :]]


def test_tick_is_a_minor_change_that_leaves_the_own_draft(cast, write):
    page = write("Move", LIST)
    base = WikiPage.objects.get(pk=page.pk).live_revision_id
    actions.save_draft(actor=cast.ben, page=page.pk, base_revision_id=base, body="half a thought")
    saved = tick(cast.ben, page, base, 0)
    assert "- [x] pack **all**" in WikiPage.objects.get(pk=page.pk).body
    assert VersionNote.objects.get(page=page, number=saved.version).is_minor
    assert Draft.objects.get(author=cast.ben, page=page).body == "half a thought"
    assert not tick(cast.ben, page, base, 0).is_new, "twice does no harm"


def test_box_is_found_again_after_a_change_elsewhere_and_refused_when_the_line_moved(cast, write):
    page = write("Move", LIST)
    base = WikiPage.objects.get(pk=page.pk).live_revision_id
    actions.save_page(actor=cast.ben, page=page.pk, base_revision_id=base, body=LIST.replace("# Move", "# Moving"))
    tick(cast.aino, page, base, 2)
    body = WikiPage.objects.get(pk=page.pk).body
    assert "# Moving" in body
    assert "- [x] twice" in body
    now = WikiPage.objects.get(pk=page.pk).live_revision_id
    actions.save_page(
        actor=cast.ben, page=page.pk, base_revision_id=now, body=body.replace("- [ ] pack", "- [ ] new\n- [ ] pack")
    )
    with pytest.raises(ValidationError):
        tick(cast.aino, page, base, 0)
    assert "- [ ] pack" in WikiPage.objects.get(pk=page.pk).body


@pytest.mark.parametrize("box", [-1, 99, 10**9])
def test_box_that_is_none_is_refused(cast, write, box):
    page = write("Move", LIST)
    with pytest.raises(ValidationError):
        tick(cast.aino, page, WikiPage.objects.get(pk=page.pk).live_revision_id, box)


def test_only_members_tick_and_outsiders_see_no_page(cast, write):
    page = write("Move", LIST)
    base = WikiPage.objects.get(pk=page.pk).live_revision_id
    with pytest.raises(PermissionDenied):
        tick(cast.cleo, page, base, 0)
    with pytest.raises(WikiPage.DoesNotExist):
        tick(cast.gita, page, base, 0)


def test_page_offers_buttons_to_those_who_may_edit_and_a_form_does_it_without_a_script(cast, write, client):
    page = write("Move", LIST + '\n- [ ] a <b> & "c"\n')
    client.force_login(cast.cleo)
    assert "task-box" not in client.get(page.get_absolute_url()).content.decode()
    client.force_login(cast.ben)
    html = client.get(page.get_absolute_url()).content.decode()
    assert 'aria-label="pack all"' in html
    assert "a &lt;b&gt; &amp; &quot;c&quot;" in html
    base = WikiPage.objects.get(pk=page.pk).live_revision_id
    answer = client.post(f"/wiki/id/{page.pk}/tick/", {"base": base, "box": "0-1"}, follow=True)
    assert 'value="0-0" role="checkbox" aria-checked="true"' in answer.content.decode()
    answer = client.post(
        f"/wiki/id/{page.pk}/tick/", {"base": base, "box": "77-1"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert "The page has changed meanwhile" in client.get(page.get_absolute_url()).content.decode()
