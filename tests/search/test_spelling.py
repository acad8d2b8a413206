"""Did you mean: what is proposed, to whom, and how it is shown."""

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.base import Document, SearchAwayError, SearchRequest
from search.query import parse
from search.spelling import candidates, known, propose
from search.spelling.dictionary import Dictionary, distance
from search.spelling.writing import Text, written


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


def test_dictionary_gives_what_is_as_far_away_and_never_the_word_itself():
    words = Dictionary(["sauna", "saunat", "suunta", "sauva", "saunominen"])
    assert words.near("sauna", 1) == ["saunat", "sauva"]
    assert words.near("saunnaa", 2) == ["sauna", "saunat"]


def test_a_word_of_two_readable_documents_is_proposed_and_no_other(index):
    index.rebuild([doc(1, "c:1", "kuutamo"), doc(2, "c:1", "kuutamo"), doc(3, "c:1", "revontuli")])
    assert asked(index, "kuutmo", "c:1") == "kuutamo"
    assert asked(index, "Kuutmo otsikko1", "c:1") == "Kuutamo otsikko1"
    assert asked(index, "revontli", "c:1") == ""
    assert asked(index, "kuutamo", "c:1") == ""
    assert asked(index, "kuutmo", "c:2") == ""


def test_what_things_are_called_is_proposed_from_the_first_on_and_what_files_are_called_is_not(index):
    index.rebuild([
        Document("page:1", "page", frozenset({"c:1"}), "Revontuliretki", "Lähdetään."),
        Document("person:1", "person", frozenset({"people"}), "Siobhan O'Brien"),
        Document("tag:1", "tag", frozenset({"c:2"}), "täysikuu"),
        Document("file:1", "file", frozenset({"c:1"}), "Kaamosraportti.pdf"),
        doc(2, "c:1", "Kaamosraportti Revontuliretki"),
    ])  # fmt: skip
    assert asked(index, "revontulirekti", "c:1") == "revontuliretki"
    assert asked(index, "o'brian", "people") == "o'brien"
    assert asked(index, "täysiku", "c:2") == "täysikuu"
    assert asked(index, "täysiku", "c:1", "people") == ""
    index.rebuild([Document("file:1", "file", frozenset({"c:1"}), "Kaamosraportti.pdf")])
    assert asked(index, "kaamosraportit", "c:1") == asked(index, "kaamosraprotti", "c:1") == ""


def test_every_unknown_word_is_changed_wherever_it_is_looked_for_and_nothing_else(index):
    index.rebuild([doc(number, "c:1", "kuutamo retki revontuli") for number in (1, 2)])
    for typed, meant in (
        ("kuutmo revontli", "kuutamo revontuli"),
        ('kuutmo retki "kuutmo retki"', 'kuutamo retki "kuutamo retki"'),
        ("retki kuutmo -tag:kuutmo from:kuutmo -kuutmo", "retki kuutamo -tag:kuutmo from:kuutmo -kuutmo"),
        ("Kuutmo, KUUTMO!", "Kuutamo, kuutamo!"),
    ):
        assert asked(index, typed, "c:1") == meant
    index.rebuild([Document(f"page:{number}", "page", frozenset({"c:1"}), "Kuutamo") for number in (1, 2)])
    assert asked(index, "title:kuutmo", "c:1") == "title:kuutamo"


def test_a_form_of_a_mistyped_word_leads_to_its_base_form(index):
    index.rebuild([doc(number, "c:1", "kuutamo") for number in (1, 2)])
    assert asked(index, "kuutmossa", "c:1") == "kuutamo"


def test_nothing_is_proposed_where_there_are_many_hits_or_what_is_found_may_not_be_read(index):
    index.rebuild([doc(number, "c:1", "kuutamo") for number in range(9)])
    query = parse("kuutmo")
    request = SearchRequest(frozenset({"c:1"}), tuple(query.must))
    answer = index.search(request)
    assert propose(index, query, request, answer, lambda _hits: [Text("Kuutamo")]) == "kuutamo"
    assert propose(index, query, request, replace(answer, total=3)) == ""
    assert propose(index, query, request, answer, lambda _hits: []) == ""


