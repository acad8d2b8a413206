"""What an administrator finds by the admin's own addresses, in Finnish as it is written."""

import html
import re

import pytest
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Site

from search.admin_backend.following import rebuild
from wiki.models import WikiPage


@pytest.fixture
def pages(page, cast, work):
    """Make pages in the open yard, one below another, and one in the hidden vault."""
    made = {
        "varaaminen": page("Lomien varaaminen"),
        "tyoaika": page("Työaika ja vapaat"),
        "perehdytys": page("Perehdytyspolun vaiheet"),
        "vault": page("Salaisen loman ohje", community=cast.vault),
    }
    made["lapsi"] = page("Lomarahan laskeminen", parent=made["tyoaika"])
    work()
    return made


def titles(answer):
    """Return the titles of the listing of an answer, in order."""
    assert answer.status_code == 200, answer.content[:500]
    return [item.title for item in answer.context["object_list"]]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("loma", {"Lomien varaaminen", "Lomarahan laskeminen"}),
        ("lomien", {"Lomien varaaminen", "Lomarahan laskeminen"}),
        ("l", {"Lomien varaaminen", "Lomarahan laskeminen"}),
        ("lo", {"Lomien varaaminen", "Lomarahan laskeminen"}),
        ("v", {"Lomien varaaminen", "Työaika ja vapaat", "Perehdytyspolun vaiheet"}),
        ("lom", {"Lomien varaaminen", "Lomarahan laskeminen"}),
        ("varaamisesta loma", {"Lomien varaaminen"}),
        ("polku", {"Perehdytyspolun vaiheet"}),
        ("vaihe", {"Perehdytyspolun vaiheet"}),
        ("työaikana", {"Työaika ja vapaat"}),
        ("tyoaika", {"Työaika ja vapaat"}),
        ("työ vap", {"Työaika ja vapaat"}),
        ("kuu-ukko", set()),
    ],
)
def test_explorer_finds_words_in_other_forms_and_words_being_typed(root, pages, question, expected):
    section = pages["varaaminen"].parent_page_id
    for address in (
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_explore", args=[section]),
        reverse("wagtailadmin_explore_results", args=[section]),
    ):
        assert set(titles(root.get(address, {"q": question}))) == expected, address


def test_page_of_an_unentered_community_is_not_found_nor_counted(root, pages, cast):
    answer = root.get(reverse("wagtailadmin_explore_root"), {"q": "loma"})
    assert "Salaisen" not in html.unescape(answer.content.decode())
    assert answer.context["paginator"].count == 2
    from intranet.people.models import Membership

    Membership.objects.create(user=cast.root, community=cast.vault)
    assert "Salaisen loman ohje" in titles(root.get(reverse("wagtailadmin_explore_root"), {"q": "loma"}))


def test_nobody_but_an_administrator_searches_in_the_admin(pages, cast, sign_in):
    for name, user in cast.people.items():
        answer = sign_in(user).get(reverse("wagtailadmin_explore_root"), {"q": "loma"})
        assert (answer.status_code == 200) is (name == "root"), name
        assert b"Lomien" not in answer.content or name == "root"


def test_lists_that_know_no_communities_stay_closed(root, pages):
    for address in (
        "/cms/pages/search/",
        "/cms/pages/search/results/",
        "/cms/choose-page/search/",
        "/cms/api/main/pages/",
    ):
        assert root.get(address, {"q": "loma", "search": "loma"}).status_code == 404, address


def test_order_and_type_are_the_databases(root, pages):
    address = reverse("wagtailadmin_explore_root")
    up = titles(root.get(address, {"q": "loma", "ordering": "title"}))
    assert up == ["Lomarahan laskeminen", "Lomien varaaminen"]
    assert titles(root.get(address, {"q": "loma", "ordering": "-title"})) == up[::-1]
    assert titles(root.get(address, {"q": "loma", "ordering": "nonsense"}))
    from django.contrib.contenttypes.models import ContentType

    for model, expected in ((WikiPage, 2), (type(pages["varaaminen"].get_parent().specific), 0)):
        kind = ContentType.objects.get_for_model(model).pk
        assert len(titles(root.get(address, {"q": "loma", "content_type": kind}))) == expected


def test_within_a_branch_only_its_pages_are_found(root, pages):
    branch = reverse("wagtailadmin_explore", args=[pages["tyoaika"].pk])
    assert titles(root.get(branch, {"q": "loma"})) == ["Lomarahan laskeminen"]
    assert set(titles(root.get(branch, {"q": "loma", "search_all": "1"}))) == {
        "Lomarahan laskeminen",
        "Lomien varaaminen",
    }


