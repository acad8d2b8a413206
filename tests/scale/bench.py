"""`make bench`: what a request costs, in H, at several sizes of house. `ARGS=--full` adds the large ones (an hour).

Everything is counted: the server's web and worker threads, and for what writes also the indexing that follows. Every
answer's status and content are checked. Figures of a busy machine are right as ratios; absolute times are not.
"""

import argparse
import gzip
import io
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from tests.scale import search_flows, wiki_flows
from tests.scale.houses import FULL, HOUSES, Browser, House, Row, our_server, save_page, write_post
from tests.scale.unit import bare_server, cpu_seconds, pss_megabytes
from tests.services import private_postgres, private_redis

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS = 3
SESSIONS = 16
# Documents in the indexes of which the engine alone is asked; the last one with --full only.
ENGINE_SIZES = (1_000, 10_000, 100_000)


def measure(
    row: Row, count: int, ask: Callable[[int], object], *, spent: Callable[[], float], unit: tuple[int, int],
    settle: Callable[[], None],
) -> Row:  # fmt: skip
    """Fill a row in: alternately the bare view and `ask`, `count` times each; medians of the pairs.

    `spent` returns the processor seconds that everything under test has used so far.
    """
    bare, ratios, costs, times = Browser(unit[1]), [], [], []
    number = 0
    for ask_once in (bare.ask, lambda _path: ask(0)):
        ask_once("/")
    for _ in range(PAIRS):
        before = cpu_seconds(unit[0])
        for _ in range(400):
            bare.ask("/", expect="Item 19".upper())
        h = (cpu_seconds(unit[0]) - before) / 400
        settle()
        before = spent()
        for _ in range(count):
            number += 1
            started = time.perf_counter()
            ask(number)
            times.append(time.perf_counter() - started)
        settle()
        costs.append((spent() - before) / count)
        ratios.append(costs[-1] / h)
    row.h, row.cpu_ms = round(statistics.median(ratios), 1), round(statistics.median(costs) * 1000, 2)
    quantiles = statistics.quantiles(times, n=20)
    row.p50_ms, row.p95_ms = round(statistics.median(times) * 1000, 1), round(quantiles[18] * 1000, 1)
    row.worst_ms = round(max(times) * 1000, 1)
    return row


