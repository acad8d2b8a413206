"""A tag's page, the cloud and the API: everything tagged, for each what she may see, and nothing told beside."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from taggit.models import Tag

from feed.actions import add_file, publish_post
from intranet.people.actions import change_profile
from intranet.people.models import TagSynonym
from search.query import parse
from search.switcher.reading import suggest
from tests.house.world import picture
from wiki.actions import create_page
from wiki.tags.actions import add_synonym, merge_tags, rename_tag

READERS = {
    "aino": {"everyone", "yard", "lab", "vault"},
    "ben": {"everyone", "yard", "lab", "vault"},
    "cleo": {"everyone", "yard"},
    "mika": {"everyone", "yard", "lab", "vault"},
    "gita": {"lab"},
    "root": {"everyone", "yard"},
}


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


@pytest.fixture
def marked(cast):
    """In each community a page and a post with #kuutamo and with a word of its own; Ben can #kuutamo."""
    for name in ("everyone", "yard", "lab", "vault"):
        place = getattr(cast, name)
        create_page(actor=cast.aino, community=place, title=f"Retki {name}", body="x", tags=["kuutamo", f"oma-{name}"])
        publish_post(actor=cast.aino, community=place, body=f"Puhetta {name} #kuutamo")
    change_profile(actor=cast.ben, person=cast.ben, skills=["kuutamo"])


@pytest.mark.parametrize("name", READERS)
def test_each_sees_what_she_may_read_and_counts_no_more(cast, marked, sign_in, name):
    page = sign_in(getattr(cast, name)).get("/tags/kuutamo/").content.decode()
    for place in ("everyone", "yard", "lab", "vault"):
        assert (f"Retki {place}" in page) == (place in READERS[name])
        assert (f"Puhetta {place}" in page) == (place in READERS[name])
    found = sign_in(getattr(cast, name)).get("/api/v1/vocabulary/kuutamo").json()
    many = len(READERS[name])
    # Gita knows Ben from the laboratory.
    assert found["counts"] == {"page": many, "post": many, "person": 1}


@pytest.mark.parametrize("kind", ["page", "post", "person", "nonsense"])
def test_a_tab_shows_one_kind(cast, marked, sign_in, kind):
    page = sign_in(cast.cleo).get(f"/tags/kuutamo/?kind={kind}").content.decode()
    assert ("Retki yard" in page) == (kind in {"page", "nonsense"})
    assert ("Puhetta yard" in page) == (kind in {"post", "nonsense"})


def test_files_are_there_with_their_page_or_post(cast, sign_in):
    from feed.models import FileText

    page = create_page(actor=cast.aino, community=cast.vault, title="Files", body="x", tags=["tiedostot"])
    file = add_file(actor=cast.aino, community=cast.vault, file=ContentFile(picture()), name="kaavio.png")
    type(file).objects.filter(pk=file.pk).update(page=page.pk)
    FileText.objects.create(attachment=file, state="read", text="kaavio")
    assert "kaavio.png" in sign_in(cast.ben).get("/tags/tiedostot/?kind=file").content.decode()
    assert sign_in(cast.cleo).get("/tags/tiedostot/?kind=file").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "9999", "1e3", ""])
def test_any_page_number_is_answered(cast, marked, sign_in, page):
    assert sign_in(cast.aino).get(f"/tags/kuutamo/?kind=page&page={page}").status_code == 200


def test_a_kind_is_leafed_through_without_gaps(cast, sign_in):
    for number in range(43):
        publish_post(actor=cast.aino, community=cast.yard, body=f"Numero-{number:02} #pitka")
    client, seen = sign_in(cast.ben), []
    for page in (1, 2, 3):
        found = client.get(f"/api/v1/vocabulary/pitka/things?kind=post&page={page}").json()
        assert found["total"] == 43
        seen += [one["id"] for one in found["items"]]
    assert len(seen) == len(set(seen)) == 43
    assert "page=2" in client.get("/tags/pitka/?kind=post").content.decode()
    assert "page=4" not in client.get("/tags/pitka/?kind=post&page=3").content.decode()


