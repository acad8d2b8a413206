"""What a question means and how its answer looks."""

import re

import pytest

from search import find
from search.query import parse
from search.snippets import mark, snippet


@pytest.fixture
def ask(cast, house):
    """Return a function: question -> titles or texts Aino finds."""
    return lambda question, **more: [
        str(result.title) for result in find.search(cast.aino, parse(question), size=50, **more).results
    ]


def test_word_in_another_case_is_found_and_marked_as_it_stands(cast, house, sign_in):
    page = sign_in(cast.aino).get("/search/", {"q": "kuutamo"}).content.decode()
    assert "<mark>Kuutamossa</mark> kävellään" in page
    assert "<mark>kuutamoa</mark> yhdessä" in page
    assert "<mark>Kuutamoretki</mark>" in page


def test_all_words_first_then_some(cast, house):
    assert not find.search(cast.aino, parse("kuutamo kävellä")).weak
    some = find.search(cast.aino, parse("kuutamo olematonsana"))
    assert some.weak
    assert some.total


def test_page_with_the_title_comes_first(ask):
    assert ask("Kuutamoretki lab")[0] == "<mark>Kuutamoretki</mark> <mark>lab</mark>"


OPERATORS = {
    "kuutamo": 13, "kuutamo -kävellään": 9, '"kuutamossa kävellään"': 4, '"kävellään kuutamossa"': 0,
    "kuutamo type:page": 4, "kuutamo tyyppi:viesti": 8, "kuutamo in:lab": 3, "kuutamo yhteisö:lab": 3,
    "kuutamo from:ben": 4, "kuutamo kirjoittaja:ben": 4, "kuutamo from:me": 8, "tag:kuutamo": 8,
    "tunniste:kuutamo type:page": 4, "otsikko:kuutamoretki": 4, "title:kävellään": 0,
    "kuutamo after:2020": 12, "kuutamo before:2020": 0, "kuutamo before:1.1.2020": 0,
    "olematon OR kuutamo": 13, "kuutamo OR olematon": 13, "from:nobodyatall kuutamo": 0,
    "salaisuuslab OR salaisuusvault": 2, "kuutamo type:page type:post": 12, "-kuutamo type:page": 0,
}  # fmt: skip


def test_operators_in_english_and_finnish(cast, house):
    assert {question: find.search(cast.aino, parse(question)).total for question in OPERATORS} == OPERATORS


@pytest.mark.parametrize("question", ["foo:kuutamo", "type:nonsense", "before:sometime", "https://kuutamo", "a:b:c"])
def test_unknown_operators_are_plain_words(question):
    query = parse(question)
    assert query.must
    assert not query.kinds
    assert query.before is None


def test_newest_first_on_request(cast, house):
    times = [
        result.at for result in find.search(cast.aino, parse("kuutamo type:post"), newest_first=True, size=50).results
    ]
    assert times == sorted(times, reverse=True)


def test_empty_question_explains_itself(cast, house, sign_in):
    for question in ("", "   ", "\x00", '""', "-"):
        answer = sign_in(cast.aino).get("/search/", {"q": question})
        assert answer.status_code == 200
        assert b"hit-title" not in answer.content


def test_help_names_a_community_of_the_reader_where_something_is_found(cast, house, sign_in):
    for name, user in cast.people.items():
        page = sign_in(user).get("/search/").content.decode()
        example = re.search(r"<code>(in:[^<]+)</code>", page)
        if not user.memberships.exists():
            assert example is None, name
            continue
        assert example, name
        found = find.search(user, parse(f"{example[1]} type:page"))
        slug = example[1].removeprefix("in:")
        assert user.memberships.filter(community__slug=slug).exists(), name
        assert [result.community.slug for result in found.results] == [slug], name


def test_help_names_a_tag_with_which_the_reader_finds_something(cast, house, sign_in, catch_up):
    from wiki.actions import create_page

    for place, tag in ((cast.everyone, "revontuli"), (cast.vault, "salaisuus")):
        create_page(actor=cast.aino, community=place, title=f"Sivu {tag}", body="teksti", tags=[tag])
    catch_up()
    for name, user in cast.people.items():
        example = re.search(r"<code>tag:([^<]+)</code>", sign_in(user).get("/search/").content.decode())
        assert example, name
        assert (example[1] == "salaisuus") is (name in {"aino", "ben", "mika"}), name
        assert (example[1] == "revontuli") is (name in {"cleo", "root"}), name
        assert find.search(user, parse(f"tag:{example[1]} type:page")).total, name


PAYLOADS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<mark onclick=alert(1)>kuutamo</mark>", "&lt;b&gt;",
    "</mark><svg/onload=alert(1)>", "javascript:alert(1)", "{{7*7}}{% now %}", "<kuutamo>", "kuutamo<kuutamo>&kuutamo",
]  # fmt: skip


def test_payload_as_question_as_text_and_as_title_stays_text(cast, house, sign_in, catch_up):
    from feed.actions import publish_post
    from wiki.actions import create_page

    for number, payload in enumerate(PAYLOADS):
        create_page(
            actor=cast.aino,
            community=cast.yard,
            title=f"Kuutamo {number} {payload}",
            body=f"kuutamo `{payload}` kuutamo",
        )
        publish_post(actor=cast.aino, community=cast.yard, body=f"kuutamo {payload} kuutamo `{payload}`")
    catch_up()
    client = sign_in(cast.ben)
    for question in (
        "kuutamo type:page",
        "kuutamo type:post",
        *PAYLOADS,
        *(f"kuutamo {payload}" for payload in PAYLOADS),
    ):
        for url in ("/search/", "/search/suggest/"):
            content = client.get(url, {"q": question}).content.decode().lower()
            for harm in ("<script>alert", "<img src=x", "<svg/onload", "<mark onclick", "<kuutamo>", "<b>", ">49<"):
                assert harm not in content, (question, harm)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_snippet_escapes_before_it_marks(payload):
    for shown in (
        snippet(f"{payload} kuutamo {payload}", frozenset({"kuutamo", "script", "img", "mark"})),
        mark(payload, frozenset({"kuutamo"})),
    ):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare


