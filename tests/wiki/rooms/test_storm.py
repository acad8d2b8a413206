"""Many save the same page at once by form, by API and live: nothing is overwritten in silence, and no text is lost.

STORM says how many saves (`make storm`: 1,000). Everybody types words that nobody else types. In the end each word stands in
the page, or in a version that somebody took it out of with open eyes, or with its author: in a draft or in the answer
that asked which of two texts is to stay.
"""

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from math import ceil

import httpx
import pytest
from django.db import connections

from tests.builders import make_person
from tests.house.source import ROOT
from tests.wiki.rooms.editors import Editor, submit
from tests.wiki.rooms.test_durable import environment, web_process
from wiki import actions
from wiki.conflicts import parts_of
from wiki.models import Draft, VersionNote, WikiPage

SAVES = int(os.environ.get("STORM", "120"))
SAVES_A_PAGE = 60
TOKEN = re.compile(r"q[0-9]+x[0-9]+q")  # two may be typed at the same place, and touch


def words_in(text: str) -> set[str]:
    return set(TOKEN.findall(text))


def problems(answer: httpx.Response) -> list[str]:
    """Return what a form said was wrong."""
    return re.findall(r"<p class=\"field-error\">.*?<span>(.*?)</span>", answer.text) or [answer.text[:500]]


class Writer(threading.Thread):
    """Somebody who edits one page again and again, each time in another way."""

    def __init__(self, number, person, server, page, cookie, token, title, seed):
        super().__init__(daemon=True)
        self.number, self.person, self.server, self.page = number, person, server, page
        self.cookie, self.token, self.title, self.saves = cookie, token, title, 0
        self.chance = random.Random(seed)
        self.typed: set[str] = set()
        self.taken_out: set[str] = set()  # by this person, who saw them
        self.answered: set[str] = set()  # shown back to this person, who was asked to choose
        self.count: Counter = Counter()
        self.opened: tuple[int, str] | None = None
        self.live: Editor | None = None
        self.problem: BaseException | None = None

    def run(self):
        try:
            for _ in range(self.saves):
                getattr(self, f"save_by_{self.chance.choice(['form', 'api', 'live', 'live'])}")()
                time.sleep(self.chance.random() * 0.05)
            if self.live:
                self.leave()
        except BaseException as problem:
            self.problem = problem
        finally:
            connections.close_all()

    def edit(self, text: str) -> str:
        """Return the text with a new word in it: on a line of its own, inside a line, or in place of a line."""
        word = f"q{self.number}x{len(self.typed)}q"
        self.typed.add(word)
        lines = text.split("\n")
        at = self.chance.randrange(len(lines))
        way = self.chance.random()
        if way < 0.1:
            self.taken_out |= words_in(lines[at])
            lines[at] = f"Rewritten with {word}."
        elif way < 0.5:
            cut = self.chance.choice([found.start() for found in re.finditer(r"(?<!\S)|$", lines[at])])
            lines[at] = f"{lines[at][:cut]}{word} {lines[at][cut:]}"
        else:
            lines[at:at] = [f"A line with {word}.", ""]
        return "\n".join(lines)

    def open(self) -> tuple[int, str]:
        """Return revision and text as this person has the page open; sometimes opened long ago."""
        if self.opened is None or self.chance.random() < 0.7:
            page = WikiPage.objects.get(pk=self.page)
            self.opened = (page.live_revision_id, page.body)
        return self.opened

    def save_by_api(self):
        base, text = self.open()
        mine = self.edit(text)
        answer = httpx.patch(
            f"{self.server}/api/v1/pages/{self.page}",
            json={"base_revision": base, "markdown": mine},
            headers={"Authorization": f"Bearer {self.token}"},
            trust_env=False,
            timeout=60,
        )
        self.count[f"api {answer.status_code}"] += 1
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 409:
            assert answer.json()["mine"] == mine
            self.answered |= words_in(mine)
        self.opened = None

    def save_by_form(self):
        base, text = self.open()
        mine = self.edit(text)
        form = {"title": self.title, "body": mine, "base_revision": base, "language": "en"}
        answer = submit(self.server, self.cookie, f"/wiki/id/{self.page}/edit/", form)
        self.count[f"form {answer.status_code}"] += 1
        assert answer.status_code in {302, 409}, problems(answer)
        self.opened = None
        if answer.status_code == 409:
            self.answered |= words_in(mine)
            if self.chance.random() < 0.5:
                self.choose(base, text, mine, answer.text)

    def choose(self, base, before, mine, answer):
        """Decide between two texts, with open eyes."""
        theirs_id = int(re.search(r'name="their_revision" value="(\d+)"', answer)[1])
        theirs = VersionNote.objects.get(page=self.page, revision_id=theirs_id).revision.content["body"]
        parts = [part for part in parts_of(before, mine, theirs) if part.number is not None]
        form = {"title": self.title, "body": mine, "base_revision": base, "their_revision": theirs_id, "language": "en"}
        form["parts"] = len(parts)
        for part in parts:
            choice = self.chance.choice(["mine", "theirs", "edit"])
            form[f"choice-{part.number}"] = choice
            form[f"text-{part.number}"] = part.mine + part.theirs
            if choice == "mine":
                self.taken_out |= words_in(part.theirs) - words_in(part.mine)
            if choice == "theirs":
                self.taken_out |= words_in(part.mine) - words_in(part.theirs)
        chosen = submit(self.server, self.cookie, f"/wiki/id/{self.page}/resolve/", form)
        self.count[f"choice {chosen.status_code}"] += 1
        assert chosen.status_code in {302, 409}, problems(chosen)

    def save_by_live(self):
        if self.live is None or self.live.closed not in {None, 1006}:
            self.live = Editor(self.server, self.cookie, self.page)
        if self.live.closed is None and self.chance.random() < 0.1:
            self.live.fall()
        for _ in range(self.chance.randint(1, 3)):
            with self.live.lock:
                self.live.write(self.edit(self.live.text))
            time.sleep(self.chance.random() * 0.02)
        if self.live.closed is not None and self.chance.random() < 0.7:
            self.live.words.clear()
            self.live.connect()
        self.press_save()

    def press_save(self):
        answer = self.live.save(title=self.title)
        self.count[f"live {answer.status_code}"] += 1
        assert answer.status_code in {302, 409}, problems(answer)
        if answer.status_code == 409:
            self.answered |= words_in(self.live.text)

    def leave(self):
        """Go, as a browser does: what is not saved is a draft by then."""
        text, base = self.live.text, self.live.base
        submit(self.server, self.cookie, "/wiki/draft/", {"page": self.page, "body": text, "base_revision": base})
        self.live.go()


