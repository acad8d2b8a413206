"""What every engine narrows to and counts: how things stand, languages, years, files, and the values of facets."""

from datetime import UTC, date, datetime, timedelta

from search.engines.base import FACETS, Phrase, Some
from tests.search.conformance.asking import document, found, uids, word


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
