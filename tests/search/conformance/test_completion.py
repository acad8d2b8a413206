"""Completion, the same in every engine."""

from tests.search.conformance.asking import KEYS, document

COMPLETED = {
    "opas": ["page:2", "page:1"],  # a word of its own before a part of one
    "perehd": ["page:1"],
    "matkaohjeesta": ["page:3"],
    "helsingin toimistolla": ["community:4"],
    "toimisto helsin": ["community:4"],
    "tk": ["page:5"],
    "tjk": ["page:5"],
    "av": ["person:6"],
    "virtanen aino": ["person:6"],
    "Ainolle": ["person:6", "person:7"],
    "virtasen": ["person:6"],
    "aino makinen": ["person:7"],
    "Makiselta": ["person:7"],
    "v": [],
    "a v": ["person:6"],
    "c": ["community:8"],
    "opas virtanen": [],
}


def test_completion_looks_into_words_takes_initials_forms_and_any_order(engine):
    engine.upsert(
        [
            document("page:1", "Perehdytysopas", language="fi"),
            document("page:2", "Uuden työntekijän opas", language="fi"),
            document("page:3", "Matkaohjeet", language="fi"),
            document("community:4", "Helsingin toimisto"),
            document("page:5", "Työsuhdeasiat ja käytännöt", language="fi"),
            document("person:6", "Aino Virtanen"),
            document("person:7", "Aino Mäkinen"),
            document("community:8", "C"),
            document("page:9", "Ainon opas, vain muille", keys="c:9"),
        ]
    )
    assert {typed: [hit.uid for hit in engine.suggest(typed, KEYS)] for typed in COMPLETED} == COMPLETED


def test_no_kind_crowds_out_the_others(engine):
    people = [document(f"person:{number}", "Aino Salo") for number in range(30)]
    engine.upsert(
        [*people, document("page:1", "Ainon pitkä ja perusteellinen sivu"), document("community:1", "Aino ja muut")]
    )
    hits = [hit.uid.partition(":")[0] for hit in engine.suggest("aino", KEYS, 20, 5)]
    assert hits == ["person"] * 5 + ["community", "page"]
    assert [hit.uid for hit in engine.suggest("aino", KEYS, 5)] == [
        hit.uid for hit in engine.suggest("aino", KEYS, 20, 5)[:5]
    ]
