"""The cast, and a house for them to live in."""

import os
import tempfile

# Before the settings are read: tests never touch a person's data folder.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="loikka-test-")
os.environ.setdefault("BASE_URL", "http://testserver")

import pytest
from django.conf import settings
from django.test import Client

from tests.builders import Cast, build_cast


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def cast(db: None) -> Cast:
    """Aino, Ben, Cleo, Mika, Gita and Root with their four communities."""
    return build_cast()


@pytest.fixture
def sign_in():
    """Return a function that gives a browser-like client signed in as somebody."""

    def as_user(user, **extra) -> Client:
        client = Client(**extra)
        client.force_login(user, backend="intranet.people.backends.PersonBackend")
        return client

    return as_user
