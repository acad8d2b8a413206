"""A web process loads what the first question needs, soon after its start and beside everything else."""

import asyncio
import threading

from intranet import asgi

loaded = threading.Event()


def test_a_web_process_warms_up_by_itself(settings, monkeypatch):
    monkeypatch.setattr(asgi, "WARM_AFTER", 0.01)
    settings.WARM_UP = [f"{__name__}.load"]
    said = []

    async def live() -> None:
        messages = asyncio.Queue()
        await messages.put({"type": "lifespan.startup"})

        async def send(message):
            said.append(message["type"])

        task = asyncio.create_task(asgi.application({"type": "lifespan"}, messages.get, send))
        for _ in range(200):
            if loaded.is_set():
                break
            await asyncio.sleep(0.02)
        await messages.put({"type": "lifespan.shutdown"})
        await task

    asyncio.run(live())
    assert loaded.is_set()
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def load() -> None:
    loaded.set()


def test_what_is_warmed_up_is_there(settings):
    from django.utils.module_loading import import_string

    assert settings.WARM_UP
    for path in settings.WARM_UP:
        assert callable(import_string(path))
