"""What every engine does: writing, finding, counting, completing, and for whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from search.engines.base import CatchUp, Phrase, SearchAwayError, SearchRequest
from tests.search.conformance.asking import KEYS, ask, document, found, uids, word


def test_written_is_found_over_written_is_replaced_removed_is_gone(engine):
    engine.upsert([document("page:1", "Talvi", "lunta"), document("page:2", "Kesä", "lunta ei ole")])
    assert set(ask(engine, "lumi")) == {"page:1", "page:2"}
    engine.upsert([document("page:1", "Talvi", "pakkasta")], ["page:2"])
    assert ask(engine, "lumi") == []
    assert ask(engine, "pakkanen") == ["page:1"]


def test_writing_twice_is_the_same_as_once(engine):
    batch = [document(f"page:{number}", f"Sivu {number}", "tietoa") for number in range(20)]
    engine.upsert(batch)
    engine.upsert(batch, ["page:77"])
    assert len(engine.uids()) == 20
    assert engine.search(SearchRequest(KEYS, (word("tieto"),))).total == 20


def test_keys_decide_who_finds(engine):
    engine.upsert([document("page:1", "Salaisuus", keys="c:1 m:3"), document("page:2", "Salaisuus", keys="c:2")])
    assert ask(engine, "salaisuus") == ["page:1"]
    assert ask(engine, "salaisuus", keys=frozenset({"m:3"})) == ["page:1"]
    assert ask(engine, "salaisuus", keys=frozenset({"c:1", "c:2"})) == ["page:1", "page:2"]
    assert ask(engine, "salaisuus", keys=frozenset()) == []
    assert ask(engine, "salaisuus", keys=frozenset({"c:"})) == []


def test_title_before_body_base_form_before_part_fresh_post_before_old(engine):
    old, new = datetime(2015, 1, 1, tzinfo=UTC), datetime.now(UTC)
    engine.upsert(
        [
            document("page:1", "Muu", "Tässä on perehdytys mainittu kerran muun tekstin joukossa."),
            document("page:2", "Perehdytys", "Aivan muuta."),
            document("page:3", "Muu asia", "Tässä on perehdytysprosessi mainittu kerran muun tekstin joukossa."),
            document("post:1", "", "lomalista", created_at=old),
            document("post:2", "", "lomalista", created_at=new),
        ]
    )
    assert ask(engine, "perehdytys") == ["page:2", "page:1", "page:3"]
    assert ask(engine, "lomalista") == ["post:2", "post:1"]


def test_filters_and_counts(engine):
    day = datetime(2026, 5, 1, tzinfo=UTC)
    engine.upsert(
        [
            document("page:1", "Yksi", "sana", community_id=1, author_id=5, tags=("a", "b"), created_at=day),
            document(
                "post:1", "", "sana", community_id=2, author_id=5, tags=("a",), created_at=day - timedelta(days=9)
            ),
            document("post:2", "", "sana", community_id=2, author_id=6, created_at=day - timedelta(days=30)),
        ]
    )
    assert set(ask(engine, "sana", authors=frozenset({5}))) == {"page:1", "post:1"}
    assert set(ask(engine, "sana", communities=frozenset({2}))) == {"post:1", "post:2"}
    assert ask(engine, "sana", communities=frozenset()) == []
    assert ask(engine, "sana", tags=frozenset({"a", "b"})) == ["page:1"]
    assert ask(engine, "sana", after=day - timedelta(days=10), before=day) == ["post:1"]
    assert ask(engine, newest_first=True) == ["page:1", "post:1", "post:2"]
    found = engine.search(SearchRequest(KEYS, (word("sana"),), kind="post", limit=1))
    assert (found.total, found.counts, len(found.hits)) == (2, {"page": 1, "post": 2}, 1)


def test_suggestions_take_unfinished_words_and_bare_letters(engine):
    engine.upsert(
        [
            document("page:1", "Käyttöohje koneelle"),
            document("person:2", "Äijälä Åke"),
            document("post:3", "", "käyttö"),
        ]
    )
    for typed in ("käy", "kay", "KÄYTTÖ", "koneelle käyt", "kayttoohje"):
        assert [hit.uid for hit in engine.suggest(typed, KEYS)] == ["page:1"], typed
    assert [hit.uid for hit in engine.suggest("aij", KEYS)] == ["person:2"]
    assert engine.suggest("k", KEYS) == []
    assert engine.suggest("käy", frozenset({"c:9"})) == []


def test_a_second_reader_sees_a_write_at_once(engine, opened):
    other = opened()
    assert ask(other, "uutinen") == []
    engine.upsert([document("page:1", "Uutinen")])
    assert ask(other, "uutinen") == ["page:1"]


def test_rebuild_goes_on_while_others_search_and_takes_what_changed_meanwhile(engine, opened):
    engine.upsert([document("page:1", "Vanha")])
    other = opened()

    class Meanwhile(CatchUp):
        def changes(self):
            return [document("page:3", "Tuore")], ["page:2"]

    def documents():
        yield document("page:1", "Uusi")
        assert ask(other, "vanha") == ["page:1"]
        yield document("page:2", "Poistettu")

    engine.rebuild(documents(), Meanwhile())
    assert set(other.uids()) == {"page:1", "page:3"}
    assert ask(other, "uusi") == ["page:1"]


def test_rebuild_that_fails_leaves_the_index_in_use(engine):
    engine.upsert([document("page:1", "Vanha")])

    def documents():
        yield document("page:2", "Uusi")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents())
    assert ask(engine, "vanha") == ["page:1"]
    assert ask(engine, "uusi") == []
    engine.rebuild([document("page:3", "Kolmas")])
    assert set(engine.uids()) == {"page:3"}


def test_phrase_is_words_side_by_side_in_title_or_body(engine):
    long = "alku " + "täyte " * 20_000 + "punainen talo"
    engine.upsert(
        [
            document("page:1", "Punainen talo", "Muuta."),
            document("page:2", "Punainen", "talo"),
            document("page:3", "Muu", "talo punainen, talo ja punainen, talo"),
            document("page:4", "Muu", "talo punainen ja talo"),
            document("page:5", "Muu", long),
            document("page:6", "Salattu", "punainen talo", keys="c:2"),
        ]
    )
    phrase = Phrase(("punainen", "talo"))
    assert uids(found(engine, (phrase,))) == {"page:1", "page:3", "page:5"}
    assert uids(found(engine, (Phrase(("talo", "ja", "punainen")),))) == {"page:3"}
    assert uids(found(engine, (Phrase(("punainen",)),))) == {f"page:{n}" for n in range(1, 6)}
    assert uids(found(engine, (Phrase(("punainen", "mökki")),))) == set()
    assert uids(found(engine, word("talo"), must_not=(phrase,))) == {"page:2", "page:4"}
    assert uids(found(engine, (phrase, *word("ja")))) == {"page:1", "page:3", "page:4", "page:5"}
    assert uids(found(engine, word("muu"), (phrase,))) == {"page:1", "page:3", "page:5"}


def test_unwanted_words_leave_out_and_alternatives_let_in(engine):
    engine.upsert(
        [document("page:1", "Talvi", "lunta"), document("page:2", "Kesä"), document("page:3", "Syksy", "lunta")]
    )
    assert uids(found(engine, word("lumi"), must_not=word("talvi"))) == {"page:3"}
    assert uids(found(engine, (*word("talvi"), *word("kesä")))) == {"page:1", "page:2"}
    assert uids(found(engine, must_not=word("lumi"))) == {"page:2"}
    assert uids(found(engine, word("lumi", title_only=True))) == set()
    assert uids(found(engine, word("talvi", title_only=True))) == {"page:1"}


def test_where_nothing_has_all_the_words_some_will_do(engine):
    engine.upsert(
        [document("page:1", "Talvi", "lunta ja jäätä"), document("page:2", "Kesä", "lunta"), document("page:3", "x")]
    )
    answer = found(engine, word("lumi"), word("jää"), word("helle"))
    assert answer.weak
    assert [hit.uid for hit in answer.hits] == ["page:1", "page:2"]
    assert (answer.total, answer.counts) == (2, {"page": 2})
    both = found(engine, word("lumi"), word("jää"))
    assert not both.weak
    assert uids(both) == {"page:1"}
    some = found(engine, word("lumi"), word("jää"), some_will_do=True)
    assert [hit.uid for hit in some.hits] == ["page:1", "page:2"]
    # Of another kind nothing has both: none of that kind, and the numbers are those of what has both.
    other = found(engine, word("lumi"), word("jää"), kind="post")
    assert (other.total, other.counts, other.weak, other.hits) == (0, {"page": 1}, False, ())
    nothing = found(engine, word("helle"), word("tuuli"))
    assert (nothing.total, nothing.weak, nothing.hits) == (0, False, ())


def test_pages_of_results_follow_each_other_without_gap_or_double(engine):
    day = datetime(2026, 1, 1, tzinfo=UTC)
    engine.upsert(
        document(f"page:{n}", f"Sivu {n}", "sana " * (n % 7 + 1), created_at=day + timedelta(days=n % 11))
        for n in range(60)
    )
    for more in ({}, {"newest_first": True}):
        whole = [hit.uid for hit in found(engine, word("sana"), limit=100, **more).hits]
        pages = [found(engine, word("sana"), offset=n, limit=7, **more) for n in range(0, 70, 7)]
        assert [hit.uid for page in pages for hit in page.hits] == whole
        assert len(set(whole)) == 60
        assert {page.total for page in pages} == {60}
    assert found(engine, word("sana"), limit=0).hits == ()


def test_newest_first_is_by_time_alone(engine):
    day = datetime(2026, 1, 1, tzinfo=UTC)
    engine.upsert(
        [
            document("page:1", "sana", "sana sana", created_at=day),
            document("page:2", "Muu", "jotain muuta kuin sana", updated_at=day + timedelta(days=2), created_at=day),
            document("page:3", "sana", created_at=day + timedelta(days=1)),
        ]
    )
    assert ask(engine, "sana", newest_first=True) == ["page:2", "page:3", "page:1"]
    assert ask(engine, "sana")[-1] == "page:2"


def test_what_others_may_read_does_not_change_what_is_completed(engine):
    engine.upsert([document("page:1", "Salassa"), document("page:2", "Sälässä", keys="c:2")])
    assert [hit.uid for hit in engine.suggest("sälä", KEYS)] == ["page:1"]
    assert [hit.uid for hit in engine.suggest("sälä", frozenset({"c:2"}))] == ["page:2"]


def test_tags_are_completed_with_what_may_be_seen(engine):
    engine.upsert(
        [
            document("page:1", "Yksi", tags=("kesä", "kesätyö")),
            document("page:2", "Kaksi", tags=("kesätyö",)),
            document("page:3", "Kolme", keys="c:2", tags=("kesäjuhla", "kesätyö")),
        ]
    )
    assert engine.suggest_tags("kes", KEYS) == [("kesätyö", 2), ("kesä", 1)]
    assert engine.suggest_tags("KESÄT", KEYS) == [("kesätyö", 2)]
    assert engine.suggest_tags("talvi", KEYS) == []
    assert engine.suggest_tags("kes", frozenset()) == []
    assert len(engine.suggest_tags("kes", frozenset({"c:2"}), 1)) == 1


def test_short_titles_and_whole_words_are_completed_first(engine):
    engine.upsert(
        [
            document("page:1", "Kesä ja kaikki mitä siitä pitää tietää"),
            document("page:2", "Kesätyö"),
            document("community:3", "Kesä"),
        ]
    )
    assert [hit.uid for hit in engine.suggest("kesä", KEYS)] == ["community:3", "page:2", "page:1"]
    assert [hit.uid for hit in engine.suggest("kesä", KEYS, 1)] == ["community:3"]


ODD = ["'", "''", "\\", "a'b", "a\\'b", "\"", "%", "%s", "{}", "{0}", "a:b", "a&b", "a|b", "!a", "a*", "(", ")", "<->", "💡",
       "İıſß", "½²³", "x" * 64, "ä" * 64, "_", "\x01", "e", "x", "''::tsquery"]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_no_word_means_anything_but_itself(engine, odd):
    engine.upsert([document("page:1", f"Sivu {odd}", f"sana {odd}", tags=(odd,)), document("page:2", "Toinen", "sana")])
    for clause in (word(odd), word(odd, title_only=True), (Phrase((odd,)),), (Phrase((odd, odd)),)):
        assert uids(found(engine, clause)) <= {"page:1"}
        assert uids(found(engine, word("sana"), must_not=clause)) >= {"page:2"}
    assert uids(found(engine, word("sana"), tags=frozenset({odd}))) == {"page:1"}
    assert {hit.uid for hit in engine.suggest(odd, KEYS)} <= {"page:1"}
    assert engine.suggest_tags(odd, KEYS) == ([(odd, 1)] if odd == odd.lower() else [])


def test_missing_index_is_away_until_it_is_made(opened):
    engine = opened()
    for question in (lambda: ask(engine, "sana"), lambda: engine.suggest("sana", KEYS), engine.uids):
        with pytest.raises(SearchAwayError):
            question()
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "sana")])
    assert not engine.health().is_well
    assert engine.health().documents == 0
    engine.rebuild([document("page:1", "sana")])
    assert ask(opened(), "sana") == ["page:1"]
    assert engine.health(thorough=True).is_well


def test_index_of_another_version_serves_until_it_is_made_anew(engine, monkeypatch):
    from search import analysis

    engine.upsert([document("page:1", "sana")])
    monkeypatch.setattr(analysis, "CHAIN_VERSION", 999)
    assert not engine.health().is_well
    assert engine.health().documents == 1
    assert ask(engine, "sana") == ["page:1"]
    engine.rebuild([document("page:1", "sana")])
    assert engine.health().is_well
    assert engine.health().version.startswith("999-")


def test_check_compares_by_uid_and_time_of_last_change(engine):
    day = datetime(2026, 1, 1, tzinfo=UTC)
    engine.upsert(
        [
            document("page:1", "a", created_at=day),
            document("page:2", "b", created_at=day, updated_at=day + timedelta(1)),
        ]
    )
    assert engine.uids() == {"page:1": 1_767_225_600_000, "page:2": 1_767_312_000_000}


def test_monstrous_document_is_written(engine):
    body = " ".join(f"sana{n}xyzzyxyzzyxyzzyxyzzy" for n in range(60_000))
    engine.upsert([document("page:1", "Suuri", body), document("page:2", "Pieni", "sana7xyzzyxyzzyxyzzyxyzzy")])
    assert "page:1" in ask(engine, "suuri")
    assert set(engine.uids()) == {"page:1", "page:2"}


def test_what_can_be_relied_on_stands_before_its_like_and_not_before_what_fits_better(engine):
    day = date(2026, 11, 2)
    engine.upsert(
        [
            document("page:1", "Loma", "kesä", care="nobody"),
            document("page:2", "Loma", "kesä", care="confirmed", review_on=day + timedelta(days=90)),
            document("page:3", "Loma", "kesä", care="confirmed", review_on=day - timedelta(days=1)),
            document("post:4", "", "kesä talvi", question="open"),
            document("post:5", "", "kesä talvi", question="answered"),
        ]
    )

    def order(typed):
        return [hit.uid for hit in found(engine, word(typed), today=day).hits]

    assert order("loma")[0] == "page:2"
    assert order("talvi") == ["post:5", "post:4"]
    assert order("kesä").index("page:2") < order("kesä").index("page:1")
    # What is to be looked at again is worth as much as what nobody looks after.
    late = found(engine, word("loma"), today=day + timedelta(days=91)).hits
    assert len(late) == 3
    assert len({round(hit.score, 3) for hit in late}) == 1
