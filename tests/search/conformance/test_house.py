"""Who finds what, and how the diary keeps it true: the same tests as with Whoosh, over the other engines."""

import pytest

from tests.search.conformance.conftest import OTHERS, address
from tests.search.test_find import (  # noqa: F401
    test_api_finds_the_same_with_the_same_rights,
    test_counts_tell_only_of_what_the_reader_may_see,
    test_everybody_finds_the_pages_and_posts_of_their_places_and_no_others,
    test_guest_finds_the_people_of_her_communities_and_no_others,
    test_hidden_communities_are_suggested_to_their_members_only,
    test_no_operator_opens_a_closed_place,
    test_suggestions_name_only_what_the_reader_may_see,
    test_what_changed_place_since_the_last_write_of_the_index_is_not_shown,
    test_who_leaves_a_community_finds_nothing_of_it_at_once,
)
from tests.search.test_hostile import test_hostile_questions_are_answered_within_a_second  # noqa: F401
from tests.search.test_spelling import (  # noqa: F401
    test_closed_places_change_nothing_of_what_is_proposed,
    test_names_are_proposed_from_the_first_on_to_those_who_may_know_them,
    test_page_and_api_propose_what_the_reader_may_see,
    test_what_things_are_called_is_proposed_from_the_first_on_and_what_files_are_called_is_not,
    test_what_went_out_of_sight_since_the_index_was_written_is_not_proposed,
)
from tests.search.test_standing import (  # noqa: F401
    kept,
    test_page_falls_due_without_being_written_again,
    test_pages_are_found_by_how_they_stand_today,
    test_state_opens_no_closed_place,
)
from tests.search.test_upkeep import (  # noqa: F401
    course,
    drifted,
    test_check_after_a_start_puts_right_what_passed_by_the_diary,
)
from tests.search.test_worker import (  # noqa: F401
    test_branch_that_moves_into_a_hidden_place_leaves_the_open_index,
    test_closed_account_is_found_no_more,
    test_guest_who_is_invited_finds_the_people_there,
    test_page_is_found_after_publishing_editing_trashing_and_restoring,
    test_post_is_found_after_publishing_and_editing_and_not_after_deleting,
    test_same_rows_twice_change_nothing,
)


@pytest.fixture(params=OTHERS)
def index(request, settings, tmp_path, db):
    """Let the house search with another engine than Whoosh."""
    from search.engines import engine
    from search.engines.whoosh import WhooshEngine

    settings.SEARCH_URL = address(request.param, tmp_path)
    assert not isinstance(engine(), WhooshEngine)
    return engine()


def test_missing_index_never_breaks_a_page_and_heals_by_itself(cast, index, sign_in):
    from feed.actions import publish_post
    from search import find
    from search.query import parse
    from search.readers import keep_index_well

    publish_post(actor=cast.aino, community=cast.vault, body="Katsotaan kuutamoa")
    for name, user in cast.people.items():
        answer = sign_in(user).get("/search/", {"q": "kuutamoa"})
        assert b"Search is being rebuilt" in answer.content
        assert (b"Katsotaan" in answer.content) is (name in {"aino", "ben", "mika"})
    assert keep_index_well().is_well
    found = find.search(cast.aino, parse("kuutamo"))
    assert (found.total, found.is_plain) == (1, False)
