"""A conversation to make pages of."""

import pytest


@pytest.fixture
def talk(cast):
    """Return a function that makes Aino ask and Ben and Gita (where she is) answer."""
    from feed import actions as feed  # models, which pytest-django loads after this file

    def make(place=None, question="How do we dry the wood?"):
        where = place or cast.yard
        thread = feed.publish_post(actor=cast.aino, community=where, body=question)
        replies = [feed.reply_to_post(actor=cast.ben, post=thread, body="Under a roof, two summers at least.")]
        if where == cast.lab:
            replies.append(feed.reply_to_post(actor=cast.gita, post=thread, body="With the wind, says the guest."))
        return thread, replies

    return make
