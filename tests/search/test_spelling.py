"""Did you mean: what is proposed, to whom, and how it is shown."""

import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import spelling
from search.engines.base import Document, SearchRequest
from search.query import parse
from search.spelling import Dictionary, candidates, distance, propose


def doc(number: int, place: str, text: str) -> Document:
    return Document(f"page:{number}", "page", frozenset({place}), f"Otsikko{number}", text)


def asked(engine, text: str, *keys: str) -> str:
    query = parse(text)
    request = SearchRequest(frozenset(keys), tuple(query.must))
    return propose(engine, query, request, engine.search(request))


def test_distance_counts_a_swap_as_one_mistake():
    assert [distance("sauna", other) for other in ("sauna", "suana", "saun", "saunaa", "sauva", "s", "")] == [
        0, 1, 1, 1, 1, 4, 5,
    ]  # fmt: skip


def test_dictionary_gives_the_nearest_first_and_never_the_word_itself():
    near = list(Dictionary(["sauna", "sauva", "saunominen", "suunta"]).near("sauna"))
    assert near[0] == (1, "sauva")
    assert "sauna" not in [word for _, word in near]


def test_a_word_of_two_readable_documents_is_proposed_and_no_other(index):
    index.rebuild([doc(1, "c:1", "kuutamo"), doc(2, "c:1", "kuutamo"), doc(3, "c:1", "revontuli")])
    assert asked(index, "kuutmo", "c:1") == "kuutamo"
    assert asked(index, "Kuutmo otsikko1", "c:1") == "kuutamo otsikko1"
    assert asked(index, "revontli", "c:1") == ""
    assert asked(index, "kuutamo", "c:1") == ""
    assert asked(index, "kuutmo", "c:2") == ""


def test_a_proposal_finds_more_under_the_same_filters(index):
    index.rebuild([doc(1, "c:1", "kuutamo retki"), doc(2, "c:1", "kuutamo")])
    assert asked(index, "kuutmo retki", "c:1") == "kuutamo retki"
    assert asked(index, "kuutmo zzzz", "c:1") == ""
    query = parse("kuutmo")
    only_posts = SearchRequest(frozenset({"c:1"}), tuple(query.must), kind="post")
    assert propose(index, query, only_posts, index.search(only_posts)) == ""


def test_words_are_those_of_the_index_as_it_is_now(index, monkeypatch):
    index.rebuild([doc(1, "c:1", "kuutamo"), doc(2, "c:1", "kuutamo")])
    assert asked(index, "kuutmo", "c:1") == "kuutamo"
    index.rebuild([doc(1, "c:1", "aamurusko"), doc(2, "c:1", "aamurusko")])
    assert asked(index, "kuutmo", "c:1") == ""
    assert asked(index, "aamursko", "c:1") == "aamurusko"


def test_no_question_waits_while_words_are_read_again(index, monkeypatch):
    index.rebuild([doc(1, "c:1", "kuutamo"), doc(2, "c:1", "kuutamo")])
    monkeypatch.setattr(spelling, "_FRESH_FOR", 0.0)
    spelling._kept.clear()
    assert asked(index, "revontli", "c:1") == ""
    index.upsert([doc(3, "c:1", "revontuli"), doc(4, "c:1", "revontuli")])
    is_read, read = threading.Event(), index.vocabulary
    monkeypatch.setattr(index, "vocabulary", lambda *most: read(*most) if is_read.wait(60) else [])
    began = time.monotonic()
    assert asked(index, "kuutmo", "c:1") == "kuutamo"
    assert time.monotonic() - began < 30
    is_read.set()
    until = time.monotonic() + 30
    while asked(index, "revontli", "c:1") != "revontuli" and time.monotonic() < until:
        time.sleep(0.05)
    assert asked(index, "revontli", "c:1") == "revontuli"


def test_an_engine_that_tells_no_words_is_not_asked_about_each(index, monkeypatch):
    monkeypatch.setattr(index, "vocabulary", lambda *most: [])
    index.rebuild([doc(1, "c:1", "kuutamo")])
    counted = []
    monkeypatch.setattr(index, "readable_counts", lambda terms, keys: counted.append(terms) or {})
    assert asked(index, "yksi kaksi kolme", "c:1") == ""
    assert counted == []


WORDS = ["kuutamo", "kuutama", "kuutano", "sauna", "sauva", "saunat", "perehdytys", "perehdytin"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.sampled_from(["c:1", "c:2", "c:3"]), st.sampled_from(WORDS)), min_size=1, max_size=24),
    keys=st.sets(st.sampled_from(["c:1", "c:2", "c:3"]), max_size=2),
    typed=st.sampled_from(["kuutmo", "kuutaamo", "suna", "saunna", "perehdyts", "perehdyyts"]),
)
def test_closed_places_change_nothing_of_what_is_proposed(index, places, keys, typed):
    """What is meant is the same as in a house where only the reader's own documents exist."""
    all_of_it = [doc(number, place, word) for number, (place, word) in enumerate(places)]
    index.rebuild(all_of_it)
    spelling._kept.clear()
    with_all, proposed = candidates(index, typed, frozenset(keys)), asked(index, typed, *keys)
    index.rebuild([document for document in all_of_it if document.keys & keys])
    spelling._kept.clear()
    assert candidates(index, typed, frozenset(keys)) == with_all
    assert asked(index, typed, *keys) == proposed


def test_page_and_api_propose_what_the_reader_may_see(cast, index, sign_in):
    from search.readers import rebuild
    from wiki.actions import create_page

    for number in range(2):
        create_page(actor=cast.aino, community=cast.vault, title=f"Revontulet {number}", body="revontuli <b>")
        create_page(actor=cast.aino, community=cast.everyone, title=f"Aamurusko {number}", body="aamurusko")
    rebuild()
    for name, user in cast.people.items():
        client = sign_in(user)
        for typed, word, readers in (
            ("revontli", "revontuli", {"aino", "ben", "mika"}),
            ("aamursko", "aamurusko", {"aino", "ben", "cleo", "mika", "root"}),
        ):
            page = client.get("/search/", {"q": typed}).content.decode()
            assert (f'<a href="/search/?q={word}">{word}</a>?' in page) is (name in readers), (name, typed)
            answer = client.get("/api/v1/search", {"q": typed}).json()
            assert answer["did_you_mean"] == (word if name in readers else ""), (name, typed)
        assert "Did you mean" not in client.get("/search/", {"q": "aamurusko"}).content.decode()


def test_what_was_chosen_stays_chosen_for_what_is_meant(cast, index, sign_in):
    from search.readers import rebuild
    from wiki.actions import create_page

    for number in range(2):
        create_page(actor=cast.aino, community=cast.yard, title=f"Aamurusko {number}", body="aamurusko")
    rebuild()
    chosen = {"q": "aamursko", "kind": "page", "sort": "new", "in": cast.yard.slug}
    page = sign_in(cast.aino).get("/search/", chosen).content.decode()
    address = f"/search/?q=aamurusko&amp;kind=page&amp;sort=new&amp;in={cast.yard.slug}"
    assert f'<a href="{address}">aamurusko</a>?' in page


@pytest.mark.parametrize(
    "typed", ["a" * 300, "ä" * 30, "1234", "x-y", "\x00", '"', "💡💡💡💡", "kuu*tamo", "%", "or OR or"]
)
def test_odd_words_have_no_proposal_and_do_no_harm(index, typed):
    index.rebuild([doc(1, "c:1", "kuutamo"), doc(2, "c:1", "kuutamo")])
    assert asked(index, typed, "c:1") == ""
