"""What is said before a start that cannot end well."""

import pytest

from search.checks import check_search_server
from search.engines import SearchAwayError, engine, engine_named, open_engine
from tests.search.conformance.asking import ask

pytestmark = pytest.mark.any_engine


def test_missing_client_is_away_and_said_at_the_start(monkeypatch, settings):
    import sys

    settings.SEARCH_URL = "opensearchs://search.example"
    assert check_search_server() == []
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(SearchAwayError, match="not installed"):
        ask(open_engine(settings.SEARCH_URL), "sana")
    [complaint] = check_search_server()
    assert complaint.id == "search.E001"
    assert "requirements/opensearch.txt" in complaint.hint
    settings.SEARCH_URL = "whoosh://"
    assert check_search_server() == []


@pytest.mark.parametrize(
    ("url", "is_warned"),
    [
        ("opensearch://search.example", True),
        ("elasticsearch://localhost,search.example", True),
        ("opensearch://127.0.0.1:9200", False),
        ("opensearch://localhost", False),
        ("opensearchs://search.example", False),
    ],
)
def test_texts_of_the_house_in_the_clear_are_warned_of(settings, url, is_warned):
    settings.SEARCH_URL = url
    assert [one.id for one in check_search_server()] == ["search.W001"] * is_warned


def test_check_says_how_far_the_engine_was_tried(cast, house, settings):
    from io import StringIO

    from django.core.management import call_command

    from tests.search.opensearch.servers import an_address

    address = an_address()
    call_command("search_rebuild", engine=address, verbosity=0)
    said = StringIO()
    call_command("search_check", engine=address, stdout=said)
    assert "never on a server of OpenSearch" in said.getvalue()
    assert "0 missing or old, 0 too many" in said.getvalue()
    settings.SEARCH_URL = address
    assert engine_named("opensearch") is engine()
