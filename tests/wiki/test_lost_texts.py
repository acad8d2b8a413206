"""Many write in one page at once; whatever anybody typed and saved is in the page, in its history or in a draft."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki import actions
from wiki.models import Draft, VersionNote, WikiPage

EDITORS = ("aino", "ben", "mika")
# (who, opens the page first, what, where): somebody changes the text she opened last and saves it.
SAVES = st.lists(
    st.tuples(
        st.sampled_from(EDITORS), st.booleans(), st.sampled_from(["insert", "replace", "append"]), st.integers(0, 30)
    ),
    min_size=20,
    max_size=20,
)
TOKEN = re.compile(r"token\d+")


def edit(text, what, where, token):
    """Return the text with a line more, or with one line rewritten; and the tokens taken out."""
    lines = text.split("\n")
    at = where % len(lines)
    if what == "replace":
        gone = set(TOKEN.findall(lines[at]))
        lines[at] = f"Rewritten as {token}."
        return "\n".join(lines), gone
    lines.insert(len(lines) if what == "append" else at, f"\nA line with {token}.\n")
    return "\n".join(lines), set()


def play(cast, saves):
    page = actions.create_page(
        actor=cast.aino, community=cast.yard, title="Plan", body="\n\n".join(f"Line {n}." for n in range(12)) + "\n"
    )
    opened = {}
    removed, saved = set(), set()
    for number, (who, again, what, where) in enumerate(saves):
        now = WikiPage.objects.get(pk=page.pk)
        if again or who not in opened:
            opened[who] = (now.live_revision_id, now.body)
        base, text = opened[who]
        token = f"token{number}"
        mine, gone = edit(text, what, where, token)
        result = actions.save_page(actor=cast.people[who], page=page.pk, base_revision_id=base, body=mine)
        now = WikiPage.objects.get(pk=page.pk)
        if isinstance(result, actions.Conflict):
            assert Draft.objects.get(author=cast.people[who], page=page).body == mine
            assert token not in now.body
            assert result.theirs == now.body
        else:
            saved.add(token)
            removed |= gone
            assert token in now.body
        # What was saved is there until somebody who saw it took it out herself.
        assert saved - removed <= set(TOKEN.findall(now.body))
    told = set()
    for content in VersionNote.objects.filter(page=page).values_list("revision__content", flat=True):
        told |= set(TOKEN.findall(content["body"]))
    assert saved <= told
    numbers = list(page.version_notes.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=SAVES)
def test_thousand_saves_lose_nothing(cast, saves):
    from django.db import transaction

    with transaction.atomic():
        play(cast, saves)
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_people_who_press_save_in_the_same_moment_lose_nothing(db):
    from threading import Barrier, Thread

    from django.db import connections

    from tests.builders import build_cast

    cast = build_cast()
    lines = [f"Line {n}." for n in range(8)]
    page = actions.create_page(actor=cast.aino, community=cast.yard, title="Plan", body="\n\n".join(lines) + "\n")
    start, failed = Barrier(8), []

    def press(number):
        text = page.body.replace(f"Line {number}.", f"Line {number} of token{number}.")
        try:
            start.wait()
            actions.save_page(actor=cast.ben, page=page.pk, base_revision_id=page.live_revision_id, body=text)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    body = WikiPage.objects.get(pk=page.pk).body
    assert set(TOKEN.findall(body)) == {f"token{number}" for number in range(8)}
    assert page.version_notes.count() == 9
