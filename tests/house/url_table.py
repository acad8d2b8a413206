"""Who may do what at every address, written by hand from the rule of who sees what, not from the code.

The letters are explained in `url_rows`.
"""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from tests.house.url_kinds import KINDS
from tests.house.url_knowledge import KNOWLEDGE
from tests.house.url_looking_after import CARE_OF_PEOPLE
from tests.house.url_making import MAKING, MAKING_API
from tests.house.url_my_path import MY_PATH
from tests.house.url_news import NEWS
from tests.house.url_offices import OFFICES
from tests.house.url_paths import PATHS
from tests.house.url_rows import (
    ADMINISTRATOR,
    ANYBODY,
    AUTHOR_AINO,
    AUTHOR_AINO_OR_MODERATOR,
    DEAD_LINKS,
    EMPLOYEES,
    KNOWN,
    MODERATE,
    MODERATE_AS_MEMBER,
    NOBODY,
    NOBODY_SIGNED,
    ONLY_AINO,
    ONLY_BEN,
    ONLY_MIKA,
    OWNER_BEN,
    READ,
    SIGNED_IN,
    WRITE,
    Entry,
    ben,
    flag,
    in_community,
    page,
    path_slug,
    post_pk,
    slug,
    upload,
)
from tests.house.url_search import KEPT_FOR_SEARCH
from tests.house.url_tags import TAGS
from tests.house.url_talk import TALK, TALK_REST
from tests.house.world import World, guest_end

HOUSE = [
    Entry("healthz", get=ANYBODY),
    Entry("readyz", get=ANYBODY),
    Entry("set_language", post=ANYBODY, data=lambda w, p: {"language": "fi"}),
    Entry("set_theme", post=ANYBODY, data=lambda w, p: {"theme": "dark"}),
]

ACCOUNT = [
    Entry("account_login", get=ANYBODY, post=ANYBODY),
    Entry("account_logout", get="ooooooo", post="ooooooo"),
    # allauth writes a person's own mail address into its table the first time it needs it.
    Entry("account_change_password", get=SIGNED_IN, post=SIGNED_IN,
          get_may_change=frozenset({"account.emailaddress"})),
    Entry("account_reset_password", get=ANYBODY, post=ANYBODY, data=lambda w, p: {"email": "nobody@loikka.example"}),
    Entry("account_reset_password_done", get=ANYBODY),
    Entry(
        "account_reset_password_from_key", get=ANYBODY, post=ANYBODY, kwargs=lambda w, p: {"uidb36": "1", "key": "x-y"}
    ),
    Entry("account_reset_password_from_key_done", get=ANYBODY),
    Entry("account_reauthenticate", get=SIGNED_IN, post=SIGNED_IN),
    Entry("usersessions_list", get=SIGNED_IN),
    # Done, and out: to the sign-in page.
    Entry("sign_out_everywhere", post="lllllll"),
    # No provider is configured here; tests/people has one.
    Entry("openid_connect_login", post=NOBODY, kwargs=lambda w, p: {"provider_id": "none"}),
    Entry("openid_connect_callback", get=NOBODY, kwargs=lambda w, p: {"provider_id": "none"}),
    *(
        Entry(name, get=NOBODY, post=NOBODY)
        for name in (
            "account_signup", "account_inactive", "account_email_verification_sent", "account_set_password",
            "socialaccount_login_error", "socialaccount_login_cancelled", "socialaccount_signup",
            "socialaccount_connections",
        )
    ),
]  # fmt: skip

