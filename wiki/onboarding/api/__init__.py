"""Paths and the people on them, for programs: the same actions, the same eyes."""

from wiki.onboarding.api.enrolments import router as enrolments
from wiki.onboarding.api.paths import router as paths
from wiki.onboarding.mine.api import router as my_path

__all__ = ["enrolments", "my_path", "paths"]
