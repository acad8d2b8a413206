"""A pytest plugin (`-p tests.databases`) that keeps the tests that touch the database, for the second engine."""

import pytest

TOUCH = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    keep = [item for item in items if touches(item) and not item.get_closest_marker("any_engine")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(keep)])
    items[:] = keep


def touches(item: pytest.Item) -> bool:
    """Does a test use the database?"""
    return bool(item.get_closest_marker("django_db") or TOUCH & set(getattr(item, "fixturenames", ())))