PEOPLE = [
    Entry("people:directory", get=EMPLOYEES),
    Entry("people:person_add", get=ADMINISTRATOR, post=ADMINISTRATOR),
    Entry("people:profile", get=SIGNED_IN, kwargs=lambda w, p: {"handle": w.cast.aino.handle}),
    Entry("people:person_edit", get="fffffol", post="fffffol", kwargs=lambda w, p: {"handle": w.cast.aino.handle}),
    Entry("people:person_close", post="fffffol", kwargs=lambda w, p: {"handle": w.person.handle}),
    Entry("people:person_reopen", post="fffffol", kwargs=lambda w, p: {"handle": w.closed.handle}),
    Entry("people:follow", post="ofooool", kwargs=lambda w, p: {"handle": w.cast.ben.handle}),  # nobody oneself
    Entry("people:unfollow", post=SIGNED_IN, kwargs=lambda w, p: {"handle": w.cast.ben.handle}),
    Entry(
        "people:photo", get=SIGNED_IN,
        kwargs=lambda w, p: {"handle": w.cast.aino.handle, "digest": w.cast.aino.photo},
    ),
    # A tag of a community one does not see is answered like one that is not there.
    Entry("people:follow_tag", post=SIGNED_IN, kwargs=lambda w, p: {"slug": f"tag{p.word}"}),
    Entry("people:unfollow_tag", post=SIGNED_IN, kwargs=lambda w, p: {"slug": f"tag{p.word}"}),
    Entry("people:me", get=SIGNED_IN),
    Entry("people:settings", get=SIGNED_IN, post=SIGNED_IN),
    Entry("people:my_photo", post=SIGNED_IN, data=lambda w, p: {"photo": upload("me.png")}),
    Entry("people:tokens", get=SIGNED_IN, post=SIGNED_IN),
    Entry("people:token_revoke", post="onnnnnl", kwargs=lambda w, p: {"pk": w.token.pk}),
    Entry("people:community_list", get=SIGNED_IN),
    Entry("people:community_create", get="oooofol", post="oooofol"),
    Entry("people:community_settings", get=MODERATE, post=MODERATE, kwargs=slug),
    # Into a closed one nobody walks; members are there already.
    Entry("people:join", post={"yard": "oooonol", "lab": "oofoofl", "vault": "oononnl"}, kwargs=slug),
    Entry("people:leave", post=KNOWN, kwargs=slug),
    Entry("people:request_to_join", get=KNOWN, post=KNOWN, kwargs=slug),
    # An administrator enters a closed community for its members to see; for a hidden one there is no door.
    Entry("people:enter", get={"yard": "ffffnfl", "lab": "fffffol", "vault": "ffnfnnl"},
          post={"yard": "ffffnfl", "lab": "fffffol", "vault": "ffnfnnl"}, kwargs=slug),
    Entry("people:members", get=READ, kwargs=slug),
    Entry("people:member_add", post=MODERATE, kwargs=slug),
    Entry("people:invite", get=MODERATE, post=MODERATE, kwargs=slug,
          data=lambda w, p: {"email": "new@guest.example", "name": "New Guest", "active_until": guest_end()}),
    Entry("people:member_role", post=MODERATE, kwargs=ben, data=lambda w, p: {"role": "moderator"}),
    Entry("people:member_remove", post=MODERATE, kwargs=ben),
    Entry("people:request_decide", post={"lab": "nnnonnl"}, data=lambda w, p: {"granted": "1"},
          kwargs=lambda w, p: {"slug": "lab", "pk": w.places["lab"].request.pk}),
]  # fmt: skip

