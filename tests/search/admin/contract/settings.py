"""modelsearch's own test app with our backend, and nothing of the house: for the contract in a process of its own."""

import os
from pathlib import Path

from intranet import env

HERE = Path(__file__).parent
SECRET_KEY = "not a secret"
INSTALLED_APPS = [
    "modelsearch.test.testapp",
    "modelsearch",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
# The engine under test, never its data: a database of its own that goes with the process.
DATABASES = {"default": env.database(env.text("DATABASE_URL"), HERE)}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"NAME": f"modelsearch_contract_{os.getpid()}"}
else:
    DATABASES["default"]["NAME"] = ":memory:"
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "search.admin_backend", "PATH": env.text("CONTRACT_FOLDER")}}
FIXTURE_DIRS = [HERE / "fixtures"]
ROOT_URLCONF = "modelsearch.test.urls"
USE_TZ = True
