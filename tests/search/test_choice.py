"""SEARCH_URL chooses the engine; a wrong one stops the start with a sentence. Commands speak to any engine."""

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from feed.models import Post
from intranet import env
from search.engines import engine, engine_named, open_engine
from search.engines.whoosh import WhooshEngine

SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
POSTGRES = {"ENGINE": "django.db.backends.postgresql"}


@pytest.mark.parametrize("url", ["whoosh://", "whoosh:///", "whoosh:///srv/search"])
def test_whoosh_stands_beside_any_database(url):
    assert env.search(url, SQLITE) == env.search(url, POSTGRES) == url


@pytest.mark.parametrize("url", ["postgres://", "postgresql://", "postgres:///"])
def test_postgres_needs_a_house_on_postgres(url):
    assert env.search(url, POSTGRES) == url
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL that names PostgreSQL"):
        env.search(url, SQLITE)


@pytest.mark.parametrize("url", ["postgres://anna:secret@db/house", "postgres:///other"])
def test_index_in_another_database_is_refused_without_telling_its_password(url):
    with pytest.raises(ImproperlyConfigured, match="stands alone") as error:
        env.search(url, POSTGRES)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "whoosh",
        "postgres",
        "whoosh:",
        "whoosh:/tmp",
        "whoosh://folder",
        "elastic://u:secret@h",
        "://",
        "http://[x",
        "secret",
    ],
)
def test_anything_else_is_named_and_refused(url):
    with pytest.raises(
        ImproperlyConfigured, match="none of whoosh://, whoosh:///a/folder, postgres:// and opensearchs://"
    ) as error:
        env.search(url, POSTGRES)
    assert url == "secret" or "secret" not in str(error.value)
    with pytest.raises(ImproperlyConfigured):
        open_engine(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("opensearch://search", ([("search", 9200)], False, "", "", "loikka")),
        ("opensearchs://anna:s%40la@[::1]:9201/loikka", ([("::1", 9201)], True, "anna", "s@la", "loikka")),
        ("elasticsearchs://a:1,b/our.house", ([("a", 1), ("b", 9200)], True, "", "", "our.house")),
    ],
)
def test_server_is_read_from_its_address(url, told):
    assert env.search(url, SQLITE) == env.search(url, POSTGRES) == url
    assert tuple(env.search_server(url)[name] for name in ("hosts", "is_secure", "user", "password", "index")) == told


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("", "needs the name of a host"),
        ("anna:secret@", "needs the name of a host"),
        ("h:secret", "needs the name of a host"),
        ("h:99999", "needs the name of a host"),
        ("a host", "needs the name of a host"),
        ("h/Secret", "needs a name of small letters"),
        ("h/_all", "needs a name of small letters"),
        ("h/a,b", "needs a name of small letters"),
        ("h/*", "needs a name of small letters"),
        ("h/a/b", "needs a name of small letters"),
        ("h/a?verify=secret", "only [?]ca="),
        ("h/a?ca=/nowhere/secret.pem", "no file of certificates"),
    ],
)
def test_address_of_a_server_that_cannot_be_understood_is_refused_without_telling_its_password(place, wrong):
    with pytest.raises(ImproperlyConfigured, match=wrong) as error:
        env.search(f"opensearchs://{place}", SQLITE)
    assert "secret" not in str(error.value).lower()


def test_engine_of_this_process_is_the_one_of_the_settings(settings, tmp_path):
    settings.SEARCH_URL = f"whoosh://{tmp_path}/one"
    assert engine() is engine_named("") is engine_named(f"whoosh://{tmp_path}/one")
    assert isinstance(engine_named("whoosh"), WhooshEngine)
    assert engine_named("whoosh").store.folder == settings.DATA_DIR / "search"


def test_another_engine_is_made_and_checked_before_it_is_chosen(cast, house, tmp_path, settings):
    other = f"whoosh://{tmp_path}/other"
    with pytest.raises(SystemExit):
        call_command("search_check", engine=other, stdout=StringIO(), stderr=StringIO())
    call_command("search_rebuild", engine=other, verbosity=0)
    call_command("search_check", engine=other, stdout=StringIO())
    before = engine().uids()
    assert open_engine(other).uids() == before
    Post.objects.filter(pk=house.posts["yard"].pk).delete()
    said = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("search_check", engine=other, stdout=said)
    assert left.value.code == 1
    assert f"too many: post:{house.posts['yard'].pk}" in said.getvalue()
    call_command("search_check", "--repair", engine=other, stdout=said)
    call_command("search_check", engine=other, stdout=said)
    assert engine().uids() == before


def test_unknown_engine_is_a_sentence(house):
    for command in ("search_rebuild", "search_check"):
        with pytest.raises(CommandError, match="'elastic' is none of"):
            call_command(command, engine="elastic")


def test_rebuild_tells_how_far_it_is(cast, house, monkeypatch):
    from search.management.commands import search_rebuild

    monkeypatch.setattr(search_rebuild, "_EVERY", 0.0)
    said = StringIO()
    call_command("search_rebuild", stdout=said)
    number = len(engine().uids())
    assert f"{number} of {number} documents, " in said.getvalue()
    own, admins = said.getvalue().splitlines()[-2:]
    assert own.startswith(f"{number} documents in ")
    assert admins.endswith("things of Wagtail's admin")


def test_rebuild_that_cannot_write_says_so_and_leaves_the_index(cast, house, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CommandError, match="The one in use is as it was"):
        call_command("search_rebuild", engine=f"whoosh://{tmp_path}/file", verbosity=0)
