"""The cast, and a house for them to live in."""

import atexit
import gc
import os
import shutil
import tempfile

# Before the settings are read (which is why pyproject.toml does not name them): tests never touch a person's data.
os.environ["DJANGO_SETTINGS_MODULE"] = "intranet.settings"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="loikka-test-")
os.mkdir(os.path.join(os.environ["DATA_DIR"], "static"))  # whitenoise warns about a missing one
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("BASE_URL", "http://testserver")
os.environ["OUTBOUND_HTTP"] = "0"  # tests ask nobody outside

import pytest
from django.conf import settings
from django.test import Client
from django.test.signals import setting_changed


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Under xdist the storages are made before this: tell them.
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ALLOWED_HOSTS = ["*"]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A file, because threads that share a database in memory refuse each other instead of waiting.
        place = os.path.join(os.environ["DATA_DIR"], "test.sqlite3")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = place  # Django may have filled in the rest
    if config.getoption("numprocesses", None):
        # pytest-django reads the settings early where the environment names them. Processes of xdist inherit it, and
        # would read them with this process's DATA_DIR: one index and one folder of locks for all of them.
        del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow ones: a long test that one process starts last keeps the others waiting."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Look for garbage in what tests leave, not again and again in the modules and the thousands of collected tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def plant(**_signal) -> None:
    """Make the page tree where Wagtail's migrations would have made it: once, not anew in every test."""
    from django_tasks_db.models import DBTaskResult

    from tests.builders import ensure_tree

    ensure_tree()
    DBTaskResult.objects.all().delete()  # to index its references


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Plant the page tree whenever the tables are made or emptied."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    post_migrate.connect(plant, sender=apps.get_app_config("wagtailcore"), dispatch_uid="tests.plant")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let go of the database before it is dropped: threads that tests started may still hold a connection."""
    yield
    from django.db import connection, connections

    from intranet.activity.live.rights import pool

    pool.submit(connections.close_all).result(10)
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def empty_cache():
    """Begin with nothing kept: numbers of people come again when a database is emptied."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def cast(db: None):
    """Aino, Ben, Cleo, Mika, Gita and Root with their four communities."""
    from tests.builders import build_cast  # models, which pytest-django loads after this file

    return build_cast()


@pytest.fixture
def sign_in():
    """Return a function that gives a browser-like client signed in as somebody."""

    def as_user(user, **extra) -> Client:
        client = Client(**extra)
        client.force_login(user, backend="intranet.people.backends.PersonBackend")
        return client

    return as_user