@pytest.mark.parametrize(
    ("word", "text", "shown"),
    [
        ("virtanen", Text("Aino Virtanen", is_name=True), "Virtanen"),
        ("torkko", Text("Mäki-Torkko Päivi", is_name=True), "Torkko"),
        ("perehdytys", Text("Perehdytys uusille", "Perehdytys alkaa. Perehdytys jatkuu."), "perehdytys"),
        ("rovaniemi", Text("Retki", "Lähdemme Rovaniemelle ja palaamme Rovaniemeltä."), "Rovaniemi"),
        ("github", Text("GitHub käyttöön"), "GitHub"),
        ("vpn", Text("", "VPN auki, sitten VPN kiinni"), "VPN"),
        ("expense", Text("Travel Expense Guide"), "expense"),
        ("sauna", Text("", "Menemme saunaan. Sauna on kuuma. - Sauna auki"), "sauna"),
        ("sauna", Text("Kissa"), "sauna"),
    ],
)  # fmt: skip
def test_a_word_is_written_as_the_house_writes_it(word, text, shown):
    assert written(word, [Text("Muu otsikko", "muuta tekstiä"), text]) == shown


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
    monkeypatch.setattr(known, "_FRESH_FOR", 0.0)
    known.forget()
    assert asked(index, "revontli", "c:1") == ""
    index.upsert([doc(3, "c:1", "revontuli"), doc(4, "c:1", "revontuli")])
    is_read, read = threading.Event(), index.vocabulary
    monkeypatch.setattr(index, "vocabulary", lambda *most, **where: read(*most, **where) if is_read.wait(60) else [])
    began = time.monotonic()
    assert asked(index, "kuutmo", "c:1") == "kuutamo"
    assert time.monotonic() - began < 30
    is_read.set()
    until = time.monotonic() + 30
    while asked(index, "revontli", "c:1") != "revontuli" and time.monotonic() < until:
        time.sleep(0.05)
    assert asked(index, "revontli", "c:1") == "revontuli"


def test_an_index_that_will_not_tell_its_words_is_not_asked_by_every_question(index, monkeypatch):
    index.rebuild([doc(number, "c:1", "kuutamo") for number in (1, 2)])
    known.forget()
    asked_for = []

    def refuse(*most, **where):
        asked_for.append(most)
        raise SearchAwayError("too many values")

    with monkeypatch.context() as patch:
        patch.setattr(index, "vocabulary", refuse)
        assert asked(index, "kuutmo", "c:1") == asked(index, "kuutmo", "c:1") == ""
        assert len(asked_for) == 1
    known.forget()
    assert asked(index, "kuutmo", "c:1") == "kuutamo"


def test_an_engine_that_tells_no_words_is_not_asked_about_each(index, monkeypatch):
    monkeypatch.setattr(index, "vocabulary", lambda *most, **where: [])
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
    known.forget()
    with_all, proposed = candidates(index, typed, frozenset(keys)), asked(index, typed, *keys)
    index.rebuild([document for document in all_of_it if document.keys & keys])
    known.forget()
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


NAMED = {
    # What there is one of, who may know of it, and how it is mistyped.
    "page": ("Kaamosvalo", "kaamosvlo", {"aino", "ben", "mika"}),
    "person": ("Hannukainen", "hannukanen", {"aino", "ben", "cleo", "mika", "root"}),
    "community": ("Tuulikello", "tuulikelo", {"aino"}),
    "tag": ("uniikkius", "uniikkus", {"aino", "ben", "mika"}),
}


def test_names_are_proposed_from_the_first_on_to_those_who_may_know_them(cast, index, sign_in):
    from search.readers import rebuild
    from tests.builders import make_community, make_person
    from wiki.actions import create_page

    create_page(
        actor=cast.aino, community=cast.vault, title="Retki jolla nähtiin Kaamosvalo", body="-", tags=["uniikkius"]
    )
    make_person("Helmi", last="Hannukainen")
    make_community("Tuulikello", kind="hidden", members=[cast.aino])
    rebuild()
    known.forget()
    for name, user in cast.people.items():
        client = sign_in(user)
        for word, typed, readers in (NAMED[kind] for kind in ("page", "person", "community", "tag")):
            answer = client.get("/api/v1/search", {"q": typed}).json()
            assert answer["did_you_mean"] == (word if name in readers else ""), (name, typed)


def test_what_went_out_of_sight_since_the_index_was_written_is_not_proposed(cast, index):
    from search import find
    from search.readers import rebuild
    from wiki.actions import create_page
    from wiki.models import WikiPage

    page = create_page(actor=cast.aino, community=cast.everyone, title="Kaamosvalo", body="-")
    rebuild()
    known.forget()
    assert find.search(cast.cleo, parse("kaamosvlo")).did_you_mean == "kaamosvalo"
    WikiPage.objects.filter(pk=page.pk).update(community=cast.vault)
    assert find.search(cast.cleo, parse("kaamosvlo")).did_you_mean == ""
    assert find.search(cast.aino, parse("kaamosvlo")).did_you_mean == "kaamosvalo"


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