class Trial:
    """Everything that is measured in one house. Django is set up for its database before this is imported."""

    def __init__(self, house: House, data: Path, unit: tuple[int, int], services: Sequence[int] = ()) -> None:
        self.house, self.data, self.unit, self.services, self.rows = house, data, unit, services, list[Row]()
        self.chance = random.Random(3)

    def prepare(self) -> None:
        """Fill the house, sign sixteen people in, pick pages and words to ask for."""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.core.management import call_command

        house = self.house
        call_command("serve", "--prepare-only", stdout=io.StringIO())
        if not self.people():
            options = {"people": house.people, "pages": house.pages, "posts": house.posts}
            call_command("load_company", communities=house.communities, no_index=True, **options)
            if house.tree:
                wiki_flows.grow(house.tree)
            if house.indexed:
                self.build_index()
        self.readers = self.people()
        self.sessions = []
        for user in self.readers[:SESSIONS]:
            store = SessionStore()
            store.update(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: "intranet.people.backends.PersonBackend",
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            )
            store.create()
            self.sessions.append(store.session_key)

    def build_index(self) -> None:
        """Measure a rebuild of the search index."""
        from django.core.management import call_command

        from search.engines import engine

        began, started = time.process_time(), time.monotonic()
        call_command("search_rebuild", verbosity=0)
        spent, took = time.process_time() - began, time.monotonic() - started
        count = engine().health().documents
        size = sum(path.stat().st_size for path in (self.data / "search").rglob("*") if path.is_file()) / 1e6
        note = (
            f"{count} documents in {took:.0f} s, {count / spent:.0f} a second of processor time, {size:.0f} MB on disk"
        )
        self.keep(Row(self.house.name, "build the search index", note=note))

    def people(self) -> list:
        """Return the people who read."""
        from intranet.people.models import User

        return list(User.objects.filter(email__endswith="@company.example", is_guest=False).order_by("pk")[:SESSIONS])

    def settle(self) -> None:
        """Wait until the worker has brought everything round."""
        from intranet.activity.dispatch import due

        for _ in range(600):
            if not due().exists():
                return
            time.sleep(0.05)

    def add(self, flow: str, count: int, ask: Callable[[int], object], *, queries: str = "", note: str = "") -> None:
        """Measure a flow and print its line."""
        row = Row(self.house.name, flow, note=note)
        measure(row, count, ask, spent=self.spent, unit=self.unit, settle=self.settle)
        row.queries = self.count_queries(queries) if queries else None
        self.keep(row)

    def keep(self, row: Row) -> None:
        """Add a line to the report and print it."""
        self.rows.append(row)
        report(row)

    def spent(self) -> float:
        """Return the processor seconds of the server and the services it uses, so far."""
        return sum(cpu_seconds(pid) for pid in (self.server.pid, *self.services))

    def count_queries(self, address: str) -> int:
        """Return how many queries a warm view of an address makes."""
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        client = Client(headers={"host": "localhost"})
        client.cookies["loikka_session"] = self.sessions[0]
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200, address
        return len(captured)

    def run(self) -> list[Row]:
        """Measure everything."""
        self.prepare()
        self.cold_start()
        with our_server(self.data, self.sessions) as self.server:
            self.browser = Browser(self.server.port, self.sessions)
            if self.house.tree:
                wiki_flows.trees(self)
            else:
                self.reading()
                if self.house.indexed:
                    search_flows.finding(self)
                wiki_flows.working(self)
                self.writing()
            memory = round(sum(pss_megabytes(pid) for pid in (self.server.pid, *self.services)))
            self.keep(Row(self.house.name, "memory of all processes, MB PSS", note=str(memory)))
        return self.rows

    def cold_start(self) -> None:
        """Measure from the command to the first page of somebody signed in."""
        times = []
        for _ in range(3):
            started = time.perf_counter()
            with our_server(self.data, self.sessions) as server:
                Browser(server.port, self.sessions).ask("/", expect="<main")
                times.append(time.perf_counter() - started)
                spent = cpu_seconds(server.pid)
        note = f"{statistics.median(times):.2f} s, {spent:.2f} s of processor time"
        self.keep(Row(self.house.name, "cold start to the first page", note=note))

    def reading(self) -> None:
        """Wiki page, section, home feed, thread."""
        from django.db.models import Count

        from feed.models import Post
        from intranet.people.models import Community
        from wiki.models import WikiPage

        open_ones = Community.objects.filter(kind="open").values("pk")
        pages = list(
            WikiPage.objects.filter(community__in=open_ones).order_by("?")[:300].values_list("address", flat=True)
        )
        urls = [f"/wiki/{address}/" for address in pages]
        self.add("wiki page", 300, lambda n: self.browser.ask(urls[n % len(urls)], expect="<h1"), queries=urls[0])
        biggest = Community.objects.filter(pk__in=open_ones).annotate(n=Count("pk")).order_by("pk").first()
        assert biggest is not None
        section = f"/wiki/{biggest.slug}/"
        self.add("wiki section", 100, lambda n: self.browser.ask(section, expect="<h1"), queries=section)
        self.add("home feed", 200, lambda n: self.browser.ask("/", expect="<main"), queries="/")
        threads = list(
            Post.objects.filter(community__in=open_ones, thread=None, deleted_at=None)
            .order_by("?")[:100]
            .values_list("pk", flat=True)
        )
        thread = f"/threads/{threads[0]}/"
        self.add("thread", 200, lambda n: self.browser.ask(f"/threads/{threads[n % len(threads)]}/"), queries=thread)
        long = f"/threads/{self.long_thread()}/"
        self.settle()
        self.add("thread of 300 replies", 60, lambda n: self.browser.ask(long, expect="<h1"), queries=long)

    def long_thread(self) -> int:
        """Return a thread with 300 replies, made through the actions."""
        from feed.actions import publish_post, reply_to_post
        from intranet.people.models import Community

        everyone = Community.objects.filter(kind="open", memberships__user=self.readers[0]).first()
        assert everyone is not None
        first = publish_post(actor=self.readers[0], community=everyone, body="A long talk begins")
        for number in range(300):
            reply_to_post(actor=self.readers[0], post=first, body=f"Reply {number}: yes, and so on")
        return first.pk

    def writing(self) -> None:
        """Save a page, write a post; what readers of the diary do about it is counted."""
        from intranet.people.models import Community, Membership
        from wiki.models import WikiPage

        me = self.readers[0]
        writer = Browser(self.server.port, self.sessions[:1])
        mine = Membership.objects.filter(user=me).values("community_id")
        pages = list(WikiPage.objects.filter(community__in=mine).order_by("pk")[: 40 * PAIRS + 2])

        def save(number: int) -> None:
            save_page(writer, pages[number % len(pages)], f"Changed {number} {time.time()}")

        indexed = "with indexing" if self.house.indexed else "index not built"
        self.add("save page", 40, save, note=indexed)
        place = Community.objects.filter(pk__in=mine, kind="open").first()
        assert place is not None

        def write(number: int) -> None:
            write_post(writer, place, f"Post {number} at {time.time()}: does anybody know?")

        self.add("post", 40, write, note=indexed)


