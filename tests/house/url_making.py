"""Rows of the table of addresses: the screens on which paths are made."""

from types import SimpleNamespace
from typing import Any

from tests.house.url_rows import EDIT_PATH, Entry, path_slug, step
from tests.house.world import World


def role(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.path.slug, "role_pk": p.role.pk}


MODERATES_SOMETHING = "nnnonnl"

MAKING = [
    Entry("onboarding:path_create", get=MODERATES_SOMETHING, post=MODERATES_SOMETHING),
    Entry("onboarding:path_edit", get=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:path_settings", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:path_preview", get=EDIT_PATH, kwargs=path_slug),
    Entry(
        "onboarding:path_copy", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug
    ),  # who reads it and moderates something
    Entry("onboarding:path_archive", post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:roles", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:role_edit", get=EDIT_PATH, post=EDIT_PATH, kwargs=role),
    Entry("onboarding:role_remove", post=EDIT_PATH, kwargs=role),
    Entry(
        "onboarding:path_from_example",
        get=MODERATES_SOMETHING,
        post=MODERATES_SOMETHING,
        kwargs=lambda w, p: {"key": "engineer"},
    ),
    Entry("onboarding:path_versions", get=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:version_describe", post=EDIT_PATH, kwargs=lambda w, p: {"slug": p.path.slug, "number": 1}),
    Entry("onboarding:align", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:path_rules", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:rule_remove", post=EDIT_PATH, kwargs=lambda w, p: {"slug": p.path.slug, "rule_pk": p.rule.pk}),
    Entry("onboarding:enrol", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:step_create", get=EDIT_PATH, post=EDIT_PATH, kwargs=path_slug),
    Entry("onboarding:step_edit", get=EDIT_PATH, post=EDIT_PATH, kwargs=step),
    Entry("onboarding:step_move", post=EDIT_PATH, kwargs=step),
    Entry("onboarding:step_remove", post=EDIT_PATH, kwargs=step),
]
