"""Tags and paths among the results: for each of the cast what she may see, and true after every change."""

import random
from datetime import date

import pytest
from django.core.management import call_command
from taggit.models import Tag

from feed.actions import delete_post, edit_post, publish_post, restore_post
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.people.actions import change_profile, join_community, leave_community
from search import find
from search.admin_backend import following
from search.engines import engine
from search.query import parse
from search.readers import rebuild
from search.upkeep import compare
from wiki.actions import create_page, ensure_section, move_page, save_page, trash_page, untrash_page
from wiki.linkcards import visible_tags
from wiki.onboarding import actions as onboarding
from wiki.onboarding.making.actions import archive_path, reopen_path
from wiki.tags.actions import merge_tags, rename_tag

PLACES = ("everyone", "yard", "lab", "vault")
READERS = {
    "everyone": ["aino", "ben", "cleo", "mika", "root"],
    "yard": ["aino", "ben", "cleo", "mika", "root"],
    "lab": ["aino", "ben", "gita", "mika"],
    "vault": ["aino", "ben", "mika"],
}


@pytest.fixture
def finders(cast, index):
    """Return a function: who of the cast finds a tag (a path) by these words, in the index and on the page alike."""
    rebuild()

    def names(words, kind="tag"):
        found = {}
        for name, user in cast.people.items():
            answer = find.search(user, parse(f"{words} type:{kind}"))
            assert not answer.is_plain
            assert answer.counts == ({kind: len(answer.results)} if answer.results else {})
            assert answer.total == len(answer.results)
            if answer.results:
                found[name] = [one.name for one in answer.results]
        return sorted(found)

    return names


def in_place(cast, place, word, body="x"):
    return create_page(actor=cast.aino, community=getattr(cast, place), title=f"{word} {place}", body=body, tags=[word])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", ["page", "post", "reply"])
def test_a_tag_is_found_by_whoever_may_read_something_with_it(cast, finders, catch_up, place, way):
    from feed.actions import reply_to_post

    if way == "page":
        in_place(cast, place, "sammalikko")
    else:
        post = publish_post(actor=cast.aino, community=getattr(cast, place), body="Asia #sammalikko")
        if way == "reply":
            reply_to_post(actor=cast.ben, post=post, body="Sama #jäkälikkö")
    catch_up()
    assert finders("jäkälikkö" if way == "reply" else "sammalikko") == READERS[place]


def test_a_skill_is_found_by_whoever_knows_of_the_person(cast, finders, catch_up):
    change_profile(actor=cast.cleo, person=cast.cleo, skills=["lasinpuhallus"])
    catch_up()
    assert finders("lasinpuhallus") == ["aino", "ben", "cleo", "mika", "root"]
    join_community(actor=cast.cleo, community=cast.yard)
    change_profile(actor=cast.gita, person=cast.gita, skills=["kalligrafia"])
    catch_up()
    # Gita is of Lab: its readers know her.
    assert finders("kalligrafia") == ["aino", "ben", "gita", "mika"]
    change_profile(actor=cast.gita, person=cast.gita, skills=[])
    change_profile(actor=cast.cleo, person=cast.cleo, skills=["lasi"])
    catch_up()
    assert finders("kalligrafia") == finders("lasinpuhallus") == []
    assert finders("lasi") == ["aino", "ben", "cleo", "mika", "root"]


def test_a_skill_follows_the_person_into_and_out_of_communities(cast, finders, catch_up):
    change_profile(actor=cast.ben, person=cast.ben, skills=["viulunsoitto"])
    catch_up()
    assert "gita" in finders("viulunsoitto")
    leave_community(actor=cast.ben, community=cast.lab)
    catch_up()
    assert finders("viulunsoitto") == ["aino", "ben", "cleo", "mika", "root"]


def test_a_tag_is_lost_with_the_last_thing_that_carries_it(cast, finders, catch_up):
    page = in_place(cast, "yard", "sammalikko")
    post = publish_post(actor=cast.aino, community=cast.vault, body="Asia #sammalikko")
    catch_up()
    assert finders("sammalikko") == READERS["yard"]
    save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="x", tags=[])
    catch_up()
    assert finders("sammalikko") == READERS["vault"]
    post = edit_post(actor=cast.aino, post=post, body="Asia #muu")
    catch_up()
    assert (finders("sammalikko"), finders("muu")) == ([], READERS["vault"])
    delete_post(actor=cast.aino, post=post)
    catch_up()
    assert finders("muu") == []
    restore_post(actor=cast.aino, post=post)
    catch_up()
    assert finders("muu") == READERS["vault"]
    assert compare().uids == []


