"""What every engine does: writing, finding, counting, completing, and for whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from search.engines.base import FACETS, CatchUp, Phrase, SearchAwayError, SearchRequest, Some
from tests.search.conformance.asking import KEYS, ask, document, word


def found(engine, *must, keys=KEYS, **more):
    return engine.search(SearchRequest(keys, must, **more))


def uids(answer) -> set[str]:
    return {hit.uid for hit in answer.hits}


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


def test_facets_count_what_was_found_and_may_be_seen(engine):
    engine.upsert(
        [
            document("page:1", "Yksi", "sana", community_id=1, author_id=5, tags=("a", "b")),
            document("page:2", "Kaksi", "sana", community_id=1, author_id=6, tags=("a",)),
            document("post:1", "", "sana", community_id=2, author_id=5, tags=("b",)),
            document("post:2", "", "muuta", community_id=2, author_id=5, tags=("c",)),
            document("page:3", "Salattu", "sana", keys="c:9", community_id=9, author_id=9, tags=("salainen",)),
            document("person:1", "Sana", author_id=0, community_id=0),
        ]
    )
    answer = found(engine, word("sana"), facets=FACETS)
    assert answer.facets == {
        "community": (("1", 2), ("2", 1)),
        "author": (("5", 2), ("6", 1)),
        "tag": (("a", 2), ("b", 2)),
        "language": (("fi", 3),),
        "year": (("2026", 4),),
        "state": (),
    }
    assert found(engine, word("sana"), facets=("tag",), kind="post").facets == {"tag": (("b", 1),)}
    assert found(engine, word("sana"), facets=("tag",), keys=frozenset()).facets == {"tag": ()}
    assert found(engine, word("sana")).facets == {}


def test_facet_tells_its_commonest_values(engine):
    engine.upsert(
        document(f"page:{n}", f"Sivu {n}", "sana", tags=(f"t{n % 25:02}", "kaikilla"), community_id=n % 25 + 1)
        for n in range(70)
    )
    tags = found(engine, word("sana"), facets=("tag",)).facets["tag"]
    assert len(tags) == 20
    assert tags[:3] == (("kaikilla", 70), ("t00", 3), ("t01", 3))


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
    nothing = found(engine, word("helle"), word("tuuli"))
    assert (nothing.total, nothing.weak, nothing.hits) == (0, False, ())


def test_pages_stand_as_the_day_of_the_question_says(engine):
    today = date(2026, 11, 22)
    engine.upsert(
        [
            document("page:1", "sana", care="nobody"),
            document("page:2", "sana", care="waiting"),
            document("page:3", "sana", care="confirmed", review_on=today - timedelta(days=1)),
            document("page:4", "sana", care="confirmed", review_on=today),
            document("page:5", "sana", care="confirmed", review_on=today + timedelta(days=14)),
            document("page:6", "sana", care="confirmed"),
            document("page:7", "sana", care="waiting", review_on=today - timedelta(days=1)),
            document("post:1", "", "sana"),
        ]
    )

    def standing(*states, on=today):
        answer = found(engine, word("sana"), states=frozenset(states), today=on, lead=timedelta(days=14))
        return {int(uid[5:]) for uid in uids(answer)}

    assert standing("unowned") == {1}
    assert standing("overdue") == {3, 7}
    assert standing("due") == {2, 4}
    assert standing("verified") == {5, 6}
    assert standing("due", "overdue") == {2, 3, 4, 7}
    assert standing("verified", on=today + timedelta(days=1)) == {6}
    assert standing("nonsense") == set()


def test_questions_stand_as_they_say_beside_the_pages(engine):
    engine.upsert(
        [
            document("post:1", "", "sana", question="open"),
            document("post:2", "", "sana", question="answered"),
            document("post:3", "", "sana"),
            document("page:4", "sana", care="confirmed"),
            document("page:5", "sana", care="waiting"),
        ]
    )

    def told(*states, **more):
        more |= {"today": date(2026, 11, 22), "lead": timedelta(days=7), "facets": ("state",)}
        answer = found(engine, word("sana"), states=frozenset(states), **more)
        return {int(uid[5:]) for uid in uids(answer)}, dict(answer.facets["state"])

    everything = {"open": 1, "answered": 1, "verified": 1, "due": 1}
    assert told() == ({1, 2, 3, 4, 5}, everything)
    # What is chosen narrows the hits; the others can still be chosen.
    assert told("open") == ({1}, everything)
    assert told("open", "verified") == ({1, 4}, everything)
    assert told("answered", kind="page") == (set(), {"verified": 1, "due": 1})


def test_languages_years_and_files_are_filters(engine):
    engine.upsert(
        [
            document("page:1", "sana", language="sv", created_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC)),
            document("page:2", "sana", "Tämä on se ja se on tämä.", created_at=datetime(2024, 6, 1, tzinfo=UTC), has_file=True),
            document("post:3", "", "sana the and of it is with", has_file=True),
            document("person:4", "Sana"),
            document("tag:5", "Sana"),  # has no time
        ]
    )  # fmt: skip

    def numbers(**more):
        return {int(uid.partition(":")[2]) for uid in uids(found(engine, word("sana"), **more))}

    assert numbers(languages=frozenset({"sv"})) == {1}
    assert numbers(languages=frozenset({"fi", "en"})) == {2, 3}
    assert numbers(languages=frozenset({""})) == {4, 5}
    assert numbers(years=frozenset({2024})) == {2}  # it was 2025 already in the house
    assert numbers(years=frozenset({2025, 2026})) == {1, 3, 4}
    assert numbers(has_file=True) == {2, 3}
    assert numbers(has_file=False) == {1, 4, 5}
    facets = found(engine, word("sana"), facets=("language", "year")).facets
    assert facets == {"language": (("en", 1), ("fi", 1), ("sv", 1)), "year": (("2026", 2), ("2024", 1), ("2025", 1))}


def test_what_has_to_be_as_well_and_what_must_not_be(engine):
    engine.upsert(
        [
            document("page:1", "sana", community_id=1, author_id=5, tags=("a",), care="confirmed", language="fi"),
            document("page:2", "sana", community_id=2, author_id=6, tags=("b",), care="nobody", language="sv"),
            document("post:3", "", "sana", community_id=3, author_id=7, tags=("a", "c"), language="en"),
        ]
    )

    def numbers(also=(), never=()):
        return {int(uid[5:]) for uid in uids(found(engine, word("sana"), also=tuple(also), never=tuple(never)))}

    def some(**values):
        return Some(**{name: frozenset(value) for name, value in values.items()})

    for same in (
        some(communities={1}), some(authors={5}), some(states={"verified"}), some(languages={"fi"}), some(uids={"page:1"}),
    ):  # fmt: skip
        assert numbers(also=[same]) == {1}, same
        assert numbers(never=[same]) == {2, 3}, same
    assert numbers(also=[some(tags={"b", "c"})]) == {2, 3}
    assert numbers(never=[some(kinds={"page"})]) == {3}
    assert numbers(also=[some(communities={2}, authors={5}, tags={"zzz"})]) == {1, 2}
    assert numbers(also=[some(tags={"a"}), some(kinds={"post"})]) == {3}
    assert numbers(never=[some(tags={"c"}), some(authors={6}, uids={"page:99"})]) == {1}
    assert numbers(also=[some()]) == set()
    assert numbers(never=[some()]) == {1, 2, 3}


def test_values_of_a_facet_are_told_as_if_none_of_them_were_chosen(engine):
    engine.upsert(
        [
            document("page:1", "yksi sana", community_id=1, author_id=5, tags=("a",)),
            document("page:2", "kaksi sana", community_id=2, author_id=5, tags=("a", "b")),
            document("post:3", "", "kolmas yksi sana", community_id=2, author_id=6),
            document("page:4", "yksi sana", keys="c:2", community_id=3, author_id=7, tags=("c",)),
        ]
    )
    facets = ("community", "author", "tag")
    for clauses in ([word("sana")], [word("sana"), word("puuttuu")], []):
        answer = found(engine, *clauses, communities=frozenset({2}), facets=facets)
        assert (answer.total, answer.counts) == (2, {"page": 1, "post": 1})
        assert answer.facets == {
            "community": (("2", 2), ("1", 1)),
            "author": (("5", 1), ("6", 1)),
            "tag": (("a", 1), ("b", 1)),
        }
        both = found(engine, *clauses, communities=frozenset({2}), authors=frozenset({5}), facets=facets)
        assert both.facets["community"] == (("1", 1), ("2", 1))
        assert both.facets["author"] == (("5", 1), ("6", 1))
        assert both.total == 1
        narrowed = found(engine, *clauses, tags=frozenset({"b"}), facets=facets)
        assert narrowed.facets["tag"] == (("a", 1), ("b", 1))
    phrase = (Phrase(("yksi", "sana")),)
    answer = found(engine, phrase, communities=frozenset({2}), facets=facets)
    assert uids(answer) == {"post:3"}
    assert answer.facets["community"] == (("1", 1), ("2", 1))
    assert found(engine, word("sana"), must_not=phrase, communities=frozenset({2}), facets=facets).facets[
        "community"
    ] == (("2", 1),)


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
