"""Helpers of the feed's tests."""

import pytest


@pytest.fixture(autouse=True)
def empty_cache():
    """No test finds what another one left in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def say():
    """Return a function that publishes: say(aino, community, "text")."""
    from feed.actions import publish_post

    def publish(actor, community, body="Hello from here.", **more):
        return publish_post(actor=actor, community=community, body=body, **more)

    return publish


@pytest.fixture
def answer():
    """Return a function that replies: answer(ben, post, "text")."""
    from feed.actions import reply_to_post

    def reply(actor, post, body="Thank you.", **more):
        return reply_to_post(actor=actor, post=post, body=body, **more)

    return reply


@pytest.fixture
def program(db):
    """Return what speaks to the API with somebody's access token."""
    from tests.api.programs import Program

    return Program
