"""Rows of the table of addresses: cards, conversations made into pages, what stands beside a community and a person."""

from tests.house.url_rows import (
    AUTHOR_AINO,
    MODERATE,
    NOBODY_SIGNED,
    ONLY_AINO,
    READ,
    SIGNED_IN,
    WRITE,
    Entry,
    post_pk,
    slug,
)

# A program without a key is told so.
API = "oooooou"
API_READ = {place: letters[:-1] + "u" for place, letters in READ.items()}
API_WRITE = {place: letters[:-1] + "u" for place, letters in WRITE.items()}
API_ONLY_AINO = {place: letters[:-1] + "u" for place, letters in ONLY_AINO.items()}
API_AUTHOR = {place: letters[:-1] + "u" for place, letters in AUTHOR_AINO.items()}

KNOWLEDGE = [
    # A draft is made where the person is a member, of what she reads.
    Entry("wiki:from_thread", get=READ, post=READ, kwargs=post_pk,
          data=lambda w, p: {"community": p.community.pk, "posts": p.thread.pk, "title": "Of talk"}),
    Entry("api:harvest_gains", get=API_READ, query=lambda w, p: f"?thread={p.thread.pk}&community={p.community.slug}"),
    Entry("api:begin_harvest", post=API_WRITE,
          data=lambda w, p: {"thread": p.thread.pk, "posts": [p.thread.pk], "title": "T", "community": p.community.slug}),
    Entry("api:publish_harvest", post=API_ONLY_AINO, kwargs=lambda w, p: {"pk": p.harvest.pk}),
    Entry("people:requests", get=MODERATE, kwargs=slug),
    Entry("api:list_requests", get=API),
    Entry("api:ask_to_join", post={"yard": "ffffnfu", "lab": "ffoffou", "vault": "ffnfnnu"}, data=lambda w, p: {"community": p.community.slug}),
    Entry("api:decide", post={"lab": "nnfonnu"}, kwargs=lambda w, p: {"pk": w.places["lab"].request.pk},
          data=lambda w, p: {"granted": True}),
    Entry("feed:community_files", get=READ, kwargs=slug),
    Entry("wiki:written", get=SIGNED_IN, kwargs=lambda w, p: {"handle": w.cast.aino.handle}),
    Entry("wiki:following", get=SIGNED_IN),
    Entry("api:list_community_files", get=API_READ, kwargs=slug),
    Entry("api:list_pages_by", get=API, kwargs=lambda w, p: {"handle": w.cast.aino.handle}),
    Entry("api:list_following", get=API),
    Entry("api:put_followed_person", put="ofoooou", kwargs=lambda w, p: {"handle": w.cast.ben.handle}),
    Entry("api:delete_followed_person", delete=API, kwargs=lambda w, p: {"handle": w.cast.ben.handle}),
    Entry("api:put_followed_tag", put=API_READ, kwargs=lambda w, p: {"slug": f"tag{p.word}"}),
    Entry("api:delete_followed_tag", delete=API_READ, kwargs=lambda w, p: {"slug": f"tag{p.word}"}),
    Entry("feed:card_remove", post=AUTHOR_AINO, kwargs=post_pk, data=lambda w, p: {"card": f"page:{p.page.pk}"}),
    # Pictures of addresses outside: nothing here has one; tests/feed/test_previews.py has.
    Entry("feed:preview_image", get=NOBODY_SIGNED, kwargs=lambda w, p: {"token": "0" * 32}),
    Entry(
        "api:delete_card", delete=API_AUTHOR,
        kwargs=post_pk, query=lambda w, p: f"?card=page:{p.page.pk}",
    ),
]  # fmt: skip