def test_a_tag_follows_a_branch_and_a_thread_in_one_row_of_the_diary(cast, finders, catch_up):
    parent = create_page(actor=cast.aino, community=cast.yard, title="Vuori", body="x")
    create_page(actor=cast.aino, parent=parent, title="Huippu", body="y", tags=["sammalikko"])
    thread = publish_post(actor=cast.aino, community=cast.yard, body="Asia #jäkälikkö")
    catch_up()
    move_page(actor=cast.aino, page=parent, parent=ensure_section(cast.vault))
    move_thread(actor=cast.mika, thread=thread, community=cast.lab)
    catch_up()
    assert (finders("sammalikko"), finders("jäkälikkö")) == (READERS["vault"], READERS["lab"])
    parent.refresh_from_db()
    trash_page(actor=cast.aino, page=parent)
    catch_up()
    assert finders("sammalikko") == []
    untrash_page(actor=cast.aino, page=parent)
    catch_up()
    assert finders("sammalikko") == READERS["vault"]


def test_merging_and_renaming_carry_the_keys_along(cast, finders, catch_up):
    in_place(cast, "vault", "sammal")
    in_place(cast, "yard", "sammalikko")
    catch_up()
    assert finders("sammal") == READERS["vault"]
    tags = {name: Tag.objects.get(name=name) for name in ("sammal", "sammalikko")}
    merge_tags(actor=cast.mika, tag=tags["sammalikko"], into=tags["sammal"])
    catch_up()
    assert (finders("sammal"), finders("sammalikko")) == (READERS["yard"], [])
    assert f"tag:{tags['sammalikko'].pk}" not in engine().uids()
    rename_tag(actor=cast.mika, tag=tags["sammal"], name="naava")
    catch_up()
    assert (finders("sammal"), finders("naava")) == ([], READERS["yard"])
    assert compare().uids == []


def test_between_a_change_and_the_index_nobody_is_shown_a_tag_she_may_not_see(cast, finders, catch_up):
    page = in_place(cast, "yard", "sammalikko")
    call_command("search_rebuild", verbosity=0)
    catch_up()
    type(page).objects.filter(pk=page.pk).update(community=cast.vault)
    assert finders("sammalikko") == READERS["vault"]
    following.rebuild()  # the check looks at the admin's index too
    # What passed by the diary is found by the check.
    assert compare().uids == [f"tag:{Tag.objects.get(name='sammalikko').pk}"]
    with pytest.raises(SystemExit):
        call_command("search_check")
    call_command("search_check", "--repair")
    call_command("search_check")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_everybody_finds_just_the_tags_of_what_she_sees(cast, index, catch_up, seed):
    """Random changes through the actions; the index, its counts and the tag page's own rule agree for everybody."""
    rebuild()
    dice = random.Random(seed)
    words = ["sammal", "naava", "kaarna", "pihka"]
    pages, posts = [], []

    def some_tags():
        return dice.sample(words, dice.randint(0, 3))

    for _turn in range(25):
        act = dice.randrange(8)
        place = getattr(cast, dice.choice(PLACES))
        if act == 0 or not pages:
            pages.append(create_page(actor=cast.aino, community=place, title=f"S{_turn}", body="x", tags=some_tags()))
        elif act == 1:
            page = dice.choice(pages)
            page.refresh_from_db()
            if page.trashed_at is None:
                save_page(
                    actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body=f"b{_turn}",
                    tags=some_tags(),
                )  # fmt: skip
        elif act == 2 or not posts:
            posts.append(
                publish_post(actor=cast.aino, community=place, body=" ".join(["p", *(f"#{w}" for w in some_tags())]))
            )
        elif act == 3:
            post = dice.choice(posts)
            post.refresh_from_db()
            if post.deleted_at is None:
                edit_post(actor=cast.aino, post=post, body=" ".join([f"q{_turn}", *(f"#{w}" for w in some_tags())]))
        elif act == 4:
            post = dice.choice(posts)
            post.refresh_from_db()
            if post.deleted_at is None:
                delete_post(actor=cast.aino, post=post)
        elif act == 5:
            person = dice.choice([cast.ben, cast.cleo, cast.gita])
            change_profile(actor=person, person=person, skills=some_tags())
        elif act == 6:
            page = dice.choice(pages)
            page.refresh_from_db()
            if page.trashed_at is None:
                trash_page(actor=cast.aino, page=page)
            else:
                untrash_page(actor=cast.aino, page=page)
        else:
            page = dice.choice(pages)
            page.refresh_from_db()
            if page.trashed_at is None:
                move_page(actor=cast.aino, page=page, parent=ensure_section(place))
        if dice.random() < 0.6:
            catch_up()
    catch_up()
    assert compare().uids == []
    for name, user in cast.people.items():
        seen = set(visible_tags(user).values_list("name", flat=True))
        for word in words:
            found = find.search(user, parse(f"{word} type:tag"))
            assert (found.total == 1) is (word in seen) is bool(found.results), (name, word)
            assert found.counts == ({"tag": 1} if word in seen else {}), (name, word)


