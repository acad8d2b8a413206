"""The switcher: what it offers to whom, in which order, and what the browser may send."""

import re

import pytest
from django.utils.translation import override

from intranet.people.models import Membership
from search.switcher import recents
from search.switcher.commands import COMMANDS
from search.switcher.reading import suggest, warm_up
from tests.search.test_find import READERS, places_of
from wiki.actions import create_page

ASKED = "/search/suggest/"


def names(user, text, lately=()) -> dict[str, list[str]]:
    """Return what is offered, by group, in the order of the list."""
    return {
        group.name: [
            *(one.name for one in group.results),
            *(tag.name for tag, _ in group.tags),
            *(str(command.title) for command in group.commands),
        ]
        for group in suggest(user, text, lately)
    }


def lately(house, *places: str) -> list[str]:
    return [uid for place in places for uid in (f"page:{house.pages[place].pk}", f"post:{house.posts[place].pk}")]


def test_names_are_found_in_any_order_by_bare_letters_initials_and_forms(cast, house):
    from search.readers import rebuild

    cast.ben.name = "Väinö Mäkinen"
    cast.ben.save()
    rebuild()
    for typed in ("väi", "mäkinen väinö", "vaino makinen", "vm", "Väinölle", "Mäkisen", "makiselta", "@mäk"):
        assert names(cast.aino, typed)["person"] == ["Väinö Mäkinen"], typed
    assert "person" not in names(cast.gita, "kuutamo")


def test_inside_of_a_word_is_found(cast, house):
    assert sorted(names(cast.cleo, "retki")["page"]) == ["Kuutamoretki everyone", "Kuutamoretki yard"]
    assert sorted(names(cast.cleo, "kuutamoretkestä")["page"]) == ["Kuutamoretki everyone", "Kuutamoretki yard"]


def test_recent_places_come_first_and_only_once(cast, house):
    visited = [f"page:{house.pages['yard'].pk}", f"community:{cast.yard.pk}", f"person:{cast.ben.pk}"]
    offered = names(cast.aino, "kuutamo", visited)
    assert next(iter(offered.items())) == ("recent", ["Kuutamoretki yard"])
    assert sorted(offered["page"]) == ["Kuutamoretki everyone", "Kuutamoretki lab", "Kuutamoretki vault"]
    assert names(cast.aino, "b", visited) == {"recent": ["Ben Example"], "command": names(cast.aino, "b")["command"]}


def test_recent_thread_is_called_by_its_first_words(cast, house):
    [(_, first), *_] = names(cast.aino, "katsotaan", lately(house, "yard")).items()
    assert first == ["Katsotaan kuutamoa yhdessä, yard! #kuutamo"]


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "mika", "gita", "root"])
def test_recent_places_one_may_not_see_are_left_out_without_a_word(cast, house, sign_in, name):
    sent = ",".join(lately(house, "everyone", "yard", "lab", "vault"))
    client = sign_in(cast.people[name])
    for url in ("/search/switcher/", ASKED, f"{ASKED}?q=kuutamo", f"{ASKED}?q=katsotaan"):
        page = client.get(
            url, {**({"q": url.partition("q=")[2]} if "q=" in url else {}), "lately": sent}
        ).content.decode()
        told = {place for place in READERS if re.search(f"(Kuutamoretki |yhdessä, ){place}", page)}
        assert told == places_of(name), url


def test_no_tag_is_named_that_is_hidden_since_the_index_was_written(cast, house, catch_up):
    page = create_page(actor=cast.aino, community=cast.yard, title="Sammal", body="x", tags=["naavasammal"])
    catch_up()
    assert names(cast.cleo, "#naava")["tag"] == ["naavasammal"]
    type(page).objects.filter(pk=page.pk).update(community=cast.vault)
    assert "tag" not in names(cast.cleo, "#naava")
    assert names(cast.aino, "#naava")["tag"] == ["naavasammal"]


def test_who_was_removed_is_offered_nothing_of_it_at_once(cast, house):
    visited = lately(house, "vault")
    assert names(cast.ben, "kuutamo", visited)["recent"] == [
        "Kuutamoretki vault",
        "Katsotaan kuutamoa yhdessä, vault! #kuutamo",
    ]
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    for typed in ("kuutamo", "katsotaan", "vault", "kuutamoretkestä"):
        assert "vault" not in str(names(cast.ben, typed, visited)).lower(), typed


def test_what_moved_since_the_index_was_written_is_not_offered(cast, house):
    from wiki.models import WikiPage

    WikiPage.objects.filter(pk=house.pages["yard"].pk).update(community=cast.vault)
    assert names(cast.cleo, "retki", lately(house, "yard"))["page"] == ["Kuutamoretki everyone"]
    assert "recent" not in names(cast.cleo, "retki", [f"page:{house.pages['yard'].pk}"])


