"""2,000 open event streams on one machine: what they cost at rest, and how soon a post reaches all of them.

Run with `python -m tests.scale.streams`; prints the figures that stand in docs/performance.md.
"""

import argparse
import asyncio
import io
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests.scale.houses import Browser, our_server
from tests.scale.unit import cpu_seconds, pss_megabytes

# As many as one person may have open (`intranet.activity.live.stream.MOST_PER_PERSON`).
EACH = 20


class Listener:
    """One open stream: notes when it hears of a community or a thread, and when it ends."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.heard: list[float] = []
        self.ended_at = 0.0
        self.is_open = asyncio.Event()

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = (
            f"GET /live/events HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: loikka_session={self.session}\r\n\r\n"
        )
        writer.write(request.encode())
        status = await reader.readline()
        if b"200" not in status:
            raise SystemExit(f"a stream was answered with {status!r}")
        try:
            while line := await reader.readline():
                if line.startswith(b"retry:"):
                    self.is_open.set()
                elif line.startswith(b"data:") and "community:" in str(json.loads(line[5:])["topics"]):
                    self.heard.append(time.monotonic())
                elif line == b"0\r\n":
                    break
        finally:
            self.ended_at = time.monotonic()
            writer.close()


async def measure(server, community: int, posts: int, number: int) -> dict[str, float]:
    """Open the streams, rest, post, sign one person out; return the figures."""
    before_memory, loop = pss_megabytes(server.pid), asyncio.get_running_loop()
    opened = time.monotonic()
    cpu = cpu_seconds(server.pid)
    listeners = [Listener(server.port, server.sessions[n // EACH]) for n in range(number)]
    tasks = [asyncio.create_task(one.listen()) for one in listeners]
    await asyncio.gather(*(one.is_open.wait() for one in listeners))
    figures = {
        "streams": number,
        "seconds to open all": time.monotonic() - opened,
        "processor seconds to open all": cpu_seconds(server.pid) - cpu,
    }
    await asyncio.sleep(5)
    cpu, began = cpu_seconds(server.pid), time.monotonic()
    await asyncio.sleep(20)
    figures["processor at rest, % of one core"] = 100 * (cpu_seconds(server.pid) - cpu) / (time.monotonic() - began)
    figures["memory, MB"] = pss_megabytes(server.pid)
    figures["memory a stream, kB"] = 1024 * (figures["memory, MB"] - before_memory) / number
    browser, late = Browser(server.port, server.sessions[:1]), []
    cpu = cpu_seconds(server.pid)
    for turn in range(posts):
        for one in listeners:
            one.heard.clear()
        form = {"community": str(community), "body": f"Post number {turn} for everybody who listens."}
        await loop.run_in_executor(None, lambda form=form: browser.ask("/posts/new/", form, status=302))
        sent = time.monotonic()
        end = sent + 10
        while not all(one.heard for one in listeners) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if missing := sum(not one.heard for one in listeners):
            raise SystemExit(f"{missing} streams heard nothing of post {turn}")
        late += [one.heard[0] - sent for one in listeners]
        await asyncio.sleep(0.5)
    figures["processor ms a post, whole"] = 1000 * (cpu_seconds(server.pid) - cpu) / posts
    late.sort()
    figures["ms to a stream, half of them"] = 1000 * statistics.median(late)
    figures["ms to a stream, 99 of 100"] = 1000 * late[int(len(late) * 0.99)]
    figures["ms to a stream, the last"] = 1000 * late[-1]
    leaver = Browser(server.port, server.sessions[1:2])
    await loop.run_in_executor(None, lambda: leaver.ask("/accounts/logout/", {}, status=302))
    out, theirs = time.monotonic(), listeners[EACH : 2 * EACH]
    while not all(one.ended_at for one in theirs) and time.monotonic() < out + 10:
        await asyncio.sleep(0.05)
    figures["seconds from sign-out to the end of its streams"] = max(one.ended_at for one in theirs) - out
    if any(one.ended_at for one in listeners[2 * EACH :]):
        raise SystemExit("streams of others ended as well")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return figures


def prepare(people: int) -> tuple[list[str], int]:
    """Make a small company, and return the session keys of its people and a community that all of them read."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("serve", "--prepare-only", stdout=io.StringIO())
    options = {"people": people, "communities": 10, "pages": 20, "posts": 200, "no_index": True}
    call_command("load_company", stdout=io.StringIO(), **options)
    from intranet.activity.models import Activity
    from intranet.people.models import Membership, User

    Activity.objects.filter(dispatched_at__isnull=True).delete()  # of the making only
    readers = list(User.objects.filter(is_guest=False, is_active=True).order_by("pk")[:people])
    # Everybody reads what is open.
    place = Membership.objects.filter(user=readers[0], community__kind="open").values_list("community", flat=True)[0]
    sessions = []
    for person in readers:
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "intranet.people.backends.PersonBackend"
        session.create()
        sessions.append(session.session_key)
    return sessions, place


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=10)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="loikka-streams-"))
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "intranet.settings", "LOIKKA_DEMO": "0"}
    try:
        sessions, place = prepare(-(-options.streams // EACH) + 1)
        with our_server(folder, sessions) as server:
            Browser(server.port, sessions).ask("/")
            figures = asyncio.run(measure(server, place, options.posts, options.streams))
        for name, value in figures.items():
            print(f"{name:<55}{value:>10.1f}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