# --- Paths ---------------------------------------------------------------------------------------------------------------


def path_in(cast, place, **more):
    return onboarding.create_path(
        actor=cast.mika, community=getattr(cast, place), title="Perehdytyspolku", language="fi", **more
    )


@pytest.mark.parametrize("place", ["lab", "vault"])
def test_a_path_is_found_by_whoever_reads_its_community(cast, finders, catch_up, place):
    path = path_in(cast, place, purpose="Uusille lasinpuhaltajille")
    catch_up()
    for words in ("perehdytys", "lasinpuhaltaja"):
        assert finders(words, "path") == READERS[place], words
    onboarding.save_step(actor=cast.mika, path=path, kind="do", title="Hae avainkortti", text="Alakerran **tiskiltä**.")
    catch_up()
    assert finders("avainkortti", "path") == finders("tiski", "path") == READERS[place]
    onboarding.change_path(
        actor=cast.mika, path=path, title="Ensimmäiset viikot", purpose="", language="fi", kind="joining"
    )
    catch_up()
    assert (finders("lasinpuhaltaja", "path"), finders("viikko", "path")) == ([], READERS[place])
    archive_path(actor=cast.mika, path=path)
    catch_up()
    assert finders("viikko", "path") == []
    reopen_path(actor=cast.mika, path=path)
    catch_up()
    assert finders("viikko", "path") == READERS[place]
    assert compare().uids == []


def test_a_step_that_was_taken_out_and_one_of_one_person_are_not_found(cast, finders, catch_up):
    path = path_in(cast, "lab")
    onboarding.save_step(actor=cast.mika, path=path, kind="do", title="Roof")
    hers = onboarding.enrol(
        actor=cast.mika, path=path, person=cast.aino, start_on=date(2026, 11, 2), buddy=cast.ben, manager=None
    )
    onboarding.add_step_for(actor=cast.ben, enrolment=hers, title="Salainen kahvitauko", kind="do", due_days=3)
    catch_up()
    assert finders("kahvitauko", "path") == []
    assert finders("roof", "path") == READERS["lab"]
    onboarding.remove_step(actor=cast.mika, step=path.steps.get(title="Roof"))
    catch_up()
    assert finders("roof", "path") == []


# --- As they are shown ----------------------------------------------------------------------------------------------------


def test_result_page_suggestions_and_api_show_tags_and_paths(cast, index, sign_in):
    in_place(cast, "yard", "perehdytys")
    path = path_in(cast, "lab", purpose="Uusille")
    rebuild()
    for name, user in cast.people.items():
        client = sign_in(user)
        page = client.get("/search/", {"q": "perehdytys"}).content.decode()
        assert ('href="/tags/perehdytys/"' in page) is (name in READERS["yard"]), name
        assert (f'href="/paths/{path.slug}/"' in page) is (name in READERS["lab"]), name
        assert ('Tags <span class="number">1' in page) is (name in READERS["yard"]), name
        assert ('Paths <span class="number">1' in page) is (name in READERS["lab"]), name
        for kind, readers in (("tag", READERS["yard"]), ("path", READERS["lab"])):
            answer = client.get("/api/v1/search", {"q": "perehdytys", "kind": kind}).json()
            assert [hit["kind"] for hit in answer["hits"]] == ([kind] if name in readers else []), name
        offered = client.get("/search/suggest/", {"q": "perehdytysp"}).content.decode()
        assert (f"/paths/{path.slug}/" in offered) is (name in READERS["lab"]), name


def test_a_tag_has_no_time_and_no_inflection_of_its_own(cast, finders, catch_up):
    in_place(cast, "yard", "kokoukset")
    catch_up()
    assert finders("kokoukset") == READERS["yard"]
    assert finders("kokous") == READERS["yard"]  # its name is analysed like any text
    assert finders("kokoukset before:2030") == finders("kokoukset after:2020") == []


def test_diary_names_the_tags_that_were_taken_away_and_no_others(cast):
    page = in_place(cast, "yard", "sammal")
    tag = Tag.objects.get(name="sammal")
    save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="z", tags=["sammal"])
    assert "untagged" not in Activity.objects.filter(verb="page.edited").latest("pk").data
    page.refresh_from_db()
    save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="w", tags=["naava"])
    assert Activity.objects.filter(verb="page.edited").latest("pk").data["untagged"] == [tag.pk]