@pytest.mark.parametrize("url", ["/tags/kuutamo/", "/tags/kuutamo/?kind=page", "/tags/", "/tags/?community=yard"])
def test_questions_to_the_database_do_not_grow(cast, marked, sign_in, url, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(cast.mika)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(30):
        create_page(
            actor=cast.aino, community=cast.yard, title=f"More {number}", body="x", tags=["kuutamo", f"t{number}"]
        )
        publish_post(actor=cast.aino, community=cast.yard, body=f"More {number} #kuutamo #t{number}")
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


@pytest.mark.parametrize("name", READERS)
def test_cloud_names_only_tags_of_what_one_reads(cast, marked, sign_in, name):
    client = sign_in(getattr(cast, name))
    page = client.get("/tags/").content.decode()
    weights = {one["slug"]: one["count"] for one in client.get("/api/v1/vocabulary").json()}
    for place in ("everyone", "yard", "lab", "vault"):
        assert (f"oma-{place}" in page) == (place in READERS[name])
        assert (f"oma-{place}" in weights) == (place in READERS[name])
    assert weights["kuutamo"] == 2 * len(READERS[name]) + 1


def test_cloud_of_a_community_is_its_own(cast, marked, sign_in):
    client = sign_in(cast.aino)
    assert [one["slug"] for one in client.get("/api/v1/vocabulary?community=vault").json()] == ["kuutamo", "oma-vault"]
    assert client.get("/api/v1/vocabulary?community=vault").json()[0]["count"] == 2
    hidden, unknown = (sign_in(cast.cleo).get(f"/tags/?community={slug}") for slug in ("vault", "nowhere"))
    assert (hidden.status_code, unknown.status_code) == (404, 404)


def test_size_is_not_the_only_sign_in_a_cloud(cast, marked, sign_in):
    page = sign_in(cast.cleo).get("/tags/").content.decode()
    assert '<a class="tag-size-5" href="/tags/kuutamo/">#kuutamo <span class="number">5</span></a>' in page
    assert page.index("#kuutamo") < page.index("#oma-everyone") < page.index("#oma-yard")


def test_an_old_address_leads_on_for_good_and_keeps_its_tab(cast, marked, sign_in):
    merge_tags(actor=cast.mika, tag=tag("oma-yard"), into=tag("kuutamo"))
    rename_tag(actor=cast.mika, tag=tag("kuutamo"), name="täysikuu")
    client = sign_in(cast.cleo)
    for old in ("oma-yard", "kuutamo"):
        answer = client.get(f"/tags/{old}/?kind=post")
        assert (answer.status_code, answer["Location"]) == (
            301,
            reverse("search:tag", args=["täysikuu"]) + "?kind=post",
        )
        assert "no-store" in answer["Cache-Control"]
        assert client.get(f"/api/v1/vocabulary/{old}").json()["slug"] == "täysikuu"
        assert client.get(f"/api/v1/tags/{old}").json()["tag"] == "täysikuu"
        assert client.put(f"/api/v1/following/tags/{old}").status_code == 204
    assert client.get("/api/v1/vocabulary/kuutamo").json()["followed"]
    assert [one["title"] for one in client.get("/api/v1/pages?tag=kuutamo").json()["items"]]


def test_an_old_address_stays_closed_for_whom_it_was_closed(cast, marked, sign_in):
    merge_tags(actor=cast.mika, tag=tag("oma-vault"), into=tag("kuutamo"))
    merge_tags(actor=cast.mika, tag=tag("oma-lab"), into=tag("kuutamo"))
    for name, opens in {"cleo": set(), "root": set(), "gita": {"lab"}, "ben": {"lab", "vault"}}.items():
        client = sign_in(getattr(cast, name))
        for place in ("lab", "vault"):
            word, seen = f"oma-{place}", place in opens
            assert client.get(f"/tags/{word}/").status_code == (301 if seen else 404)
            for url in (f"/api/v1/vocabulary/{word}", f"/api/v1/tags/{word}", f"/api/v1/vocabulary/{word}/things"):
                assert client.get(url).status_code == (200 if seen else 404)
            assert client.put(f"/api/v1/following/tags/{word}").status_code == (204 if seen else 404)
            assert (f"#{word}" in client.get("/tags/kuutamo/").content.decode()) == seen
            assert (word in client.get("/api/v1/vocabulary/kuutamo").json()["synonyms"]) == seen


def test_a_tag_merged_into_a_hidden_ones_name_is_seen_by_its_new_name(cast, marked, sign_in):
    merge_tags(actor=cast.mika, tag=tag("oma-yard"), into=tag("oma-vault"))
    assert "Retki vault" not in sign_in(cast.cleo).get("/tags/oma-vault/").content.decode()
    assert sign_in(cast.gita).get("/tags/oma-yard/").status_code == 404


def test_when_a_word_means_two_things_the_page_says_so(cast, marked, sign_in):
    merge_tags(actor=cast.mika, tag=tag("oma-vault"), into=tag("kuutamo"))
    publish_post(actor=cast.cleo, community=cast.everyone, body="#oma-vault, what is that?")
    inside, outside = (
        sign_in(getattr(cast, name)).get("/tags/oma-vault/").content.decode() for name in ("ben", "cleo")
    )
    assert "also means" in inside
    assert "kuutamo" not in outside


def test_index_and_search_follow_a_merge(cast, index, marked, catch_up):
    from search import find
    from search.readers import rebuild

    rebuild()
    merge_tags(actor=cast.mika, tag=tag("oma-yard"), into=tag("oma-everyone"))
    catch_up()
    catch_up()
    for word in ("tag:oma-everyone", "tag:oma-yard"):
        found = find.search(cast.cleo, parse(word))
        assert sorted(one.name for one in found.results) == ["Retki everyone", "Retki yard"]
    assert not any(group.tags for group in suggest(cast.cleo, "oma-y"))
    add_synonym(actor=cast.mika, tag=tag("oma-everyone"), name="yhteinen")
    assert find.search(cast.cleo, parse("tag:yhteinen")).total == 2
    rename_tag(actor=cast.mika, tag=tag("oma-everyone"), name="kaikki")
    catch_up()
    assert find.search(cast.cleo, parse("tag:kaikki")).total == 2


def test_what_a_hidden_word_means_is_not_found_by_asking_for_it(cast, index, marked, catch_up):
    from search import find
    from search.readers import rebuild

    merge_tags(actor=cast.mika, tag=tag("oma-vault"), into=tag("kuutamo"))
    rebuild()
    assert find.search(cast.cleo, parse("tag:oma-vault")).total == 0
    assert find.search(cast.ben, parse("tag:oma-vault")).total > 0


def test_editors_change_words_in_the_browser(cast, marked, sign_in):
    client = sign_in(cast.mika)
    assert client.post("/tags/oma-yard/rename/", {"name": "piha"}).headers["Location"] == "/tags/piha/edit/"
    asked = client.post("/tags/piha/merge/", {"into": "#kuutamo"}).content.decode()
    assert "cannot be taken back" in asked
    assert tag("piha")
    agreed = f"{tag('piha').pk}-{tag('kuutamo').pk}"
    done = client.post("/tags/piha/merge/", {"into": "kuutamo", "agreed": agreed}, follow=True).content.decode()
    assert "Merged. #piha leads here now." in done
    client.post("/tags/kuutamo/synonyms/", {"synonym": "moonlight"})
    assert sorted(TagSynonym.objects.values_list("name", flat=True)) == ["moonlight", "oma-yard", "piha"]
    client.post("/tags/kuutamo/synonyms/remove/", {"synonym": "moonlight"})
    assert not TagSynonym.objects.filter(name="moonlight").exists()


def test_an_agreement_to_another_merge_is_asked_again(cast, marked, sign_in):
    agreed = f"{tag('oma-yard').pk}-{tag('kuutamo').pk}"
    sign_in(cast.mika).post("/tags/oma-yard/merge/", {"into": "oma-everyone", "agreed": agreed})
    assert Tag.objects.filter(name="oma-yard").exists()


@pytest.mark.parametrize(
    ("where", "field", "typed"),
    [("rename", "name", "two words, no"), ("rename", "name", "kuutamo"), ("merge", "into", "nowhere-to-be-seen"),
     ("merge", "into", "oma-yard"), ("synonyms", "synonym", "kuutamo"), ("synonyms", "synonym", "<b>")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_field_with_what_was_typed(cast, marked, sign_in, where, field, typed):
    from django.utils.html import escape

    answer = sign_in(cast.mika).post(f"/tags/oma-yard/{where}/", {field: typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert f'name="{field}" value="{escape(typed)}"' in page


def test_a_merge_through_the_api_twice_is_once(cast, marked, sign_in):
    client = sign_in(cast.root)
    for _twice in range(2):
        answer = client.post("/api/v1/vocabulary/oma-yard/merge", {"into": "kuutamo"}, content_type="application/json")
        assert (answer.status_code, answer.json()["slug"]) == (200, "kuutamo")
    for _twice in range(2):
        answer = client.patch("/api/v1/vocabulary/kuutamo", {"name": "kuu"}, content_type="application/json")
        assert (answer.status_code, answer.json()["slug"]) == (200, "kuu")
    for _twice in range(2):
        assert client.put("/api/v1/vocabulary/kuu/synonyms/moon").status_code == 204
    assert client.delete("/api/v1/vocabulary/kuu/synonyms/moon").status_code == 204
    assert client.delete("/api/v1/vocabulary/kuu/synonyms/oma-yard").status_code == 422