def test_paging_and_counting_ask_a_fixed_number_of_questions(root, page, work):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for amount in (3, 30):
        while WikiPage.objects.count() < amount:
            page(f"Kokousmuistio {WikiPage.objects.count()}")
        work()
        root.get(reverse("wagtailadmin_explore_root"), {"q": "kokous"})
        with CaptureQueriesContext(connection) as asked:
            answer = root.get(reverse("wagtailadmin_explore_root"), {"q": "kokous"})
        assert answer.context["paginator"].count == amount
        searching = [query["sql"] for query in asked.captured_queries if re.search("json_each|unnest", query["sql"])]
        counts.append(len(searching))
    assert counts == [2, 2], "once which may be seen, once the page of them"


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_images_and_documents_are_found_in_lists_and_choosers(root, image, document, work):
    sea = image("Meren rannalla", description="Auringonlasku saaristossa")
    sea.tags.add("kesäpäivä")
    image("Kokoushuoneen ovi")
    document("Matkalaskun täyttöohjeet")
    document("Sauna-avaimen lainaaminen")
    work()
    for name in ("wagtailimages:index", "wagtailimages:index_results"):
        for question in ("meri", "ranta", "mere", "saaristo", "auringonlaskut", "kesäp"):
            answer = root.get(reverse(name), {"q": question})
            assert "Meren rannalla" in html.unescape(answer.content.decode()), (name, question)
            assert "Kokoushuoneen" not in answer.content.decode(), (name, question)
    for name in ("wagtaildocs:index", "wagtaildocs:index_results"):
        answer = root.get(reverse(name), {"q": "ohje matkalasku"})
        assert "Matkalaskun" in answer.content.decode(), name
        assert "Sauna" not in answer.content.decode()
    for chooser, question, there, away in (
        ("wagtailimages_chooser:choose_results", "merellä", "Meren rannalla", "Kokoushuoneen"),
        ("wagtaildocs_chooser:choose_results", "saunan avaimet", "Sauna-avaimen", "Matkalaskun"),
    ):
        text = html.unescape(root.get(reverse(chooser), {"q": question}).content.decode())
        assert there in text, chooser
        assert away not in text


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_empty_and_odd_questions_are_answered(root, pages, image, work):
    image("Kuva")
    work()
    names = ("wagtailadmin_explore_root", "wagtailimages:index", "wagtaildocs:index")
    for question in (
        "",
        " ",
        "!!!",
        '"',
        "*",
        "a" * 5_000,
        "loma " * 500,
        "'; DROP TABLE",
        "\x00",
        "ä" * 300,
        "-",
        "💡",
        "x:y",
    ):
        for name in names:
            assert root.get(reverse(name), {"q": question, "p": "7"}).status_code in {200, 404}, (name, question[:20])


def test_api_of_wagtail_is_not_mounted(root):
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/cms/api/main/images/"):
        assert root.get(address).status_code == 404, address


def test_search_by_querysets_knows_phrases_fields_and_filters(pages, work):
    from modelsearch.query import MATCH_ALL, Phrase, PlainText

    def found(query, pages=None, **options):
        return {item.title for item in (Page.objects.all() if pages is None else pages).search(query, **options)}

    assert found("lomissa varaamista") == {"Lomien varaaminen"}
    assert found(Phrase("lomien varaaminen")) == {"Lomien varaaminen"}
    assert found(Phrase("lomien varaaminen"), fields=["title"]) == {"Lomien varaaminen"}
    assert found(Phrase("varaaminen lomien")) == set()
    assert found(PlainText("lomat") & ~PlainText("varaaminen")) == {"Salaisen loman ohje", "Lomarahan laskeminen"}
    assert found("loma", fields=["title"]) == found("loma")
    assert found("loma", WikiPage.objects.filter(pk=pages["lapsi"].pk)) == {"Lomarahan laskeminen"}
    assert found(MATCH_ALL, Page.objects.filter(pk=pages["lapsi"].pk)) == {"Lomarahan laskeminen"}
    assert found("loma", Page.objects.none()) == set()
    assert list(Page.objects.search("loma")[0:0]) == []
    scored = Page.objects.search("loma").annotate_score("worth")
    assert [item.worth for item in scored] == sorted((item.worth for item in scored), reverse=True)
    kinds = Page.objects.search("loma").facet("content_type_id")
    assert list(kinds.values()) == [3]


def test_what_is_searched_is_what_wagtail_says_is_searched(pages, image, document, work):
    image("Kuva")
    document("Paperi")
    assert rebuild() == Page.objects.count() + Image.objects.count() + Document.objects.count()
    assert Site.objects.get().root_page.title in {
        item.title for item in Page.objects.search(Site.objects.get().root_page.title)
    }
