"""Programs of the cast. (Models may not be imported while pytest reads this file.)"""

import pytest


@pytest.fixture
def program(db):
    """Return a function that gives a program of somebody, nobody having been counted yet."""
    from django.core.cache import cache

    from tests.api.programs import Program

    cache.clear()
    return Program
