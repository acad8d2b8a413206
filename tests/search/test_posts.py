"""Posts among the results: what they are called, whose thread a reply stands in, how a question stands."""

import pytest

from feed import actions as posts
from feed.kinds import actions as kinds
from search import find
from search.query import parse
from search.readers import rebuild
from search.results import opening

LONG = (
    "Pumppu kolme pitää kovaa ääntä aina kun se käynnistyy. Kuulin sen eilen illalla ensimmäisen kerran, ja tänä "
    "aamuna se oli vielä kovempi. Laakeri?"
)


def first(user, text):
    return find.search(user, parse(text)).results[0]


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("Tulen mukaan.", "Tulen mukaan.", ""),
        ("Hei! Tulen mukaan.", "Hei! Tulen mukaan.", ""),
        (LONG, LONG[:54], LONG[55:]),
        ("Hei kaikki!\n\nMilloin huolto tulee?\nKysyn vain.", "Hei kaikki! Milloin huolto tulee?", "Kysyn vain."),
        ("Lyhyt rivi\nja toinen", "Lyhyt rivi ja toinen", ""),
        ("sana " * 40, ("sana " * 20).strip() + "…", ("sana " * 20).strip()),
        ("x" * 250, "x" * 100 + "…", "x" * 150),
        ("", "", ""),
    ],
)
def test_post_is_called_by_its_first_line_or_sentence(text, words, rest):
    assert opening(text) == (words, rest)


def test_thread_is_called_by_its_first_words_and_says_what_follows(cast, index, sign_in):
    posts.publish_post(actor=cast.aino, community=cast.yard, body=LONG)
    rebuild()
    result = first(cast.ben, "pumppu laakeri")
    assert result.name == "Pumppu kolme pitää kovaa ääntä aina kun se käynnistyy."
    assert str(result.title).startswith("<mark>Pumppu</mark> kolme")
    assert "Pumppu" not in result.snippet
    assert "<mark>Laakeri</mark>" in result.snippet
    page = sign_in(cast.ben).get("/search/", {"q": "pumppu laakeri"}).content.decode()
    head = page[page.index('class="hit-path"') : page.index('class="hit-title"')]
    for part in ("Post", cast.yard.name, cast.aino.name, "<time"):
        assert part in head, part


def test_reply_is_called_by_its_thread_and_says_whose_it_is(cast, index, sign_in):
    thread = posts.publish_post(actor=cast.aino, community=cast.yard, body="Milloin pumppu huolletaan?")
    posts.reply_to_post(actor=cast.ben, post=thread, body="Ensi viikolla laakeri vaihdetaan.")
    posts.reply_to_post(actor=cast.aino, post=thread, body="Kuka tilaa tiivisteen?")
    rebuild()
    result = first(cast.cleo, "laakeri")
    assert (result.name, result.author.name, result.thread_of.name) == (
        "Milloin pumppu huolletaan?", cast.ben.name, cast.aino.name,
    )  # fmt: skip
    assert "<mark>laakeri</mark>" in result.snippet
    page = sign_in(cast.cleo).get("/search/", {"q": "laakeri"}).content.decode()
    assert f"in a thread by {cast.aino.name}" in page
    # Her own thread: nothing more to say.
    assert "in a thread by" not in sign_in(cast.cleo).get("/search/", {"q": "tiivisteen"}).content.decode()
    answer = sign_in(cast.cleo).get("/api/v1/search", {"q": "laakeri"}).json()["hits"][0]
    assert (answer["title"], answer["author"], answer["thread_of"]) == (
        "Milloin pumppu huolletaan?", cast.ben.handle, cast.aino.handle,
    )  # fmt: skip


def test_words_of_a_deleted_beginning_are_not_told_by_its_replies(cast, index, sign_in):
    thread = posts.publish_post(actor=cast.aino, community=cast.yard, body="Salainen aloitus")
    posts.reply_to_post(actor=cast.ben, post=thread, body="Laakeri vaihdetaan.")
    rebuild()
    posts.delete_post(actor=cast.aino, post=thread)
    result = first(cast.cleo, "laakeri")
    assert (result.name, result.thread_of) == ("Laakeri vaihdetaan.", None)
    assert "aloitus" not in sign_in(cast.cleo).get("/search/", {"q": "laakeri"}).content.decode()


def test_question_says_that_it_is_one_and_how_it_stands(cast, index, sign_in, catch_up):
    thread = kinds.ask_question(actor=cast.aino, community=cast.yard, body="Missä laakerit ovat?")
    reply = posts.reply_to_post(actor=cast.ben, post=thread, body="Hyllyssä.")
    rebuild()

    def shown():
        page = sign_in(cast.cleo).get("/search/", {"q": "laakeri"}).content.decode()
        return page[page.index('class="hits"') :]

    assert "Question" in shown()
    assert "No answer yet" in shown()
    kinds.mark_answer(actor=cast.aino, reply=reply)
    assert "Answered" in shown()
    assert "No answer yet" not in shown()


def test_guest_is_marked_as_author_and_as_who_began_the_thread(cast, index, sign_in):
    thread = posts.publish_post(actor=cast.gita, community=cast.lab, body="Milloin pumppu huolletaan?")
    posts.reply_to_post(actor=cast.ben, post=thread, body="Laakeri vaihdetaan ensin.")
    rebuild()
    for text in ("huolletaan", "laakeri"):
        page = sign_in(cast.ben).get("/search/", {"q": text}).content.decode()
        head = page[page.index('class="hit-path"') : page.index('class="hit-title"')]
        assert cast.gita.name in head
        assert "guest" in head, text
