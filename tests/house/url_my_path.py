"""The rows of the table for the way of whoever walks a path, and for the doors that open without signing in."""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from tests.house.url_rows import ANYBODY, NOBODY, ON_PATH, ONLY_BEN, SIGNED_IN, Entry, own_step
from tests.house.world import World

API = "oooooou"
# Aino is the buddy, Mika manager and owner; Ben, whose link it is, has it sent to him.
LOOK_AFTER = dict.fromkeys(("yard", "lab", "vault"), "onnonnl")
ON_PATH_API = {place: row[:-1] + "u" for place, row in ON_PATH.items()}
LOOK_AFTER_API = {place: row[:-1] + "u" for place, row in LOOK_AFTER.items()}


def on(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk}


def on_api(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"enrolment": p.enrolment.pk}


def step_api(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"enrolment": p.enrolment.pk, "step": p.steps[0].pk}


def link(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"token": p.welcome}


def today(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"until_on": str(timezone.localdate())}


MY_PATH = [
    Entry("onboarding:my_path", get=SIGNED_IN),
    Entry("onboarding:enrolment", get=ON_PATH, kwargs=on),
    Entry("onboarding:step", get=ON_PATH, kwargs=own_step),
    Entry("onboarding:step_complete", post=ONLY_BEN, kwargs=own_step),
    Entry("onboarding:step_reopen", post=ONLY_BEN, kwargs=own_step),
    Entry("onboarding:step_unclear", post=ONLY_BEN, kwargs=own_step, data=lambda w, p: {"words": "How?"}),
    Entry("onboarding:step_file", get=ON_PATH, kwargs=lambda w, p: {"pk": p.enrolment.pk, "file_pk": p.step_file.pk}),
    Entry("onboarding:bar", get=ONLY_BEN, kwargs=lambda w, p: {"page_pk": p.page.pk}),
    Entry("onboarding:calendar_key", get=SIGNED_IN, post=SIGNED_IN),
    Entry("onboarding:calendar_close", post=SIGNED_IN),
    Entry("onboarding:welcome_key", get=LOOK_AFTER, post=LOOK_AFTER, kwargs=on, data=today),
    Entry("onboarding:welcome_close", post=LOOK_AFTER, kwargs=on),
    # Whoever has the address; what it opens and what it does not: tests/onboarding/test_doors.py.
    Entry("onboarding:calendar", get=ANYBODY, kwargs=lambda w, p: {"token": w.calendar}),
    Entry("onboarding:welcome", get=ANYBODY, kwargs=link),
    Entry("onboarding:welcome_page", get=ANYBODY, kwargs=lambda w, p: {"token": p.welcome, "number": 1}),
    # A file of the community that none of the pages shows.
    Entry("onboarding:welcome_file", get=NOBODY, kwargs=lambda w, p: {"token": p.welcome, "file": p.file.pk}),
    Entry("api:my_path", get=API),
    Entry("api:my_step", get=ON_PATH_API, kwargs=step_api),
    # Without a file it is refused before anybody looks whose step it is.
    Entry("api:do_my_step_with_files", post="xxxxxxu", kwargs=step_api),
    Entry("api:my_step_file", get=ON_PATH_API,
          kwargs=lambda w, p: {"enrolment": p.enrolment.pk, "file": p.step_file.pk}),
    Entry("api:my_calendar", get=API),
    Entry("api:open_calendar", post=API),
    Entry("api:close_calendar", delete=API),
    Entry("api:show_welcome", get=LOOK_AFTER_API, kwargs=on_api),
    Entry("api:open_welcome", post=LOOK_AFTER_API, kwargs=on_api, data=today),
    Entry("api:close_welcome", delete=LOOK_AFTER_API, kwargs=on_api),
]  # fmt: skip
