"""What is said before a start that cannot end well."""

import pytest

from search.checks import check_search_server
from search.engines import SearchAwayError, open_engine
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
