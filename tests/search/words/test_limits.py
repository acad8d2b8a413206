"""What is too long or too much for a list of words, sent by a program: a sentence, never an error of ours."""

import json

import pytest

LONG = "x" * 5_000


@pytest.mark.parametrize(
    "words", [["palkka", LONG], ["palkka", "x" * 51], [f"sana{n}" for n in range(11)], [f"sana{n}" for n in range(21)],
              ["palkka", "kaksi sanaa"], ["palkka"], ["", ""], ["palkka\x00", "lön"]],
)  # fmt: skip
def test_words_that_are_too_long_or_too_many_are_refused_with_a_sentence(cast, sign_in, words):
    answer = sign_in(cast.root).post("/api/v1/synonyms", json.dumps({"words": words}), content_type="application/json")
    assert answer.status_code == 422, answer.content[:200]
    assert "words" in answer.content.decode()


@pytest.mark.parametrize("word", [LONG, "x" * 65, "kaksi, sanaa", "!?", "%00"])
def test_another_word_for_a_tag_has_limits_too(cast, house, sign_in, word):
    client = sign_in(cast.root)
    answer = client.put(f"/api/v1/vocabulary/kuutamo/synonyms/{word}")
    assert answer.status_code == (404 if word == "%00" else 422), answer.content[:200]
    if answer.status_code == 422:
        assert "synonym" in answer.content.decode() or "word" in answer.content.decode()
    assert len(answer.content) < 2_000
    assert client.get("/api/v1/vocabulary/kuutamo").json()["synonyms"] == []
    assert client.put("/api/v1/vocabulary/kuutamo/synonyms/" + "x" * 64).status_code == 204