def test_closed_account_is_offered_nothing(cast, house):
    from intranet.people.models import User

    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    cast.ben.refresh_from_db()
    assert suggest(cast.ben, "kuutamo", lately(house, "everyone")) == []
    assert suggest(cast.ben, "asetukset") == []


def test_trashed_page_and_deleted_thread_leave_the_recent_places(cast, house):
    from feed.actions import delete_post
    from wiki.actions import trash_page

    trash_page(actor=cast.aino, page=house.pages["yard"])
    delete_post(actor=cast.aino, post=house.posts["everyone"])
    rows = suggest(cast.aino, "katsotaan", lately(house, "everyone", "yard"))
    assert [one.name for group in rows for one in group.results if group.name == "recent"] == [
        "Katsotaan kuutamoa yhdessä, yard! #kuutamo"
    ]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("uusi sivu", "page"), ("sivu uusi", "page"), ("new page", "page"), ("ny sida", "page"), ("kirjoita sivu", "page"),
        ("kysy", "question"), ("ask", "question"), ("fråga", "question"), ("fraga", "question"),
        ("inlägg", "post"), ("asetu", "settings"), ("språk", "settings"), ("tumma", "dark"), ("dark mode", "dark"),
        ("morkt", "dark"), ("polkuni", "path"), ("kirjanmerkit", "bookmarks"), (">kirj", "bookmarks"),
    ],
)  # fmt: skip
def test_commands_are_found_in_every_language(cast, index, typed, name):
    for language in ("en", "fi", "sv"):
        with override(language):
            [offered] = [group.commands for group in suggest(cast.aino, typed) if group.name == "command"]
        assert name in [command.name for command in offered], language


def test_commands_are_offered_to_who_may_give_them(cast, index):
    def offered(user, typed):
        return {command.name for group in suggest(user, typed) for command in group.commands}

    assert "person" in offered(cast.root, "uusi käyttäjä")
    assert "person" not in offered(cast.aino, "uusi käyttäjä")
    assert "community" in offered(cast.cleo, "perusta ryhmä")
    assert "community" not in offered(cast.gita, "perusta ryhmä")
    assert "people" not in offered(cast.gita, "hakemisto")
    assert "page" in offered(cast.gita, "uusi sivu")
    Membership.objects.filter(user=cast.gita).delete()
    assert "page" not in offered(cast.gita, "uusi sivu")


@pytest.mark.parametrize("name", ["aino", "gita", "root"])
def test_every_command_leads_where_its_giver_may_go(cast, index, sign_in, name):
    from search.find import reader_keys

    user = cast.people[name]
    keys, client = reader_keys(user), sign_in(user)
    for command in COMMANDS:
        if command.may(user, keys):
            assert client.get(command.url, follow=True).status_code == 200, command.name


def test_list_before_typing_begins_with_recent_places(cast, house, sign_in):
    sent = f"page:{house.pages['yard'].pk},community:{cast.yard.pk},person:{cast.ben.pk}"
    page = sign_in(cast.aino).get("/search/switcher/", {"lately": sent}).content.decode()
    options = re.findall(r'role="option"[^>]*id="switcher-([a-z]+)-?\d*"', page)
    assert options[:3] == ["recent"] * 3
    # What is recent does not stand among her communities once more.
    assert page.count('href="/communities/yard/"') == 1
    without = sign_in(cast.aino).get("/search/switcher/").content.decode()
    assert "switcher-recent" not in without
    assert 'id="switcher-home"' in without


def test_every_option_has_an_id_of_its_own_and_stands_in_a_named_group(cast, house, sign_in):
    page = sign_in(cast.aino).get(ASKED, {"q": "kuu", "lately": ",".join(lately(house, "yard"))}).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = set(re.findall(r'role="group" aria-labelledby="([^"]+)"', page))
    assert named
    assert named <= set(ids)
    assert re.search(r'data-said="\d+ ', page)


def test_answers_are_kept_by_nobody_between(cast, house, sign_in):
    for url in ("/search/switcher/", f"{ASKED}?q=kuu"):
        assert sign_in(cast.aino).get(url)["Cache-Control"] == "private, no-store"


ODD = ["", ",", "page:", "page:0", "page:-1", "page:1e9", "page:99999999999999999999", "file:1", "user:1", "page:1;drop",
       "page:1" * 500, "post:999999999999999", "\x00", "page:１", "<script>", "page:1,,page:1,page:1"]  # fmt: skip


@pytest.mark.parametrize("sent", ODD)
def test_odd_recent_places_harm_nothing(cast, house, sign_in, sent):
    for data in ({"lately": sent}, {"lately": sent, "q": "kuu"}, {"lately": "page:1", "q": sent}):
        assert sign_in(cast.aino).get(ASKED, data).status_code == 200
    assert len(recents.understood(sent)) <= 1


