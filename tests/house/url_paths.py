"""Who may do what at the addresses of paths and of people on them, for programs: see `url_table`.

Ben is on the path with Aino as buddy and Mika as manager, who owns it as well.
"""

from types import SimpleNamespace
from typing import Any

from tests.house.url_rows import MODERATE_AS_MEMBER, ON_PATH, ONLY_BEN, READ, Entry, path_slug
from tests.house.world import World


def to_programs(letters: dict[str, str]) -> dict[str, str]:
    """Programs without a key hear 401 instead of being led to a form."""
    return {place: row[:-1] + "u" for place, row in letters.items()}


def one(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk}


def step_of_path(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.path.slug, "step": p.steps[0].pk}


def step_of_ben(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk, "step": p.steps[0].pk}


def task_for_ben(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk, "step": p.task.pk}


SEEN, EYES, BEN = to_programs(READ), to_programs(ON_PATH), to_programs(ONLY_BEN)
EDIT = to_programs(MODERATE_AS_MEMBER)
# Buddy, manager and owner look after Ben; he himself sees it and may not.
AFTER = dict.fromkeys(READ, "ofnonnu")
MANAGE = dict.fromkeys(READ, "ffnonnu")
DOES_IT = dict.fromkeys(READ, "fonfnnu")

PATHS = [
    Entry("api:list_paths", get="oooooou"),
    Entry("api:create_path", post=EDIT, data=lambda w, p: {"community": p.community.slug, "title": "New"}),
    Entry("api:read_path", get=SEEN, kwargs=path_slug),
    Entry("api:change_path", patch=EDIT, kwargs=path_slug, data=lambda w, p: {"title": "Other"}),
    Entry("api:add_path_step", post=EDIT, kwargs=path_slug, data=lambda w, p: {"kind": "do", "title": "New"}),
    Entry("api:change_path_step", patch=EDIT, delete=EDIT, kwargs=step_of_path, data=lambda w, p: {"title": "Other"}),
    Entry("api:remove_path_step", delete=EDIT, kwargs=step_of_path),
    Entry("api:arrange_path", put=EDIT, kwargs=path_slug, data=lambda w, p: {"steps": [p.steps[1].pk]}),
    Entry("api:preview_path_alignment", get=EDIT, kwargs=path_slug),
    # Nothing is under way: whoever may ask is told so.
    Entry(
        "api:alignment_progress", get={place: told.replace("o", "n") for place, told in EDIT.items()}, kwargs=path_slug
    ),
    Entry("api:align_path", post=EDIT, kwargs=path_slug, data=lambda w, p: {}),
    Entry(
        "api:enrol_people",
        post=EDIT,
        kwargs=path_slug,
        data=lambda w, p: {"people": ["mika.example"], "start_on": "2026-11-02"},
    ),
    Entry("api:list_enrolments", get="oooooou"),
    Entry("api:list_tasks", get="oooooou"),
    Entry("api:read_enrolment", get=EYES, kwargs=one),
    Entry("api:change_enrolment", patch=MANAGE, kwargs=one, data=lambda w, p: {"paused": True}),
    Entry("api:preview_start", get=EYES, kwargs=one, query=lambda w, p: "?start_on=2026-12-01"),
    Entry("api:add_own_step", post=AFTER, kwargs=one, data=lambda w, p: {"kind": "do", "title": "Own"}),
    Entry("api:change_own_step", patch=AFTER, kwargs=step_of_ben, data=lambda w, p: {"skipped": True, "reason": "x"}),
    Entry("api:remove_own_step", delete=dict.fromkeys(READ, "ffnfnnu"), kwargs=step_of_ben),
    Entry("api:complete_step", put=DOES_IT, kwargs=step_of_ben, data=lambda w, p: {}),
    Entry("api:reopen_step", delete=DOES_IT, kwargs=step_of_ben),
    Entry("api:read_task_link", get=MANAGE, kwargs=task_for_ben),
    Entry("api:open_task_link", post=MANAGE, kwargs=task_for_ben),
    Entry("api:close_task_link", delete=MANAGE, kwargs=task_for_ben),
    # Without a file it is refused before anybody looks whose task it is.
    Entry("api:do_task_with_files", post="xxxxxxu", kwargs=task_for_ben),
    Entry("api:list_holders", get=EYES, kwargs=one),
    Entry(
        "api:hold_role",
        put=MANAGE,
        kwargs=lambda w, p: {"pk": p.enrolment.pk, "role": p.role.pk},
        data=lambda w, p: {"holder": ""},
    ),
    Entry("api:nudge", post=AFTER, kwargs=step_of_ben),
    Entry("api:ask_about", post=DOES_IT, kwargs=step_of_ben, data=lambda w, p: {"words": "Which one?"}),
]
