"""Who may do what for people on a path, as `url_table` does it for the rest of the house.

Ben is on it; Aino is his buddy, Mika his manager and the path's owner. Aino has a task to do for him.
"""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from tests.house.url_rows import ANYBODY, ONLY_AINO, ONLY_MIKA, SIGNED_IN, Entry, own_step, path_slug
from tests.house.world import World

LOOK_AFTER = {"yard": "onnonnl", "lab": "onnonnl", "vault": "onnonnl"}
MANAGE = {"yard": "fnnonnl", "lab": "fnnonnl", "vault": "fnnonnl"}
# What the path has is not taken off one person's list like a step of her own.
NOT_HERS_ALONE = {"yard": "fnnfnnl", "lab": "fnnfnnl", "vault": "fnnfnnl"}


def on_path(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk}


def task(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk, "step_pk": p.task.pk}


def today(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"start_on": timezone.localdate().isoformat()}


CARE_OF_PEOPLE = [
    Entry("onboarding:people", get=SIGNED_IN),
    Entry("onboarding:look_after", get=LOOK_AFTER, kwargs=on_path),
    Entry("onboarding:own_step_add", get=LOOK_AFTER, post=LOOK_AFTER, kwargs=on_path),
    Entry("onboarding:reassign", get=LOOK_AFTER, post=LOOK_AFTER, kwargs=on_path),
    Entry("onboarding:start_move", get=MANAGE, post=MANAGE, kwargs=on_path, data=today),
    Entry("onboarding:pause", get=MANAGE, post=MANAGE, kwargs=on_path),
    Entry("onboarding:resume", post=MANAGE, kwargs=on_path),
    Entry("onboarding:enrolment_end", get=MANAGE, post=MANAGE, kwargs=on_path),
    Entry("onboarding:their_step", get=LOOK_AFTER, kwargs=own_step),
    Entry("onboarding:nudge", post=LOOK_AFTER, kwargs=own_step),
    Entry("onboarding:skip", post=LOOK_AFTER, kwargs=own_step, data=lambda w, p: {"reason": "Not needed"}),
    Entry("onboarding:unskip", post=LOOK_AFTER, kwargs=own_step),
    Entry("onboarding:set_day", post=LOOK_AFTER, kwargs=own_step),
    Entry("onboarding:take_back", post=NOT_HERS_ALONE, kwargs=own_step),
    Entry("onboarding:tasks", get=SIGNED_IN),
    Entry("onboarding:task", get=ONLY_AINO, post=ONLY_AINO, kwargs=task),
    Entry("onboarding:task_undo", post=ONLY_AINO, kwargs=task),
    Entry("onboarding:task_link", post=MANAGE, kwargs=task),
    Entry("onboarding:task_link_end", post=MANAGE, kwargs=task),
    Entry("onboarding:insight", get=ONLY_MIKA, kwargs=path_slug),
    Entry("onboarding:insight_export", post=ONLY_MIKA, kwargs=path_slug),
    Entry("api:read_insight", get=dict.fromkeys(ONLY_MIKA, "nnnonnu"), kwargs=path_slug),
    Entry("api:export_path", post=dict.fromkeys(ONLY_MIKA, "nnnonnu"), kwargs=path_slug),
    # Who has the secret need not be anybody.
    Entry("onboarding:linked_task", get=ANYBODY, post=ANYBODY, kwargs=lambda w, p: {"secret": p.task_secret}),
]