def test_no_more_recent_places_than_are_shown():
    sent = ",".join(f"page:{number}" for number in range(1, 30))
    assert recents.understood(sent) == [f"page:{number}" for number in range(1, 9)]


@pytest.mark.parametrize("typed", ["kuutamo", "kuu ka", "xyzzyxyz"])
def test_number_of_questions_does_not_grow(cast, house, sign_in, typed, django_assert_max_num_queries):
    client, sent = sign_in(cast.aino), ",".join(lately(house, "everyone", "yard", "lab", "vault"))
    client.get(ASKED, {"q": typed, "lately": sent})
    # The session, the person, her communities; a kind each: pages, communities, people, threads, tags.
    with django_assert_max_num_queries(9):
        client.get(ASKED, {"q": typed, "lately": sent})


def test_hostile_names_are_words_only(cast, house, sign_in):
    from search.readers import rebuild
    from wiki.actions import create_page

    name = "Xss <img src=x onerror=alert(1)> \"'&"
    page = create_page(actor=cast.aino, community=cast.yard, title=name, body="x")
    rebuild()
    for data in ({"q": "xss"}, {"q": name}, {"lately": f"page:{page.pk}"}):
        assert "<img src" not in sign_in(cast.ben).get(ASKED, data).content.decode()


def test_without_an_index_recent_places_and_plain_names_are_offered(cast, house):
    import shutil

    from search.engines import engine

    shutil.rmtree(engine().store.folder)
    offered = names(cast.cleo, "kuutamo", lately(house, "yard", "vault"))
    assert offered["recent"] == ["Kuutamoretki yard", "Katsotaan kuutamoa yhdessä, yard! #kuutamo"]
    assert sorted(offered["page"]) == ["Kuutamoretki everyone", "Kuutamoretki yard"]


def test_warming_up_needs_no_index(cast, index):
    warm_up()


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "mika", "gita", "root"])
def test_programs_are_offered_what_the_person_is(cast, house, sign_in, name):
    sent = ",".join(lately(house, "everyone", "yard", "lab", "vault"))
    found = sign_in(cast.people[name]).get("/api/v1/search/suggest", {"q": "kuutamo", "lately": sent}).json()
    groups = {one["group"]: one["suggestions"] for one in found}
    assert {one["title"].split()[-1] for one in groups["recent"] if one["kind"] == "page"} == places_of(name)
    assert [(one["id"], one["count"]) for one in groups["tag"]] == [("kuutamo", 2 * len(places_of(name)))]
    assert all(one["url"].startswith("/") for ones in groups.values() for one in ones)


def test_every_command_has_a_drawing():
    from intranet.templatetags.ui import icon

    ring = str(icon("no-such-drawing"))
    assert [command.name for command in COMMANDS if str(icon(command.icon)) == ring] == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("typed", ["as", "AS", "ås", "@as"])
def test_who_has_just_these_initials_comes_before_what_can_be_done(cast, house, language, typed):
    from search.readers import rebuild

    cast.ben.name = "Åke Svensson" if typed == "ås" else "Aino Sundqvist"
    cast.ben.save()
    rebuild()
    with override(language):
        offered = names(cast.aino, typed)
    assert offered["person"] == [cast.ben.name]
    groups = [name for name in offered if name in {"person", "command"}]
    assert groups[0] == "person"
    # "As" of "Theme as the system" is no name of it.
    assert str(next(one.title for one in COMMANDS if one.name == "auto")) not in offered.get("command", [])


def test_initials_of_a_long_name_come_before_what_can_be_done(cast, house):
    from search.readers import rebuild

    assert next(iter(names(cast.aino, "ase"))) == "command"
    cast.ben.name = "Anna Sofia Elisabet"
    cast.ben.save()
    rebuild()
    offered = names(cast.aino, "ase")
    assert list(offered)[:2] == ["person", "command"]
    assert offered["person"] == ["Anna Sofia Elisabet"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_command_is_found_by_its_whole_name(cast, house, language):
    from search.find import reader_keys

    with override(language):
        titles = [str(command.title) for command in COMMANDS if command.may(cast.root, reader_keys(cast.root))]
        assert len(titles) > 10
        for title in titles:
            assert title in names(cast.root, title).get("command", []), title


def test_looking_after_search_is_a_command_of_editors(cast, index):
    for name, user in cast.people.items():
        offered = names(user, "looking after").get("command", [])
        assert ("Looking after search" in offered) is (name in {"mika", "root"}), name


@pytest.mark.parametrize(
    "address", ["search/suggest", "search/suggest?q=kuu", "search", "search?kind=page", "pins/for"]
)
def test_program_leaves_out_what_it_does_not_ask_for(cast, house, sign_in, address):
    assert sign_in(cast.aino).get(f"/api/v1/{address}").status_code == 200
