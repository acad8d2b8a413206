"""One furnished house for all rules about addresses, and somebody signed in as everybody."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from intranet.schema import migration_files

PEOPLE = ("aino", "ben", "cleo", "mika", "gita", "root", "stranger")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One furnished house for a whole module; every request in it is taken back."""
    from search.readers import rebuild
    from tests.house.world import build_world  # models, which pytest loads after its first conftests

    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        # These tables were not made by migrations, but /readyz asks for their names.
        recorder.ensure_schema()
        with transaction.atomic():
            recorder.migration_qs.bulk_create(
                recorder.Migration(app=app, name=name)
                for app, name in sorted(migration_files() - set(recorder.applied_migrations()))
            )
            furnished = build_world()
            # /readyz asks for a search index too; without a worker nobody else makes one.
            rebuild()
            yield furnished
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(world) -> dict[str, Client]:
    """Return a client for each of the cast; the stranger's is not signed in."""
    made = {}
    for name in PEOPLE:
        made[name] = Client(raise_request_exception=False)
        if name != "stranger":
            made[name].force_login(world.cast.people[name], backend="intranet.people.backends.PersonBackend")
    return made


@pytest.fixture
def taken_back() -> Callable[[], AbstractContextManager[None]]:
    """Return a context that undoes what happens inside, in the database and in the cache."""

    @contextmanager
    def undo() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        cache.clear()

    return undo