FEED = [
    Entry("feed:home", get=SIGNED_IN),
    Entry("feed:new_threads", get=SIGNED_IN, query=lambda w, p: f"?since={quote(timezone.now().isoformat())}"),
    Entry("feed:all_read", post=SIGNED_IN),
    Entry("feed:community", get=KNOWN, kwargs=slug),
    # Everybody is a member of something here; without a community to write in there is no composer.
    Entry("feed:post_create", get=SIGNED_IN, post=SIGNED_IN),
    Entry("feed:post", get=READ, kwargs=post_pk),
    Entry("feed:post_edit", get=AUTHOR_AINO, post=AUTHOR_AINO, kwargs=post_pk),
    Entry("feed:post_delete", post=AUTHOR_AINO_OR_MODERATOR, kwargs=post_pk),
    Entry("feed:post_restore", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.deleted.pk}),
    Entry("feed:post_versions", get=READ, kwargs=post_pk),
    Entry("feed:post_unread", post=READ, kwargs=post_pk),
    Entry("feed:post_reactions", get=READ, post=WRITE, kwargs=post_pk, data=lambda w, p: {"react": "thanks"}),
    Entry("feed:thread", get=READ, kwargs=post_pk, get_may_change=frozenset({"feed.readposition"})),
    Entry("feed:new_replies", get=READ, kwargs=post_pk, get_may_change=frozenset({"feed.readposition"})),
    Entry("feed:reply_create", post=WRITE, kwargs=post_pk),
    Entry("feed:thread_read", post=READ, kwargs=post_pk),
    Entry(
        "feed:upload",
        post={"yard": "OOxOxxl", "lab": "OOxOOxl", "vault": "OOxOxxl"},
        data=lambda w, p: {**in_community(w, p), "file": upload("a.png")},
    ),
    Entry("feed:file_remove", post=AUTHOR_AINO_OR_MODERATOR, kwargs=lambda w, p: {"pk": p.file.pk}),
    Entry("feed:file_restore", post=NOBODY_SIGNED, kwargs=lambda w, p: {"pk": p.file.pk}),  # nobody has removed it
    Entry("feed:file", get=READ, kwargs=lambda w, p: {"pk": p.file.pk, "name": p.file.name}),
]

