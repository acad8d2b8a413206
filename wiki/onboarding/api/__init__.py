"""Paths and the people on them, for programs: the same actions, the same eyes."""

from wiki.onboarding.api.enrolments import router as enrolments
from wiki.onboarding.api.paths import router as paths

__all__ = ["enrolments", "paths"]
