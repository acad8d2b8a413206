"""The rows of the table for what people hear of: ways, browsers, names."""

from types import SimpleNamespace
from typing import Any

from tests.house.url_rows import ANYBODY, ONLY_AINO, READ, SIGNED_IN, Entry
from tests.house.world import World

API = "oooooou"
API_READ = {place: row[:-1] + "u" for place, row in READ.items()}
ONLY_AINO_API = {place: row[:-1] + "u" for place, row in ONLY_AINO.items()}


def browser(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.browser.pk}


NEWS = [
    Entry("notifications:settings", get=SIGNED_IN, post=SIGNED_IN, data=lambda w, p: {"reply-push": "on"}),
    # What a browser sends stands in tests/notifications/test_push.py; here nobody's is one.
    Entry("notifications:browser_on", post="xxxxxxl"),
    Entry("notifications:browser_renew", post="onnnnnl", data=lambda w, p: {"endpoint": p.browser.endpoint}),
    Entry("notifications:browser", post=ONLY_AINO, kwargs=browser),
    Entry("api:show_preferences", get=API),
    Entry("api:change_preferences", patch=API, data=lambda w, p: {"kinds": {"reply": {"push": True}}}),
    Entry("api:put_quiet_hours", put=API, data=lambda w, p: {"begins_at": "21:00", "ends_at": "07:00"}),
    Entry("api:list_browsers", get=API),
    Entry("api:change_browser", patch=ONLY_AINO_API, kwargs=browser, data=lambda w, p: {"tells_all": True}),
    Entry("api:delete_browser", delete=ONLY_AINO_API, kwargs=browser),
    Entry("api:check_names", post=API_READ, data=lambda w, p: {"community": p.community.slug, "body": "@cleo.example"}),
]
NEWS += [
    Entry("notifications:level", get=READ, kwargs=lambda w, p: {"kind": "community", "number": p.community.pk}),
    Entry("manifest", get=ANYBODY),
    Entry("service_worker", get=ANYBODY),
    Entry("offline", get=ANYBODY),
    Entry("feed:menu", get=SIGNED_IN),
    # What a reader may not see is left out of the answer: tests/feed/test_live_views.py.
    Entry("feed:standing", get=SIGNED_IN, query=lambda w, p: f"?ids={p.thread.pk}"),
    Entry("notifications:fresh", get=SIGNED_IN, query=lambda w, p: "?since=2026-01-01T00:00:00Z"),
]
