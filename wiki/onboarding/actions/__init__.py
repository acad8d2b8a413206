"""Everything that changes a path or somebody's way along it."""

from wiki.onboarding.actions.aligning import align
from wiki.onboarding.actions.care import (
    add_step_for,
    nudge,
    set_due,
    skip_step,
    take_step_back,
    unskip_step,
)
from wiki.onboarding.actions.enrolling import ROLES, end_enrolment, enrol, enrol_many, hold_role, reassign
from wiki.onboarding.actions.paths import change_path, copy_path, create_path, save_role
from wiki.onboarding.actions.ruling import add_rule, remove_rule
from wiki.onboarding.actions.structure import (
    Place,
    arrange_steps,
    describe_version,
    move_step,
    remove_step,
    restore_step,
    save_step,
)
from wiki.onboarding.actions.timing import move_start, pause, resume
from wiki.onboarding.actions.walking import ask_about, complete_step, reopen_step

__all__ = [
    "ROLES",
    "Place",
    "add_rule",
    "add_step_for",
    "align",
    "arrange_steps",
    "ask_about",
    "change_path",
    "complete_step",
    "copy_path",
    "create_path",
    "describe_version",
    "end_enrolment",
    "enrol",
    "enrol_many",
    "hold_role",
    "move_start",
    "move_step",
    "nudge",
    "pause",
    "reassign",
    "remove_rule",
    "remove_step",
    "reopen_step",
    "restore_step",
    "resume",
    "save_role",
    "save_step",
    "set_due",
    "skip_step",
    "take_step_back",
    "unskip_step",
]