def storm(server, writers, saves):
    """Let them all write at once; returns the writers."""
    for writer in writers:
        writer.saves = ceil(saves / len(writers))
        writer.start()
    for writer in writers:
        writer.join(600)
        assert not writer.is_alive(), "a writer never came to an end"
        if writer.problem:
            raise writer.problem
    return writers


def judge(page, writers) -> Counter:
    """Check that nothing was overwritten in silence and nothing is lost; returns where the words are."""
    taken_out = set().union(*(writer.taken_out for writer in writers))
    versions = [
        words_in(body)
        for body in VersionNote.objects.filter(page=page)
        .order_by("number")
        .values_list("revision__content__body", flat=True)
    ]
    for number, (before, after) in enumerate(pairwise(versions), 2):
        overwritten = before - after - taken_out
        assert not overwritten, f"version {number} silently lost {overwritten}"
    text = WikiPage.objects.get(pk=page).body
    shown = Counter(TOKEN.findall(text))
    told = set().union(*versions)
    where: Counter = Counter()
    for writer in writers:
        kept = words_in("".join(Draft.objects.filter(author=writer.person, page=page).values_list("body", flat=True)))
        for word in writer.typed:
            if word in shown:
                where["in the page"] += 1
            elif word in told:
                assert word in taken_out, f"{word} was saved and is gone"
                where["taken out with open eyes, in the history"] += 1
            elif word in kept:
                where["in a draft"] += 1
            elif word in writer.answered:
                where["in the answer that asked"] += 1
            else:
                # Typed into the room, and rewritten there by somebody who saw it, before anybody saved.
                assert word in taken_out, f"{word} of {writer.person} is lost"
                where["taken out while typing"] += 1
    where["standing twice"] = sum(count > 1 for count in shown.values())
    return where


@pytest.mark.slow
def test_storm_of_saves_overwrites_nothing_in_silence_and_loses_nothing(cast, sign_in, tmp_path):
    from intranet.people.actions import issue_token
    from intranet.people.models import Membership

    people = [make_person(f"Writer{n}") for n in range(20)]
    Membership.objects.bulk_create(Membership(user=who, community=cast.lab, origin="added") for who in people)
    cookies = {who.pk: sign_in(who).cookies["loikka_session"].value for who in people}
    tokens = {who.pk: issue_token(actor=who, owner=who, name="storm", scope="write")[1] for who in people}
    seed = int(os.environ.get("STORM_SEED", "0")) or random.randrange(1, 10**9)
    print(f"STORM_SEED={seed}")
    chance = random.Random(seed)
    where: Counter = Counter()
    answers: Counter = Counter()
    started = time.monotonic()
    # The screen that asks needs the names of the styles.
    manage = [sys.executable, "-W", "ignore", "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(manage, cwd=ROOT, env=environment(tmp_path), check=True, timeout=120)
    with web_process(tmp_path, API_RATE="0") as (server, _process):
        for turn in range(ceil(SAVES / SAVES_A_PAGE)):
            body = "\n\n".join(f"Paragraph {n} of the plan, with some words in it." for n in range(12)) + "\n"
            page = actions.create_page(actor=people[0], community=cast.lab, title=f"Storm {turn}", body=body)
            chosen = chance.sample(people, chance.randint(2, 20))
            writers = [
                Writer(n, who, server, page.pk, cookies[who.pk], tokens[who.pk], page.title, chance.random())
                for n, who in enumerate(chosen)
            ]
            storm(server, writers, SAVES_A_PAGE)
            where += judge(page.pk, writers)
            for writer in writers:
                answers += writer.count
    print(f"{sum(answers.values())} answers in {time.monotonic() - started:.0f} s: {dict(sorted(answers.items()))}")
    print(dict(where))
    assert where["in the page"] > 0
    assert answers["live 302"] > 0
    assert answers["form 302"] > 0
    assert answers["api 200"] > 0
