"""Rows of the table of addresses: what editors and readers keep for search."""

from tests.house.url_rows import MODERATE, ONLY_AINO, SIGNED_IN, WRITE, Entry

# Who moderates something, or runs the house; and who looks after the house's words: here the same two.
EDITORS = "fffofol"
API_EDITORS = EDITORS[:-1] + "u"
API = "oooooou"
# A pin is there for who may see what is pinned.
API_MODERATE = {place: letters[:-1] + "u" for place, letters in MODERATE.items()}


def pin(w, p):
    return {"pk": p.pin.pk}


def group(w, p):
    return {"pk": p.synonyms.pk}


def page_pin(w, p):
    return {"words": f"More {p.word}", "address": f"/wiki/id/{p.page.pk}/"}


def saved(w, p):
    return {"pk": p.saved.pk}


def question(w, p):
    return {"address": f"q={p.word}", "name": "Mine"}


API_ONLY_AINO = {place: letters[:-1] + "u" for place, letters in ONLY_AINO.items()}


def gap(w, p):
    return {"pk": p.gap.pk}


def gap_answer(w, p):
    return {"address": f"/wiki/id/{w.places['yard'].page.pk}/"}  # which every editor may read


def asked(w, p):
    return {"community": p.community.slug, "body": "Who knows?", "words": "who knows"}


# Words have no place: what three people missed is for every editor.
KEPT_FOR_SEARCH = [
    Entry("search:gaps", get=EDITORS),
    Entry("search:gap_done", post=EDITORS, kwargs=gap),
    Entry("search:gap_reopen", post=EDITORS, kwargs=gap),
    Entry("search:gap_answer", post=EDITORS, kwargs=gap, data=gap_answer),
    Entry("api:list_gaps", get=API_EDITORS),
    Entry("api:answer_gap", put=API_EDITORS, kwargs=gap, data=gap_answer),
    Entry("api:mark_gap_done", put=API_EDITORS, kwargs=gap),
    Entry("api:reopen_gap", delete=API_EDITORS, kwargs=gap),
    Entry("search:ask", get=SIGNED_IN, post=SIGNED_IN, query=lambda w, p: "?q=who+knows"),
    Entry("api:ask_people", post={place: letters[:-1] + "u" for place, letters in WRITE.items()}, data=asked),
    Entry("search:saved", get=SIGNED_IN, post=SIGNED_IN, data=question),
    Entry("search:saved_change", post=ONLY_AINO, kwargs=saved, data=lambda w, p: {"name": "Other"}),
    Entry("search:saved_remove", post=ONLY_AINO, kwargs=saved),
    Entry("api:list_saved", get=API),
    Entry("api:save_search", post=API, data=question),
    Entry("api:change_saved", patch=API_ONLY_AINO, kwargs=saved, data=lambda w, p: {"name": "Other"}),
    Entry("api:remove_saved", delete=API_ONLY_AINO, kwargs=saved),
    Entry("search:pins", get=EDITORS, post=EDITORS, data=page_pin),
    Entry("search:pin_remove", post=MODERATE, kwargs=pin),
    Entry("search:synonyms", get=EDITORS, post=EDITORS, data=lambda w, p: {"words": "one, two"}),
    Entry("search:synonyms_change", post=EDITORS, kwargs=group, data=lambda w, p: {"words": "one, two"}),
    Entry("search:synonyms_remove", post=EDITORS, kwargs=group),
    Entry("api:list_pins", get=API_EDITORS),
    Entry("api:pinned_to", get=API, query=lambda w, p: f"?q=Pin+{p.word}"),
    # What one does not see is refused like what is not there.
    Entry("api:add_pin", data=page_pin,
          post={"yard": "fffoxou", "lab": "ffxofxu", "vault": "ffxoxxu"}),
    Entry("api:remove_pin", delete=API_MODERATE, kwargs=pin),
    Entry("api:list_synonyms", get=API_EDITORS),
    Entry("api:add_synonyms", post=API_EDITORS, data=lambda w, p: {"words": ["one", "two"]}),
    Entry("api:change_synonyms", put=API_EDITORS, kwargs=group, data=lambda w, p: {"words": ["one", "two"]}),
    Entry("api:remove_synonyms", delete=API_EDITORS, kwargs=group),
]  # fmt: skip
