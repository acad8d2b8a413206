"""Who may do what with threads, bookmarks, drafts and reports: a part of the table of addresses (`url_table`)."""

from tests.house.url_rows import (
    MODERATE_AS_MEMBER,
    NOT_AINO,
    ONLY_AINO,
    ONLY_MIKA,
    READ,
    SIGNED_IN,
    Entry,
    page,
    post_pk,
    slug,
)
from tests.house.world import guest_end

API = "oooooou"
API_READ, API_MODERATE, API_ONLY_AINO, API_ONLY_MIKA, API_NOT_AINO = (
    {place: letters[:-1] + "u" for place, letters in row.items()}
    for row in (READ, MODERATE_AS_MEMBER, ONLY_AINO, ONLY_MIKA, NOT_AINO)
)

TALK = [
    Entry("feed:post_menu", get=READ, kwargs=post_pk),
    Entry(
        "feed:close",
        get=MODERATE_AS_MEMBER,
        post=MODERATE_AS_MEMBER,
        kwargs=post_pk,
        data=lambda w, p: {"note": "Enough"},
    ),
    Entry(
        "feed:move",
        get=MODERATE_AS_MEMBER,
        post=MODERATE_AS_MEMBER,
        kwargs=post_pk,
        data=lambda w, p: {"community": w.cast.everyone.pk},
    ),
    Entry(
        "feed:pin",
        get=MODERATE_AS_MEMBER,
        post=MODERATE_AS_MEMBER,
        kwargs=post_pk,
        data=lambda w, p: {"until": guest_end()},
    ),
    Entry("feed:pin_dismiss", post=READ, kwargs=post_pk),
    Entry("feed:bookmarks", get=SIGNED_IN),
    Entry("feed:bookmark", get=READ, post=READ, kwargs=post_pk, data=lambda w, p: {"note": "later"}),
    Entry("feed:bookmark_page", get=READ, post=READ, kwargs=page, data=lambda w, p: {"note": "later"}),
    Entry("feed:bookmark_drop", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.bookmark.pk}),
    Entry("feed:drafts", get=SIGNED_IN),
    Entry("feed:draft", post=READ, data=lambda w, p: {"thread": p.thread.pk, "body": "Half"}),
    Entry("feed:draft_begun", get=SIGNED_IN),
    Entry("feed:draft_discard", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.begun.pk}),
    Entry("feed:report", get=NOT_AINO, post=NOT_AINO, kwargs=post_pk, data=lambda w, p: {"kind": "rude"}),
    Entry("feed:report_page", get=READ, post=READ, kwargs=page, data=lambda w, p: {"kind": "wrong"}),
    Entry("feed:moderation", get=MODERATE_AS_MEMBER, kwargs=slug),
    Entry("feed:report_keep", post=ONLY_MIKA, kwargs=lambda w, p: {"pk": p.report.pk}),
    Entry(
        "feed:hide", get=MODERATE_AS_MEMBER, post=MODERATE_AS_MEMBER, kwargs=post_pk, data=lambda w, p: {"reason": "No"}
    ),
    Entry("feed:hidden", get=READ, kwargs=lambda w, p: {"pk": p.hidden.pk}),
    Entry("feed:show", post=MODERATE_AS_MEMBER, kwargs=lambda w, p: {"pk": p.hidden.pk}),
]

TALK_REST = [
    Entry("api:read_thread", get=API_READ, kwargs=post_pk),
    Entry("api:list_moved_threads", get=API_READ, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:close_thread", put=API_MODERATE, kwargs=post_pk, data=lambda w, p: {"note": "Enough"}),
    Entry("api:reopen_thread", delete=API_MODERATE, kwargs=post_pk),
    Entry("api:foresee_thread_move", get=API_MODERATE, kwargs=post_pk, query=lambda w, p: "?community=everyone"),
    Entry("api:move_thread", post=API_MODERATE, kwargs=post_pk, data=lambda w, p: {"community": "everyone"}),
    Entry("api:pin", put=API_MODERATE, kwargs=post_pk, data=lambda w, p: {"until": guest_end()}),
    Entry("api:unpin", delete=API_MODERATE, kwargs=post_pk),
    Entry("api:dismiss_thread_pin", put=API_READ, kwargs=post_pk),
    Entry("api:show_thread_pin", delete=API_READ, kwargs=post_pk),
    Entry("api:read_to_the_end", post=API_READ, kwargs=post_pk),
    Entry("api:unread_from", post=API_READ, kwargs=post_pk),
    Entry("api:list_post_drafts", get=API),
    Entry("api:save_post_draft", post=API_READ, data=lambda w, p: {"thread": p.thread.pk, "body": "Half"}),
    Entry("api:discard_post_draft", delete=API_ONLY_AINO, kwargs=lambda w, p: {"pk": p.begun.pk}),
    Entry("api:list_bookmarks", get=API_READ, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:keep_bookmark", post=API_READ, data=lambda w, p: {"post": p.thread.pk, "note": "later"}),
    Entry("api:drop_bookmark", delete=API_ONLY_AINO, kwargs=lambda w, p: {"pk": p.bookmark.pk}),
    Entry(
        "api:create_report",
        post=API_NOT_AINO,
        data=lambda w, p: {"post": p.thread.pk, "kind": "rude"},
    ),
    Entry("api:list_reports", get=API_MODERATE, query=lambda w, p: f"?community={p.community.slug}"),
    Entry(
        "api:keep_reported",
        post=API_ONLY_MIKA,
        kwargs=lambda w, p: {"pk": p.report.pk},
    ),
    Entry(
        "api:read_hidden",
        get={"yard": "onnonnu", "lab": "onnonnu", "vault": "onnonnu"},
        kwargs=lambda w, p: {"pk": p.hidden.pk},
    ),
    Entry("api:hide_post", put=API_MODERATE, kwargs=post_pk, data=lambda w, p: {"reason": "No"}),
    Entry("api:show_post", delete=API_MODERATE, kwargs=lambda w, p: {"pk": p.hidden.pk}),
]
