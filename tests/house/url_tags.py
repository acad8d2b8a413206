"""Rows of the table of addresses: tags, seen by who sees something of them, changed by editors."""

from tests.house.url_rows import MODERATE, READ, SIGNED_IN, Entry

API = "oooooou"
API_READ = {place: letters[:-1] + "u" for place, letters in READ.items()}
# Editors moderate Everyone or run the house, and change what they see.
EDIT = MODERATE
API_EDIT = {place: letters[:-1] + "u" for place, letters in EDIT.items()}


def slug(w, p):
    return {"slug": f"tag{p.word}"}


def word(w, p):
    return {"slug": f"tag{p.word}", "word": f"word{p.word}"}


TAGS = [
    Entry("search:tags", get=READ, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("search:tags_in_text", post=SIGNED_IN, data=lambda w, p: {"text": "Some words about nothing much"}),
    Entry("search:tag", get=READ, kwargs=slug),
    Entry("search:tag_edit", get=EDIT, kwargs=slug),
    Entry("search:tag_rename", post=EDIT, kwargs=slug, data=lambda w, p: {"name": f"named-{p.word}"}),
    Entry("search:tag_merge", post=EDIT, kwargs=slug, data=lambda w, p: {"into": f"tag{p.word}"}),
    Entry("search:tag_synonym", post=EDIT, kwargs=slug, data=lambda w, p: {"synonym": f"word-{p.word}"}),
    Entry("search:tag_synonym_remove", post=EDIT, kwargs=slug, data=lambda w, p: {"synonym": f"word-{p.word}"}),
    Entry("api:list_tags", get=API),
    Entry("api:tags_in_text", post=API, data=lambda w, p: {"markdown": "Some words about nothing much"}),
    Entry("api:get_tag", get=API_READ, kwargs=slug),
    Entry("api:list_tagged", get=API_READ, kwargs=slug),
    Entry("api:rename_tag", patch=API_EDIT, kwargs=slug, data=lambda w, p: {"name": f"named-{p.word}"}),
    Entry("api:merge_tag", post={place: letters.replace("o", "x") for place, letters in API_EDIT.items()}, kwargs=slug,
          data=lambda w, p: {"into": f"tag{p.word}"}),
    Entry("api:put_synonym", put=API_EDIT, kwargs=word),
    Entry("api:delete_synonym", delete=API_EDIT, kwargs=word),
]  # fmt: skip
