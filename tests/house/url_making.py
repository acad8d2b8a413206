"""Rows of the table of addresses: the screens on which paths are made."""

from types import SimpleNamespace
from typing import Any

from tests.house.url_paths import EDIT, step_of_path
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
    Entry("onboarding:step_restore", post=EDIT_PATH, kwargs=step),
]

MAKING_API = [
    Entry("api:list_examples", get="oooooou"),
    Entry("api:create_path_from_example", post=EDIT, kwargs=lambda w, p: {"key": "engineer"},
          data=lambda w, p: {"community": p.community.slug}),
    Entry("api:archive_path", put=EDIT, kwargs=path_slug),
    Entry("api:reopen_path", delete=EDIT, kwargs=path_slug),
    Entry("api:restore_path_step", post=EDIT, kwargs=step_of_path, data=lambda w, p: {}),
    Entry("api:place_path_step", put=EDIT, kwargs=step_of_path, data=lambda w, p: {"phase": "week"}),
    Entry("api:list_path_roles", get=EDIT, kwargs=path_slug),
    Entry("api:add_path_role", post=EDIT, kwargs=path_slug, data=lambda w, p: {"name": "New"}),
    Entry("api:change_path_role", put=EDIT, kwargs=lambda w, p: {"slug": p.path.slug, "role": p.role.pk},
          data=lambda w, p: {"name": "Other"}),
    Entry("api:remove_path_role", delete=EDIT, kwargs=lambda w, p: {"slug": p.path.slug, "role": p.role.pk}),
    Entry("api:list_path_versions", get=EDIT, kwargs=path_slug),
    Entry("api:describe_path_version", patch=EDIT, kwargs=lambda w, p: {"slug": p.path.slug, "version": 1},
          data=lambda w, p: {"words": "New"}),
    Entry("api:list_removed_steps", get=EDIT, kwargs=path_slug),
    Entry("api:keep_path_to_new", put=EDIT, kwargs=path_slug),
    Entry("api:list_path_rules", get=EDIT, kwargs=path_slug),
    Entry("api:add_path_rule", post=EDIT, kwargs=path_slug, data=lambda w, p: {"title": "New"}),
    Entry("api:preview_path_rule", post=EDIT, kwargs=path_slug, data=lambda w, p: {"title": "New"}),
    Entry("api:remove_path_rule", delete=EDIT, kwargs=lambda w, p: {"slug": p.path.slug, "rule": p.rule.pk}),
    Entry("api:preview_enrolment", post=EDIT, kwargs=path_slug,
          data=lambda w, p: {"people": [w.cast.aino.handle], "start_on": "2026-12-01"}),
]  # fmt: skip
