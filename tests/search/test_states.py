"""How questions stand and what has a file, in the index: as it is after each change."""

import io

import pytest

from feed import actions as posts
from feed.kinds import actions as kinds
from feed.threads import actions as threads
from search.engines import engine
from search.engines.base import SearchRequest
from search.readers import rebuild
from tests.files.test_extraction import docx
from wiki.actions import create_page


@pytest.fixture
def stands(cast, index, catch_up):
    """Return a function: the states of what is in the index, open or answered, as the worker leaves it."""
    rebuild()

    def states():
        catch_up()
        request = SearchRequest(frozenset({f"c:{cast.yard.pk}"}), kind="post", facets=("state",))
        return dict(engine().search(request).facets["state"])

    return states


def test_question_stands_as_its_answer_says(cast, stands):
    thread = kinds.ask_question(actor=cast.aino, community=cast.yard, body="Where are the keys?")
    posts.publish_post(actor=cast.aino, community=cast.yard, body="No question.")
    reply = posts.reply_to_post(actor=cast.ben, post=thread, body="On the hook.")
    assert stands() == {"open": 1}
    kinds.mark_answer(actor=cast.aino, reply=reply)
    assert stands() == {"answered": 1}
    kinds.unmark_answer(actor=cast.aino, thread=thread)
    assert stands() == {"open": 1}
    kinds.mark_answer(actor=cast.aino, reply=reply)
    assert stands() == {"answered": 1}
    posts.delete_post(actor=cast.ben, post=reply)
    assert stands() == {"open": 1}


def test_question_that_is_closed_unanswered_does_not_wait(cast, stands):
    thread = kinds.ask_question(actor=cast.aino, community=cast.yard, body="Where are the keys?")
    threads.close_thread(actor=cast.mika, thread=thread, note="Found.")
    assert stands() == {}
    threads.reopen_thread(actor=cast.mika, thread=thread)
    assert stands() == {"open": 1}


def test_page_and_post_have_a_file_until_it_is_removed(cast, index, catch_up):
    rebuild()
    place = cast.yard

    def with_files():
        catch_up()
        answer = engine().search(SearchRequest(frozenset({f"c:{place.pk}"}), has_file=True))
        return sorted(hit.uid.partition(":")[0] for hit in answer.hits)

    first, second = (
        posts.add_file(actor=cast.aino, community=place, file=io.BytesIO(docx("sana")), name=f"{name}.docx")
        for name in ("one", "two")
    )
    create_page(actor=cast.aino, community=place, title="With", body=f"[o]({first.get_absolute_url()})")
    create_page(actor=cast.aino, community=place, title="Without", body="Nothing.")
    posts.publish_post(actor=cast.aino, community=place, body="Look.", attachments=[second])
    assert with_files() == ["page", "post"]
    for file in (first, second):
        file.refresh_from_db()
        posts.remove_file(actor=cast.aino, attachment=file)
    assert with_files() == []
    posts.restore_file(actor=cast.aino, attachment=second)
    assert with_files() == ["post"]