def test_snippet_of_a_long_text_shows_the_place():
    text = "alku " * 3000 + "Tässä on tietoa asiasta. " + "loppu " * 3000
    shown = snippet(text, frozenset({"tieto"}))
    assert "<mark>tietoa</mark>" in shown
    assert len(shown) < 400
    assert shown.startswith("… ")


@pytest.mark.parametrize(
    ("question", "text", "language", "marked"),
    [
        ("katu", "Pitkällä kadulla tuulee", "fi", "kadulla"),  # the third letter changes
        ("go", "Yesterday we went home", "en", "went"),  # begins otherwise
        ("mouse", "Two mice were seen", "en", "mice"),
        ("teatteri", "Kaupunginteatterin lava", "fi", "Kaupunginteatterin"),  # a part of a compound
        ("paiva", "Hyvää päivää", "fi", "päivää"),  # without its marks
        ("ABC", "Katso tikettiä ABC-123 tästä", "fi", "ABC-123"),
        ("teatteri", "İİ teatterissa", "fi", "teatterissa"),  # a letter that two small ones stand for
    ],
)
def test_forms_are_marked_near_and_far(question, text, language, marked):
    marks = parse(question).marks
    for before in ("", "Lorem ipsum dolor sit amet. " * 100):
        assert f"<mark>{marked}</mark>" in snippet(before + text, marks, language)


def test_time_for_words_that_look_otherwise_is_limited():
    from search.analysis import index_terms
    from search.snippets import Marker

    marker, before = Marker({"olematon"}), index_terms.cache_info().misses
    for page in range(10):
        text = " ".join(f"q{'abcdefghij'[number % 10]}{number + page * 5_000}z" for number in range(5_000))
        assert marker.snippet(text).startswith("qa")
    assert index_terms.cache_info().misses - before < 15_000


def test_empty_marks_and_texts_are_harmless():
    for marks in (set(), {"~"}, {"^"}, {"\u0308"}, {"x"}):
        for text in ("", " ", "...", "x", "a-b.c:d'e", "\u0308"):
            assert "<" not in snippet(text, frozenset(marks)).replace("<mark>", "").replace("</mark>", "")


def test_text_of_html_has_the_words_and_no_tags():
    from search.markup import text_of_html

    markup = '<p title="a > b">yksi<br>kaksi</p><ul><li>kolme &lt;b&gt; &amp; neljä</li></ul>'
    assert text_of_html(markup).split() == ["yksi", "kaksi", "kolme", "<b>", "&", "neljä"]
    markup = (
        '<p>Kysy <a href="/people/aino/" title="a > b">@aino</a>:lta: <strong>ei</strong>, vaan <code>x</code>.</p>'
    )
    assert text_of_html(markup).strip() == "Kysy @aino:lta: ei, vaan x."


def test_paging_ends_and_bad_numbers_are_the_first_page(cast, house, sign_in):
    client = sign_in(cast.aino)
    assert client.get("/search/", {"q": "kuutamo", "page": 2}).content.count(b'class="hit"') == 3
    for page in ("0", "-1", "x", "9" * 30, "²", "1e3", ""):
        assert client.get("/search/", {"q": "kuutamo", "page": page}).content.count(b'class="hit"') == 10
    assert client.get("/search/", {"q": "kuutamo", "page": 999}).status_code == 200


def test_result_page_names_each_kind_with_its_count(cast, house, sign_in):
    page = " ".join(sign_in(cast.cleo).get("/search/", {"q": "kuutamo"}).content.decode().split())
    assert 'Pages <span class="number">2</span>' in page
    assert 'Posts <span class="number">4</span>' in page
    assert 'Tags <span class="number">1</span>' in page
    assert "Paths <span" not in page
    assert 'All <span class="number">7</span>' in page


def test_where_little_has_all_the_words_what_has_some_follows_for_whoever_may_read_it(cast, index, sign_in):
    from search.readers import rebuild
    from wiki.actions import create_page

    create_page(actor=cast.aino, community=cast.everyone, title="Lomien varaaminen", body="Loma varataan keväällä.")
    create_page(actor=cast.aino, community=cast.everyone, title="Kokoushuone", body="Huoneen varaaminen.")
    create_page(actor=cast.aino, community=cast.vault, title="Yhtiöloma", body="Kukaan ei saa tietää.")
    rebuild()
    for name, user in cast.people.items():
        found = find.search(user, parse("lomien varaaminen"))
        readers = name in {"aino", "ben", "mika"}
        assert [one.name for one in found.results] == ([] if name == "gita" else ["Lomien varaaminen"]), name
        assert found.total == len(found.results)
        more = {one.name for one in found.more}
        assert more == (set() if name == "gita" else {"Kokoushuone", *(["Yhtiöloma"] if readers else [])}), name
        page = sign_in(user).get("/search/", {"q": "lomien varaaminen"}).content.decode()
        assert ("With some of the words" in page) is (name != "gita")
        assert ("Yhtiö" in page) is readers
        answer = sign_in(user).get("/api/v1/search", {"q": "lomien varaaminen"}).json()
        assert {one["title"] for one in answer["more"]} == more
    assert find.search(cast.aino, parse("lomien varaaminen"), newest_first=True).more == []