WIKI = [
    Entry("wiki:complete", get=SIGNED_IN, query=lambda w, p: "?kind=@&q=a"),
    Entry("wiki:home", get=SIGNED_IN),
    Entry("wiki:create", get=WRITE, query=lambda w, p: f"?community={p.community.pk}", post=WRITE),
    Entry("wiki:preview", post=SIGNED_IN, data=lambda w, p: {"context": p.community.pk, "markdown": "*hei*"}),
    Entry("wiki:places", get=SIGNED_IN),
    Entry("wiki:wanted", get=SIGNED_IN),
    Entry("wiki:tree", get=READ, kwargs=slug),
    Entry("wiki:trash", get=SIGNED_IN),
    Entry("wiki:drafts", get=SIGNED_IN),
    Entry("wiki:draft", post=READ, data=lambda w, p: {"page": p.page.pk, "title": "New", "body": "new"}),
    Entry("wiki:draft_discard", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.draft.pk}),
    Entry("wiki:draft_restore", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.discarded.pk}),
    Entry("wiki:file", get=READ, kwargs=lambda w, p: {"pk": p.file.pk}),
    Entry(
        "wiki:file_replace",
        post=AUTHOR_AINO_OR_MODERATOR,  # it stands in a post of hers
        kwargs=lambda w, p: {"pk": p.file.pk},
        data=lambda w, p: {"file": upload("new.png")},
    ),
    Entry("wiki:file_version", get=NOBODY_SIGNED, kwargs=lambda w, p: {"pk": p.file.pk, "number": 1}),
    Entry("wiki:by_id", get=READ, kwargs=page),
    Entry("wiki:edit", get=WRITE, post=WRITE, kwargs=page),
    Entry("wiki:editing", get=READ, post=WRITE, kwargs=page, data=lambda w, p: {"tab": "a1"}),
    Entry("wiki:tick", post=WRITE, kwargs=page, data=lambda w, p: {"box": "0-1"}),
    Entry("wiki:resolve", post=WRITE, kwargs=page),
    Entry("wiki:history", get=READ, kwargs=page),
    Entry("wiki:version", get=READ, kwargs=lambda w, p: {"pk": p.page.pk, "number": 1}),
    Entry("wiki:restore", post=WRITE, kwargs=lambda w, p: {"pk": p.page.pk, "number": 1}),
    # Root deletes versions where she is a member: nowhere here (tests/wiki/test_versions.py has her in the yard).
    Entry(
        "wiki:version_delete",
        get={"yard": "ffffnfl", "lab": "ffnffnl", "vault": "ffnfnnl"},
        post={"yard": "ffffnfl", "lab": "ffnffnl", "vault": "ffnfnnl"},
        kwargs=lambda w, p: {"pk": p.page.pk, "number": 1},
        data=lambda w, p: {"reason": "secret"},
    ),
    Entry("wiki:compare", get=READ, kwargs=page),
    Entry("wiki:template", get=WRITE, post=WRITE, kwargs=page),
    Entry("wiki:languages", get=WRITE, post=WRITE, kwargs=page),
    Entry("wiki:move", get=WRITE, post=WRITE, kwargs=page),
    Entry("wiki:place", post=WRITE, kwargs=page, data=lambda w, p: {"parent": p.page.parent_page_id, "after": 0}),
    Entry("wiki:delete", get=WRITE, post=WRITE, kwargs=page),
    Entry("wiki:untrash", post=WRITE, kwargs=lambda w, p: {"pk": p.trashed.pk}),
    Entry("wiki:import", get=MODERATE_AS_MEMBER, post=MODERATE_AS_MEMBER, kwargs=slug),
    Entry("wiki:import_one", get=ONLY_MIKA, post=ONLY_MIKA, kwargs=lambda w, p: {"pk": p.bring.pk}),
    Entry("wiki:export", get=READ, kwargs=page),
    Entry("wiki:pdf", get=READ, kwargs=page),
    Entry("wiki:export_section", get=READ, kwargs=slug),
    Entry("wiki:export_all", get=SIGNED_IN),
    Entry("wiki:reactions", get=READ, post=READ, kwargs=page, data=lambda w, p: {"react": "helped"}),
    Entry("wiki:ask", get=READ, kwargs=page),
    Entry(
        "wiki:watch",
        get=READ,
        post=READ,
        kwargs=page,
        data=lambda w, p: {"page": "around", "branch": "watch", "community": "follow"},
    ),
    Entry("wiki:care", get=READ, post=WRITE, kwargs=page, data=lambda w, p: {"owner": "", "review_every": "6"}),
    Entry("wiki:care_confirm", post=OWNER_BEN, kwargs=page),
    Entry("wiki:care_undo", post=ONLY_BEN, kwargs=lambda w, p: {"pk": p.confirmation.pk}),
    Entry("wiki:flag", get=READ, post=READ, kwargs=page, data=lambda w, p: {"reason": "old"}),
    Entry("wiki:flag_resolve", post=WRITE, kwargs=flag, data=lambda w, p: {"answer": "done"}),
    Entry("wiki:care_mine", get=SIGNED_IN),
    Entry(
        "wiki:care_list",
        get=READ,
        post=MODERATE,
        kwargs=slug,
        data=lambda w, p: {"pages": p.page.pk, "owner": "nobody"},
    ),
    Entry("wiki:dead_links", get=SIGNED_IN),
    Entry("wiki:community_links", get=DEAD_LINKS, post=MODERATE, kwargs=slug),
    Entry("wiki:page", get=READ, kwargs=lambda w, p: {"address": p.page.address}),
]

NOTIFICATIONS = [
    Entry("notifications:list", get=SIGNED_IN),
    Entry("notifications:seen", post=SIGNED_IN),
    Entry("notifications:watching", get=SIGNED_IN, post=READ,
          data=lambda w, p: {"kind": "page", "number": p.page.pk, "level": "watch"}),
    Entry("notifications:open", get=ONLY_AINO, kwargs=lambda w, p: {"pk": p.notice.pk},
          get_may_change=frozenset({"notifications.notification"})),
    Entry("notifications:mute", post=ONLY_AINO, kwargs=lambda w, p: {"pk": p.notice.pk}),
]  # fmt: skip

ONBOARDING = [
    Entry("onboarding:path", get=READ, kwargs=path_slug),
]

SEARCH = [
    Entry("search:search", get=SIGNED_IN, query=lambda w, p: "?q=text"),
    Entry("search:switcher", get=SIGNED_IN),
    Entry("search:similar", get=SIGNED_IN, query=lambda w, p: "?q=where+are+these+words"),
    Entry("search:suggest", get=SIGNED_IN, query=lambda w, p: "?q=te"),
]

