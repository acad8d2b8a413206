"""Paths in their versions, the people on them, and the rules that put people there."""

from wiki.onboarding.models.alignments import Alignment
from wiki.onboarding.models.doors import CalendarDoor, Welcome
from wiki.onboarding.models.enrolments import (
    Completion,
    CompletionFile,
    Enrolment,
    EnrolmentQuerySet,
    Pause,
    RoleHolder,
    StepState,
    Unclear,
)
from wiki.onboarding.models.paths import Path, PathVersion, Role, Step, StepLink, VersionStep
from wiki.onboarding.models.reminders import Reminder, ReminderBundle, ReminderRun
from wiki.onboarding.models.rules import PathRule, RuleMatch
from wiki.onboarding.models.tasklinks import TaskLink

__all__ = [
    "Alignment",
    "CalendarDoor",
    "Completion",
    "CompletionFile",
    "Enrolment",
    "EnrolmentQuerySet",
    "Path",
    "PathRule",
    "PathVersion",
    "Pause",
    "Reminder",
    "ReminderBundle",
    "ReminderRun",
    "Role",
    "RoleHolder",
    "RuleMatch",
    "Step",
    "StepLink",
    "StepState",
    "TaskLink",
    "Unclear",
    "VersionStep",
    "Welcome",
]
