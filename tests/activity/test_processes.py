"""Several processes, one house: live hints over Redis, and what goes on while Redis is away."""

import time
from collections.abc import Iterator

import httpx
import pytest
from django.core.cache import caches
from django.test import Client

from intranet.cache import REST, SoftRedisCache
from intranet.people import actions
from tests.activity.redis_house import Door, free_port, running_house, some_redis
from tests.activity.test_live import listening, until
from tests.builders import PASSWORD, build_cast

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with some_redis() as url:
        if url is None:
            pytest.skip("redis-server is not installed and TEST_REDIS_URL is not set")
        yield url


@pytest.fixture
def door(redis_url) -> Iterator[Door]:
    door = Door(redis_url)
    door.open()
    yield door
    door.close()


@pytest.fixture
def live_cast(transactional_db):
    return build_cast()


@pytest.fixture
def house(live_cast, door, tmp_path) -> Iterator[list[str]]:
    with running_house(door.url, tmp_path) as webs:
        yield webs


def post(web: str, token: str, community, body: str = "Hello") -> int:
    """Say something through one of the processes; returns the post's key."""
    answer = httpx.post(
        f"{web}/api/v1/posts",
        json={"community": community.slug, "body": body},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=20,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.mark.slow
def test_processes_hear_each_other_over_redis_and_it_heals(house, live_cast, sign_in, door):
    here, there = house
    _row, token = actions.issue_token(actor=live_cast.aino, owner=live_cast.aino, name="test", scope="write")
    people = [live_cast.ben, live_cast.cleo, live_cast.gita, live_cast.root]
    with listening(there, sign_in, *people) as streams, listening(here, sign_in, live_cast.ben) as at_home:
        ben, cleo, gita, root = streams
        assert {stream.status for stream in (*streams, at_home)} == {200}

        # A post in one process is heard in the other; of a hidden community only by its members.
        for community, hears in (
            (live_cast.everyone, {ben, cleo, root}),
            (live_cast.vault, {ben}),
            (live_cast.lab, {ben, gita}),
        ):
            pk = post(here, token, community, "secret words")
            started = time.monotonic()
            assert ben.hears(f"thread:{pk}"), community
            assert time.monotonic() - started < 2
            assert at_home.hears(f"thread:{pk}")
            time.sleep(0.3)
            assert {stream for stream in streams if f"thread:{pk}" in stream.topics} == hears, community
        assert not any(f"community:{live_cast.vault.pk}" in stream.topics for stream in (cleo, gita, root))
        assert not any("secret" in stream.raw for stream in (*streams, at_home))

        # Redis goes: posting works, nobody is thrown out.
        door.shut()
        lost = post(here, token, live_cast.vault)
        time.sleep(1.5)
        assert f"thread:{lost}" not in ben.topics
        assert all(stream.ended_at is None for stream in streams)

        # It comes back: whoever listens is told to look at everything, and hears again what is said then.
        door.open()
        assert until(lambda: all("*" in stream.topics for stream in (*streams, at_home)), 15)
        again = post(here, token, live_cast.vault)
        assert ben.hears(f"thread:{again}")
        time.sleep(0.3)
        assert not any(f"thread:{again}" in stream.topics for stream in (cleo, gita, root))


# --- The cache ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache_at(settings):
    """Return a function that makes the Redis at an address the house's cache."""

    def use(url: str) -> SoftRedisCache:
        settings.CACHES = {"default": {"BACKEND": "intranet.cache.SoftRedisCache", "LOCATION": url}}
        caches["default"].clear()
        return caches["default"]

    return use


def log_in(password: str, email: str = "aino@loikka.example"):
    return Client().post("/accounts/login/", {"login": email, "password": password})


def test_sign_in_works_without_redis_and_guessing_is_still_stopped(cast, cache_at, caplog):
    cache_at(f"redis://127.0.0.1:{free_port()}/0")
    assert log_in(PASSWORD, "ben@loikka.example").status_code == 302
    for number in range(10):
        assert "Too many" not in log_in(f"guess {number}").content.decode()
    assert "Too many" in log_in(PASSWORD).content.decode()
    assert log_in(PASSWORD, "cleo@loikka.example").status_code == 302
    warnings = [record for record in caplog.records if record.name == "intranet.cache"]
    assert len(warnings) == 1
    assert "the cache is away" in warnings[0].getMessage()


def test_limit_of_addresses_holds_without_redis(cast, cache_at, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    cache_at(f"redis://127.0.0.1:{free_port()}/0")
    assert [log_in("wrong", f"p{n}@x.example").status_code for n in range(5)] == [200, 200, 200, 429, 429]


def test_limit_of_the_api_holds_without_redis(cast, cache_at, settings, sign_in):
    settings.API_RATE = 3
    cache_at(f"redis://127.0.0.1:{free_port()}/0")
    client = sign_in(cast.aino)
    assert [client.get("/api/v1/communities").status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_cache_falls_back_to_memory_and_returns_to_redis(door, cache_at, monkeypatch, caplog):
    monkeypatch.setattr("intranet.cache.REST", 0.2)
    cache = cache_at(door.url)
    cache.set("word", "there")
    assert cache.get("word") == "there"
    door.shut()
    assert cache.get("word") is None
    assert cache.add("word", "here", 60)
    assert not cache.add("word", "again", 60)
    assert (cache.get("word"), cache.touch("word", 60)) == ("here", True)
    cache.set("count", 1)
    assert cache.incr("count") == 2
    with pytest.raises(ValueError, match="nothing"):
        cache.incr("nothing")
    assert cache.delete("word")
    door.open()
    assert until(lambda: cache.get("word") == "there", 5)
    said = [record.getMessage() for record in caplog.records if record.name == "intranet.cache"]
    assert len(said) == 2
    assert said[1] == "the cache is back"


def test_redis_that_does_not_answer_costs_one_wait_and_not_one_for_each_question(cache_at):
    import socket

    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        cache = cache_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        started = time.monotonic()
        for number in range(50):
            cache.set(f"key-{number}", number)
        assert cache.get("key-49") == 49
        assert time.monotonic() - started < REST