API = "oooooou"
API_READ = {place: letters[:-1] + "u" for place, letters in READ.items()}
API_KNOWN = {place: letters[:-1] + "u" for place, letters in KNOWN.items()}
API_WRITE = {place: letters[:-1] + "u" for place, letters in WRITE.items()}
API_AUTHOR = {place: letters[:-1] + "u" for place, letters in AUTHOR_AINO.items()}
API_AUTHOR_OR_MODERATOR = {place: letters[:-1] + "u" for place, letters in AUTHOR_AINO_OR_MODERATOR.items()}


def first_version(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.page.pk, "number": 1}


def reaction(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.thread.pk, "kind": "thanks"}


REST = [
    Entry("api:reference", get=SIGNED_IN),
    Entry("api:openapi-json", get=ANYBODY),
    Entry("api:api-root", get=NOBODY),
    Entry("api:list_communities", get=API),
    Entry("api:create_community", post="oooofou", data=lambda w, p: {"name": "Sauna"}),
    Entry("api:get_community", get=API_KNOWN, kwargs=slug),
    Entry("api:list_people", get="oooonou"),
    Entry("api:get_person", get=API, kwargs=lambda w, p: {"handle": w.cast.aino.handle}),
    Entry("api:get_me", get=API),
    Entry("api:list_posts", get=API_READ, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:create_post", post=API_WRITE, data=lambda w, p: {"community": p.community.slug, "body": "Hei"}),
    Entry("api:read_post", get=API_READ, kwargs=post_pk),
    Entry("api:change_post", patch=API_AUTHOR, kwargs=post_pk, data=lambda w, p: {"body": "Other words"}),
    Entry("api:remove_post", delete=API_AUTHOR_OR_MODERATOR, kwargs=post_pk),
    Entry("api:add_reaction", put=API_WRITE, kwargs=reaction),
    Entry("api:remove_reaction", delete=API_WRITE, kwargs=reaction),
    Entry("api:list_page_reactions", get=API_READ, kwargs=page),
    Entry("api:add_page_reaction", put=API_READ, kwargs=lambda w, p: {"pk": p.page.pk, "kind": "helped"}),
    Entry("api:remove_page_reaction", delete=API_READ, kwargs=lambda w, p: {"pk": p.page.pk, "kind": "helped"}),
    Entry("api:home_feed", get=API),
    Entry("api:create_file", post="xxxxxxu"),  # what a form sends, not JSON: tests/api sends files
    Entry("api:posts_of_tag", get=API_READ, kwargs=lambda w, p: {"tag": f"tag{p.word}"}),
    Entry("api:list_pages", get=API, query=lambda w, p: f"?community={p.community.slug}"),
    Entry("api:create_page", post=API_WRITE, data=lambda w, p: {"community": p.community.slug, "title": "New page"}),
    Entry("api:get_page", get=API_READ, kwargs=page),
    Entry(
        "api:change_page",
        patch=API_WRITE,
        kwargs=page,
        data=lambda w, p: {"base_revision": p.page.latest_revision_id, "markdown": "Other words"},
    ),
    Entry(
        "api:tick_box",
        put=API_WRITE,
        kwargs=lambda w, p: {"pk": p.page.pk, "box": 0},
        data=lambda w, p: {"base_revision": p.page.latest_revision_id, "done": True},
    ),
    Entry("api:delete_page", delete=API_WRITE, kwargs=page),
    Entry("api:export_page", get=API_READ, kwargs=page),
    Entry("api:export_community", get=API_READ, kwargs=slug),
    Entry("api:list_dead_links", get={place: row[:-1] + "u" for place, row in DEAD_LINKS.items()}, kwargs=slug),
    Entry("api:check_dead_links", post={place: row[:-1] + "u" for place, row in MODERATE.items()}, kwargs=slug),
    Entry("api:show_tree", get=API_READ, kwargs=slug),
    Entry("api:list_most_read", get=API_READ, kwargs=slug),
    Entry("api:list_children", get=API_READ, kwargs=page),
    Entry("api:foresee_move", get=API_WRITE, kwargs=page, query=lambda w, p: f"?parent={p.page.pk}"),
    Entry("api:place_page", patch=API_WRITE, kwargs=page, data=lambda w, p: {"after": 0}),
    Entry("api:list_templates", get=API_READ, kwargs=slug),
    Entry("api:put_template", put=API_WRITE, kwargs=page),
    Entry("api:delete_template", delete=API_WRITE, kwargs=page),
    Entry("api:list_translations", get=API_READ, kwargs=page),
    Entry("api:put_translation", put=API_WRITE, kwargs=page, data=lambda w, p: {"original": p.page.pk}),
    Entry("api:delete_translation", delete=API_WRITE, kwargs=page),
    Entry("api:list_revisions", get=API_READ, kwargs=page),
    Entry("api:get_revision", get=API_READ, kwargs=first_version),
    Entry("api:compare_revisions", get=API_READ, kwargs=page),
    Entry("api:restore_revision", post=API_WRITE, kwargs=first_version),
    Entry(
        "api:delete_revision",
        delete={"yard": "ffffnfu", "lab": "ffnffnu", "vault": "ffnfnnu"},
        kwargs=first_version,
        data=lambda w, p: {"reason": "secret"},
    ),
    Entry("api:confirm_page", post={place: row[:-1] + "u" for place, row in OWNER_BEN.items()}, kwargs=page),
    Entry("api:list_flags", get=API_READ, kwargs=page),
    Entry("api:flag_page", post=API_READ, kwargs=page, data=lambda w, p: {"reason": "old"}),
    Entry(
        "api:resolve_flag",
        post=API_WRITE,
        kwargs=lambda w, p: {"pk": p.page.pk, "flag_pk": p.flag.pk},
        data=lambda w, p: {"answer": "done"},
    ),
    Entry("api:render_text", post=API_READ, data=lambda w, p: {"community": p.community.slug, "markdown": "*hei*"}),
    Entry("api:list_drafts", get=API),
    Entry("api:save_draft", post=API_READ, data=lambda w, p: {"page": p.page.pk, "markdown": "new"}),
    Entry(
        "api:discard_draft",
        delete={place: row[:-1] + "u" for place, row in ONLY_AINO.items()},
        kwargs=lambda w, p: {"pk": p.draft.pk},
    ),
    Entry("api:list_editors", get=API_READ, kwargs=page),
    Entry("api:list_file_versions", get=API_READ, kwargs=lambda w, p: {"pk": p.file.pk}),
    Entry("api:replace_file", post="xxxxxxu", kwargs=lambda w, p: {"pk": p.file.pk}),  # a form: see create_file
    Entry("api:list_notifications", get=API),
    Entry("api:mark_notifications_seen", post=API),
    Entry("api:list_watches", get=API),
    Entry(
        "api:put_watch",
        put=API_READ,
        kwargs=lambda w, p: {"kind": "branch", "pk": p.page.pk},
        data=lambda w, p: {"level": "watch"},
    ),
    # Taken back is what was never chosen, whoever asks.
    Entry("api:delete_watch", delete=API, kwargs=lambda w, p: {"kind": "branch", "pk": p.page.pk}),
    Entry("api:search", get=API, query=lambda w, p: "?q=text"),
    Entry("api:search_suggest", get=API, query=lambda w, p: "?q=te"),
]

# Wagtail's admin is not listed address by address: `test_every_url` asks each of them that only Root gets in.
ENTRIES = {
    entry.name: entry
    for entry in [
        *HOUSE,
        *ACCOUNT,
        *PEOPLE,
        *OFFICES,
        *FEED,
        *KINDS,
        *WIKI,
        *NOTIFICATIONS,
        *NEWS,
        *PATHS,
        *CARE_OF_PEOPLE,
        *ONBOARDING,
        *MY_PATH,
        *SEARCH,
        *REST,
        *KNOWLEDGE,
        *TAGS,
        *KEPT_FOR_SEARCH,
        *MAKING,
        *MAKING_API,
        *TALK,
        *TALK_REST,
    ]
}
