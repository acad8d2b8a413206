"""Paths and the people on them, for programs: the same actions, the same eyes."""

from wiki.onboarding.api.enrolments import router as enrolments
from wiki.onboarding.api.making import examples
from wiki.onboarding.api.making import router as making
from wiki.onboarding.api.paths import router as paths
from wiki.onboarding.api.tasks import router as tasks
from wiki.onboarding.insight.api import router as insight
from wiki.onboarding.mine.api import router as my_path

enrolments.add_router("", tasks)
paths.add_router("", making)
paths.add_router("", insight)

__all__ = ["enrolments", "examples", "my_path", "paths"]
