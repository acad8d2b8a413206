"""Who finds what: results, counts, suggestions and tags, for the whole cast."""

import shutil

import pytest
from django.urls import reverse

from search import find
from search.engines import engine
from search.query import parse
from search.switcher.reading import suggest

# Who may read what is in which place.
READERS = {
    "everyone": {"aino", "ben", "cleo", "mika", "root"},
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}


def places_of(name: str) -> set[str]:
    return {place for place, readers in READERS.items() if name in readers}


def test_everybody_finds_the_pages_and_posts_of_their_places_and_no_others(cast, house):
    for name, user in cast.people.items():
        found = find.search(user, parse("kuutamo"), size=50)
        assert not found.is_plain
        seen = {result.url for result in found.results}
        for place in READERS:
            expected = place in places_of(name)
            assert (house.pages[place].get_absolute_url() in seen) is expected, (name, place)
            assert (house.posts[place].get_absolute_url() in seen) is expected, (name, place)


def test_counts_tell_only_of_what_the_reader_may_see(cast, house):
    for name, user in cast.people.items():
        number = len(places_of(name))
        found = find.search(user, parse("kuutamo"), size=1)
        assert found.counts == {"page": number, "post": 2 * number, "tag": 1}, name
        assert found.total == 3 * number + 1
        narrowed = find.search(user, parse("kuutamo"), kind="page")
        assert narrowed.total == number
        assert narrowed.counts == found.counts


def test_no_operator_opens_a_closed_place(cast, house, sign_in):
    for name, user in cast.people.items():
        client = sign_in(user)
        for place in READERS:
            secret = f"salaisuus{place}"
            for question in (
                secret, f'"{secret}"', f"in:{place} kuutamo {secret}", f"tag:kuutamo {secret}", f"from:aino {secret}",
                f"zzz OR {secret}", f"title:kuutamoretki {secret} type:page after:2020",
            ):  # fmt: skip
                page = client.get(reverse("search:search"), {"q": question}).content.decode()
                assert (f"Salaisuus{place}" in page.replace("<mark>", "")) is (place in places_of(name)), (
                    name,
                    question,
                )


def suggested(user, text):
    """Return places and people, and tags, that the switcher offers."""
    groups = suggest(user, text)
    return [one for group in groups for one in group.results], [one for group in groups for one in group.tags]


def test_suggestions_name_only_what_the_reader_may_see(cast, house):
    for name, user in cast.people.items():
        results, tags = suggested(user, "kuut")
        assert {str(result.title) for result in results} == {f"Kuutamoretki {place}" for place in places_of(name)}
        assert [(tag.slug, number) for tag, number in tags] == [("kuutamo", 2 * len(places_of(name)))]


def test_suggestions_without_an_index_name_only_what_the_reader_may_see(cast, house):
    shutil.rmtree(engine().store.folder)
    for name, user in cast.people.items():
        results, tags = suggested(user, "kuut")
        assert {str(result.title) for result in results} == {f"Kuutamoretki {place}" for place in places_of(name)}
        assert tags == []
        people = {result.name for result in suggested(user, "cleo")[0]}
        assert bool(people) is (name != "gita")
        vault = [result for result in suggested(user, "vault")[0] if result.kind == "community"]
        assert bool(vault) is (name in {"aino", "ben", "mika"})


def test_hidden_communities_are_suggested_to_their_members_only(cast, house):
    known = {"aino": "Everyone Lab Vault Yard", "cleo": "Everyone Lab Yard", "gita": "Lab", "root": "Everyone Lab Yard"}
    for name, communities in known.items():
        seen = set()
        for beginning in ("every", "yard", "lab", "vault"):
            results, _ = suggested(cast.people[name], beginning)
            seen |= {str(result.title) for result in results if result.kind == "community"}
        assert seen == set(communities.split()), name


def test_guest_finds_the_people_of_her_communities_and_no_others(cast, house):
    from intranet.people.models import User

    def people(user):
        found = find.search(user, parse("example type:person"), size=50)
        assert found.counts == ({"person": len(found.results)} if found.results else {})
        return {User.objects.get(pk=result.pk).get_short_name() for result in found.results}

    assert people(cast.gita) == {"Aino", "Ben", "Mika", "Gita"}
    assert people(cast.aino) == {"Aino", "Ben", "Cleo", "Mika", "Gita", "Root"}
    assert people(cast.cleo) == {"Aino", "Ben", "Cleo", "Mika", "Root"}


