"""A pytest plugin (`-p tests.databases`) that keeps the tests that touch the database, for the second engine."""

import pytest

TOUCH = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    keep = [i for i in items if i.get_closest_marker("django_db") or TOUCH & set(getattr(i, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(keep)])
    items[:] = keep
