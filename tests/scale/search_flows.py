"""What finding costs: result pages and suggestions over HTTP and in process, and how soon a change is found."""

import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.scale.houses import ROOT, Browser, Row, save_page, write_post

if TYPE_CHECKING:
    from tests.scale.bench import Trial

# Half a minute of writes, five a second: posts and saved pages by turns.
WRITES, PAUSE = 150, 0.2
TIMES = 3


def finding(trial: "Trial") -> None:
    """Measure everything, in a house whose index is built."""
    questions = asked(trial)
    mixed = [f"/search/?q={quote(text)}" for text in questions["mixed"]]
    count, browser = len(mixed), trial.browser
    trial.add(
        "search, 60 mixed queries", count, lambda n: browser.ask(mixed[n % count], expect="<main"), queries=mixed[0]
    )
    starts = [f"/search/suggest/?q={quote(text[:4])}" for text in questions["mixed"]]
    trial.add("suggest", 2 * count, lambda n: browser.ask(starts[n % count]), queries=starts[0])
    for name, texts in questions.items():
        _in_process(trial, f"search, {name}", [f"/search/?q={quote(text)}" for text in texts])
    _in_process(trial, "suggest", starts)
    freshness(trial)
    rebuilding(trial, mixed)


def asked(trial: "Trial") -> dict[str, list[str]]:
    """Return questions by sort: words of titles and texts, phrases out of texts, the commonest words, slips."""
    from wiki.models import WikiPage

    titles = [title.split() for title in WikiPage.objects.order_by("?")[:60].values_list("title", flat=True)]
    words = [word for title in titles for word in title if word.isalpha()] or ["kohta"]
    texts = [text.split() for text in WikiPage.objects.order_by("?")[:30].values_list("plain", flat=True)]
    common = [word for text in texts for word in text if word.isalpha()]
    choose = trial.chance.choice
    mixed = [choose(words) for _ in range(20)] + [choose(common) for _ in range(20)]
    mixed += [f"{choose(common)} {choose(common)}" for _ in range(20)]
    phrases = []
    for text in filter(lambda text: len(text) > 2, texts):
        place = trial.chance.randrange(len(text) - 1)
        phrases.append(f'"{text[place]} {text[place + 1]}"')
    often = sorted(set(common), key=common.count)[-5:]
    slips = [word[:2] + word[3:] for word in mixed[:40] if len(word) > 5]
    return {"mixed": mixed, "phrases": phrases, "the commonest words": often, "words with a letter lost": slips}


def _in_process(trial: "Trial", flow: str, addresses: Sequence[str]) -> None:
    """Measure whole answers without a web server, each address thrice after it was asked once: processor time of each."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.cookies["loikka_session"] = trial.sessions[0]
    for address in addresses:
        assert client.get(address).status_code == 200, address
    costs = []
    for address in list(addresses) * TIMES:
        before = time.thread_time()
        client.get(address)
        costs.append((time.thread_time() - before) * 1000)
    costs.sort()
    row = Row(trial.house.name, f"{flow}, in process", cpu_ms=round(statistics.mean(costs), 1))
    row.p50_ms, row.p95_ms = round(statistics.median(costs), 1), round(costs[int(len(costs) * 0.95)], 1)
    row.worst_ms, row.note = round(costs[-1], 1), "processor time: mean, middle, 95 of 100, worst"
    trial.keep(row)


def freshness(trial: "Trial") -> None:
    """Measure, at five writes a second, the time from the answer until another process finds what was written."""
    from intranet.people.models import Community, Membership
    from search.find import reader_keys
    from wiki.models import WikiPage

    me = trial.readers[0]
    mine = Membership.objects.filter(user=me).values("community_id")
    place = Community.objects.filter(pk__in=mine, kind="open").first()
    pages = list(WikiPage.objects.filter(community__in=mine).order_by("-pk")[: WRITES // 2])
    assert place is not None
    assert pages
    writer = Browser(trial.server.port, trial.sessions[:1])

    def write(number: int) -> None:
        if number % 2:
            write_post(writer, place, f"News {_word(number)}")
        else:
            save_page(writer, pages[number // 2 % len(pages)], f"News {_word(number)}")

    delays = _delays(write, reader_keys(me))
    row = Row(trial.house.name, "found after it was written", p50_ms=round(statistics.median(delays)))
    row.p95_ms, row.worst_ms = round(delays[int(len(delays) * 0.95)]), round(delays[-1])
    row.note = f"{WRITES} writes, 5 a second, pages and posts by turns; by the clock"
    trial.keep(row)
    trial.settle()


def rebuilding(trial: "Trial", addresses: Sequence[str]) -> None:
    """Measure a rebuild in a process of its own while result pages are asked for, one after the other."""
    command = [sys.executable, "-W", "ignore", "manage.py", "search_rebuild", "-v", "0"]
    browser, times = Browser(trial.server.port, trial.sessions), []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, cwd=ROOT)  # the data folder is in the environment
    while process.poll() is None:
        started = time.perf_counter()
        browser.ask(addresses[len(times) % len(addresses)], expect="<main")
        times.append((time.perf_counter() - started) * 1000)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode == 0, "the rebuild failed"
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times.sort()
    row = Row(trial.house.name, "search while the index is rebuilt", p50_ms=round(statistics.median(times)))
    row.p95_ms, row.worst_ms = round(times[int(len(times) * 0.95)]), round(times[-1])
    row.note = f"{len(times)} pages, all answered; {spent:.0f} s of processor time for the rebuild"
    trial.keep(row)


def _word(number: int) -> str:
    """Return a word that nothing else has."""
    return f"tuore{number}kvx"


def _delays(write: Callable[[int], Any], keys: frozenset[str]) -> list[float]:
    """Write while another thread looks; return the sorted times, in ms, until each write was found."""
    from search.analysis import query_terms, surface
    from search.engines import engine
    from search.engines.base import SearchRequest, Word

    waiting: dict[int, float] = {}
    delays: list[float] = []
    done = threading.Event()

    def look() -> None:
        while not (done.is_set() and not waiting):
            for number, since in list(waiting.items()):
                word = _word(number)
                if engine().search(SearchRequest(keys, ((Word(query_terms(word), surface(word)),),), limit=1)).hits:
                    delays.append((time.monotonic() - since) * 1000)
                    del waiting[number]
                elif time.monotonic() - since > 60:
                    raise SystemExit(f"What was written a minute ago is not found: {word}")
            time.sleep(0.01)

    looking = threading.Thread(target=look)
    looking.start()
    start = time.monotonic()
    for number in range(WRITES):
        time.sleep(max(0.0, start + number * PAUSE - time.monotonic()))
        write(number)
        waiting[number] = time.monotonic()
    done.set()
    looking.join()
    return sorted(delays)