def test_tag_page_shows_only_what_the_reader_may_see(cast, house, sign_in):
    for name, user in cast.people.items():
        page = sign_in(user).get(reverse("search:tag", args=["kuutamo"])).content.decode()
        for place in READERS:
            assert (f"Kuutamoretki {place}" in page) is (place in places_of(name)), (name, place)


def test_tag_that_only_a_closed_place_uses_does_not_exist_for_outsiders(cast, house, sign_in):
    from wiki.actions import create_page

    create_page(actor=cast.aino, community=cast.vault, title="Piilo", body="x", tags=["piilotunniste"])
    assert sign_in(cast.aino).get("/tags/piilotunniste/").status_code == 200
    hidden, unknown = sign_in(cast.cleo).get("/tags/piilotunniste/"), sign_in(cast.cleo).get("/tags/olematonta/")
    assert hidden.status_code == unknown.status_code == 404


def test_who_leaves_a_community_finds_nothing_of_it_at_once(cast, house):
    from intranet.people.models import Membership

    assert find.search(cast.ben, parse("salaisuusvault")).total == 1
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    found = find.search(cast.ben, parse("salaisuusvault"))
    assert (found.total, found.results, found.counts) == (0, [], {})


def test_what_changed_place_since_the_last_write_of_the_index_is_not_shown(cast, house):
    from wiki.models import WikiPage

    WikiPage.objects.filter(pk=house.pages["yard"].pk).update(community=cast.vault)
    found = find.search(cast.cleo, parse("salaisuusyard"))
    assert (found.total, found.results, found.counts) == (0, [], {})


def test_stranger_is_sent_to_sign_in(house, client):
    for url in ("/search/?q=kuutamo", "/search/suggest/?q=kuu", "/search/switcher/", "/tags/kuutamo/"):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", ["/search/?q=kuutamo", "/search/suggest/?q=kuut", "/tags/kuutamo/"])
def test_number_of_queries_is_the_same_for_three_and_for_thirty_hits(cast, house, sign_in, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from search.readers import rebuild
    from wiki.actions import create_page

    def count() -> int:
        client = sign_in(cast.aino)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    before = count()
    for number in range(9):
        create_page(actor=cast.aino, community=cast.yard, title=f"Kuutamo {number}", body="kuutamo", tags=["kuutamo"])
    rebuild()
    assert count() <= before
    assert before <= (8 if "q=" in url else 16)


@pytest.mark.parametrize(
    ("address", "statements"),
    [("?q=hiutale", 11), ("?q=hiutale tunturi", 11), ("?q=hiutale&in=yard&tag=kuutamo&lang=fi", 12),
     ("?q=hiutale&sort=new", 10)],
)  # fmt: skip
def test_a_page_of_results_takes_so_many_statements_of_postgresql_with_three_rows_and_with_thirty(
    cast, house, sign_in, settings, address, statements
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from search.readers import rebuild
    from wiki.actions import create_page

    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL: the index is asked by statements of its own")
    settings.SEARCH_URL = "postgres://"
    for total in (3, 30):
        for number in range(0 if total == 3 else 3, total):
            create_page(
                actor=cast.aino, community=cast.yard, title=f"Hiutale {number}", body="hiutale ja tunturi",
                tags=["kuutamo"], language="fi",
            )  # fmt: skip
        rebuild()
        client = sign_in(cast.aino)
        client.get(f"/search/{address}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/search/{address}").content.decode()
        assert page.count('<article class="hit"') == min(total, 10)
        # The savepoints are the test's: a question is a transaction.
        assert len([query for query in queries if "SAVEPOINT" not in (query["sql"] or "")]) == statements


def test_api_finds_the_same_with_the_same_rights(cast, house, sign_in):
    for name, user in cast.people.items():
        answer = sign_in(user).get("/api/v1/search", {"q": "kuutamo"})
        assert answer.status_code == 200, answer.content
        assert answer.json()["total"] == 3 * len(places_of(name)) + 1
    assert sign_in(cast.aino).get("/api/v1/search", {"q": "kuutamo", "kind": "x"}).status_code == 422