def weight(home: str, browser: Browser) -> list[Row]:
    """Return what a browser loads with the first page, packed with gzip, in KB."""
    sums = {"script": 0, "style": 0}
    for kind, pattern in (
        ("script", r'<script[^>]+src="([^"]+)"|modulepreload" href="([^"]+)"'),
        ("style", r'<link[^>]+stylesheet"[^>]*href="([^"]+)"|<link[^>]+href="([^"]+\.css)"'),
    ):
        for found in {first or second for first, second in re.findall(pattern, home)}:
            sums[kind] += len(gzip.compress(browser.ask(found).encode(), 9))
    return [Row("", f"weight of {kind}, KB gz", note=f"{size / 1024:.1f}") for kind, size in sums.items()]


def engine_rows(sizes: Sequence[int]) -> list[Row]:
    """Measure the engine of search alone, question by question, in processor time of this process."""
    from tests.scale import search_bench

    rows = []
    for size in sizes:
        for found in search_bench.measure(size):
            row = Row(f"search engine, {size:,} documents", found["what"])
            if "p95" in found:
                row.cpu_ms, row.p95_ms, row.worst_ms = found["p50"], found["p95"], found["max"]
            else:
                row.note = str(found["p50"])
            rows.append(row)
            report(row)
    return rows


def report(row: Row) -> None:
    """Print a line."""
    figures = (row.h, row.cpu_ms, row.p50_ms, row.p95_ms, row.worst_ms, row.queries)
    cells = "".join(f"{'' if figure is None else figure!s:>9}" for figure in figures)
    print(f"{row.house:<34}{row.flow:<36}{cells}  {row.note}", flush=True)


def one_house(number: int, houses: Sequence[House], data: Path, output: Path) -> None:
    """Measure one house; in a process of its own, because the settings are read once."""
    os.environ |= {"DATA_DIR": str(data), "LOIKKA_DEMO": "0", "DJANGO_SETTINGS_MODULE": "intranet.settings"}
    os.environ["ALLOWED_HOSTS"] = "localhost,testserver"
    import django

    django.setup()
    with bare_server(data.parent / f"bare-{number}") as unit:
        services = [int(pid) for pid in os.environ.get("BENCH_SERVICES", "").split()]
        house = replace(houses[number], name=houses[number].name + (", PostgreSQL" if services else ""))
        trial = Trial(house, data, unit, services)
        rows = trial.run()
        if number == 0:
            with our_server(data, trial.sessions) as server:
                browser = Browser(server.port, trial.sessions)
                extra = weight(browser.ask("/"), browser)
            for row in extra:
                report(row)
            rows += extra
    output.write_text(json.dumps([asdict(row) for row in rows]))


def main() -> None:
    """Measure every house and keep the figures in bench-results/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 100,000 indexed documents and 1,000,000 posts")
    parser.add_argument("--services", action="store_true", help="on PostgreSQL and Redis, their work counted as well")
    parser.add_argument("--only", type=int, help="one house by its number")
    parser.add_argument("--house", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    houses = FULL if options.full else HOUSES
    if options.house is not None:
        folder = options.folder
        one_house(options.house, houses, folder / f"house-{options.house}", folder / f"{options.house}.json")
        return
    print(f"{'':<70}{'H':>9}{'CPU ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}{'queries':>9}")
    folder, rows, environment = Path(tempfile.mkdtemp(prefix="loikka-bench-")), [], dict(os.environ)
    with ExitStack() as services:
        services.callback(shutil.rmtree, folder, ignore_errors=True)
        if options.services:
            postgres, redis = (services.enter_context(start(folder)) for start in (private_postgres, private_redis))
            if postgres is None or redis is None:
                sys.exit("PostgreSQL and Redis are not installed on this machine.")
            environment |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
            environment["BENCH_SERVICES"] = f"{postgres.pid} {redis.pid}"
            # One cluster is one house.
            options.only = 1 if options.only is None else options.only
        for number in range(len(houses)) if options.only is None else [options.only]:
            command = [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "tests.scale.bench",
                "--house",
                str(number),
                "--folder",
                folder,
            ]
            subprocess.run([*command, *(["--full"] if options.full else [])], cwd=ROOT, env=environment, check=True)
            rows += json.loads((folder / f"{number}.json").read_text())
        if options.only is None:
            rows += [asdict(row) for row in engine_rows(ENGINE_SIZES if options.full else ENGINE_SIZES[:2])]
    results = ROOT / "bench-results"
    results.mkdir(exist_ok=True)
    (results / f"{time.strftime('%Y-%m-%d-%H%M')}.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
