"""Nothing leaks: random houses, random people, random questions; every name, number and value against `visible_to`."""

import itertools
import os
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feed.actions import publish_post, reply_to_post
from feed.models import Attachment, FileText, Post
from intranet.people.models import Community, Membership, User
from search import find, upkeep
from search.documents import all_documents, load_documents
from search.engines import engine
from search.engines.base import ANY_WILL_DO, KINDS, SearchRequest, SearchResponse
from search.query import parse
from search.readers import rebuild
from search.results import visible
from search.saved import looking
from search.saved.actions import save_search
from search.saved.asking import canonical
from search.saved.models import SavedSearch, UndatedChange
from tests.builders import ensure_tree, make_community, make_person
from tests.search.test_find import suggested
from wiki.actions import create_page
from wiki.models import WikiPage

# A handful in the normal run; a long one: LOIKKA_EXAMPLES=300 pytest tests/search/test_leaks.py
EXAMPLES = int(os.environ.get("LOIKKA_EXAMPLES", "3"))
QUESTIONS = 14
COMMON = ["kuutamo", "retki", "sauna", "järvi"]


@dataclass
class House:
    """People, places and things. `marks`: a word that stands in one thing (or is its name) -> that thing's uid."""

    people: list[User] = field(default_factory=list)
    places: list[Community] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    number: Any = field(default_factory=lambda: itertools.count())

    def mark(self) -> str:
        """Return a word that nothing else has; no letter can be mistaken for an inflection of another mark."""
        return "xq" + "".join("bcdfghjklm"[int(digit)] for digit in f"{next(self.number):04d}") + "qx"


def build(dice: random.Random) -> House:
    """Make a house: people and guests, communities of all kinds, pages, threads, files, tags and skills."""
    house = House()
    ensure_tree()
    for n in range(dice.randint(3, 5)):
        mark = house.mark()
        person = make_person(mark, last=f"N{n}", is_guest=n > 1 and dice.random() < 0.4, is_staff=n == 1)
        house.people.append(person)
        house.marks[mark] = f"person:{person.pk}"
    employees = [person for person in house.people if not person.is_guest]
    house.places.append(make_community("Everyone", is_everyone=True, members=employees))
    for kind in dice.choices(["open", "closed", "hidden"], k=dice.randint(2, 4)):
        mark = house.mark()
        members = dice.sample(house.people, dice.randint(1, len(house.people)))
        place = make_community(mark, kind, members=members, purpose=f"{dice.choice(COMMON)}n paikka")
        house.places.append(place)
        house.marks[mark] = f"community:{place.pk}"
    house.tags = [house.mark() for _ in range(3)]
    for place in house.places:
        fill(house, place, dice)
    for person in house.people:
        if dice.random() < 0.5:
            person.skills.add(dice.choice(house.tags))
    rebuild()
    return house


def fill(house: House, place: Community, dice: random.Random) -> None:
    """Write something in a community, as one of its members."""
    writers = list(User.objects.filter(memberships__community=place))

    def words() -> tuple[str, str]:
        mark = house.mark()
        return mark, " ".join([*dice.choices(COMMON, k=3), mark])

    for _ in range(dice.randint(0, 2)):
        mark, text = words()
        title_mark, _ = words()
        page = create_page(
            actor=dice.choice(writers), community=place, title=f"{dice.choice(COMMON)} {title_mark}", body=text,
            tags=dice.sample(house.tags, dice.randint(0, 2)),
        )  # fmt: skip
        house.marks |= {mark: f"page:{page.pk}", title_mark: f"page:{page.pk}"}
    for _ in range(dice.randint(0, 2)):
        mark, text = words()
        tags = "".join(f" #{tag}" for tag in dice.sample(house.tags, dice.randint(0, 2)))
        post = publish_post(actor=dice.choice(writers), community=place, body=text + tags)
        house.marks[mark] = f"post:{post.pk}"
        if dice.random() < 0.5:
            mark, text = words()
            house.marks[mark] = f"post:{reply_to_post(actor=dice.choice(writers), post=post, body=text).pk}"
        if dice.random() < 0.5:
            mark, text = words()
            name, _ = words()
            file = Attachment.objects.create(
                community=place, uploader=post.author, post=post, name=f"{name}.txt", size=1, digest=f"{post.pk:064d}",
                content_type="text/plain", stored_as="x",
            )  # fmt: skip
            read = FileText.objects.create(attachment=file, text=text, state="read")
            house.marks |= {mark: f"file:{read.pk}", name: f"file:{read.pk}"}


# --- questions ---


def ask_something(house: House, dice: random.Random) -> str:
    """Put a question together from words, marks, names and operators."""
    marks = [*house.marks, *house.tags]

    def word() -> str:
        return dice.choice([dice.choice(COMMON), dice.choice(marks), dice.choice(marks)[:-2], "kuutmo"])

    def operator() -> str:
        place, person = dice.choice(house.places), dice.choice(house.people)
        return dice.choice([
            f"in:{place.slug}", f"yhteisö:{place.name[:4]}", f"from:{person.handle}", f"from:{person.name.split()[0]}",
            "from:me", f"tag:{dice.choice(house.tags)}", f"#{dice.choice(house.tags)}", f"type:{dice.choice(KINDS)}",
            f"-{word()}", f'"{word()}"', f'"{word()} {word()}"', f"{word()} OR {word()}", f"title:{word()}",
            f"otsikko:{word()}", "after:2020", "before:2020", "is:unowned", "is:due", "has:file", "on:vastuuton",
            f"-in:{place.slug}", f"-tag:{dice.choice(house.tags)}", f"-type:{dice.choice(KINDS)}", '"', "-", "*",
        ])  # fmt: skip

    parts = [word() for _ in range(dice.randint(0, 2))] + [operator() for _ in range(dice.randint(0, 3))]
    dice.shuffle(parts)
    return " ".join(parts) or word()


# --- what somebody may know ---


def visible_uids(user: User) -> set[str]:
    """Return everything that may be found by somebody at this moment, asked of the database alone."""
    return {f"{kind}:{pk}" for kind in KINDS for pk in visible(kind, user).values_list("pk", flat=True)}


def secrets_of(house: House, user: User, stale: frozenset[str]) -> set[str]:
    """Return the words that nothing somebody may see has."""
    seen = visible_uids(user)
    documents = load_documents(sorted(uid for uid in seen if uid.split(":")[0] in {"page", "post", "file", "person"}))
    # Who wrote something is named beside it, also when the writer has gone.
    known = seen | {f"person:{document.author_id}" for document in documents}
    if stale:
        # What has gone is still counted by its writer's name, if that is a name the reader may know.
        known |= {f"person:{pk}" for pk in User.objects.visible_to(user).values_list("pk", flat=True)}
    used = {tag for document in documents for tag in document.tags}
    return {mark for mark, uid in house.marks.items() if uid not in known} | (set(house.tags) - used)


class Listening:
    """The engine, with everything that passes through it written down."""

    def __init__(self, inner, monkeypatch) -> None:
        self.inner, self.heard = inner, list[tuple[SearchRequest, SearchResponse]]()
        search = inner.search

        def listen(request: SearchRequest) -> SearchResponse:
            answer = search(request)
            self.heard.append((request, answer))
            return answer

        self.search = search
        monkeypatch.setattr(inner, "search", listen)

    def all_of(self, request: SearchRequest, **more: Any) -> set[str]:
        """Return everything that a request finds."""
        wide = replace(request, offset=0, limit=10_000, facets=(), **more)
        return {hit.uid for hit in self.search(wide).hits}


WITHOUT = {"community": {"communities": None}, "author": {"authors": None}, "language": {"languages": frozenset()},
           "year": {"years": frozenset()}, "state": {"states": frozenset()}}  # fmt: skip


def hold_against(listening: Listening, seen: set[str], why: Any) -> None:
    """Count again, from what may be seen alone, every number that the engine told."""
    for request, answer in listening.heard:
        found = listening.all_of(request)
        assert found <= seen, why
        assert answer.total == len(found), why
        if request.kind and (
            answer.weak or not answer.total
        ):  # of this kind nothing has all the words, of others something may
            readable = Counter(uid.split(":")[0] for uid in seen)
            assert all(number <= readable[kind] for kind, number in answer.counts.items()), why
        else:
            of_any_kind = listening.all_of(request, kind="")
            assert answer.counts == Counter(uid.split(":")[0] for uid in of_any_kind), why
        for name, values in answer.facets.items():
            counted = listening.all_of(request, **WITHOUT[name]) if name in ANY_WILL_DO else found
            assert counted <= seen, why
            # A choice may leave nothing that has all the words: then it is told of what has some of them.
            if name in {"community", "author", "tag", "year"} and not answer.weak:
                assert dict(values) == values_of(name, counted), (why, name)
            elif not answer.weak:
                assert sum(number for _, number in values) <= len(counted), (why, name)
    listening.heard.clear()


def values_of(name: str, uids: set[str]) -> dict[str, int]:
    tally: Counter[str] = Counter()
    for one in load_documents(sorted(uids)):
        if name == "tag":
            tally.update(set(one.tags))
        elif name in {"community", "author"}:
            number = getattr(one, f"{name}_id")
            tally.update([str(number)] if number else [])
        else:
            tally.update([str(one.year)] if one.year else [])
    return dict(tally)


def told(client, house: House, question: str, dice: random.Random) -> str:
    """Return everything the house says to a question: page, switcher, API, tags; titles as people read them."""
    more = dice.choice([{}, {"sort": "new"}, {"kind": dice.choice(KINDS)}, {"page": 2}])
    # Where she was lately, and where she never was: the browser may say anything.
    lately = {"lately": ",".join(dice.sample(sorted(set(house.marks.values())), 8))}
    said = []
    for url, data in {
        "/search/": {"q": question, **more}, "/api/v1/search": {"q": question, "facets": "true", **more},
        "/search/suggest/": {"q": question, **lately}, "/search/switcher/": lately,
        "/api/v1/search/suggest": {"q": question}, "/search/similar/": {"q": question},
        "/search/saved/": {"q": question}, "/tags/": {}, "/api/v1/vocabulary": {},
    }.items():  # fmt: skip
        answer = client.get(url, data)
        assert answer.status_code == 200, (url, question)
        said.append(answer.content.decode())
    return " ".join(said).replace("<mark>", "").replace("</mark>", "")


def look_for_leaks(house: House, sign_in, listening: Listening, dice: random.Random, stale: frozenset[str]) -> int:
    """Ask as random people; return how many questions found something. `stale`: what the index has yet to learn of."""
    found = 0
    for _ in range(QUESTIONS):
        user, question = dice.choice(house.people), ask_something(house, dice)
        user = User.objects.get(pk=user.pk)
        listening.heard.clear()
        said = told(sign_in(user), house, question, dice) if user.is_active else ""
        seen, why = visible_uids(user), (user.name, question)
        if not stale:
            hold_against(listening, seen, why)
        for request, _answer in list(listening.heard):
            # A right that is gone is gone from every number at once; only a thing that itself changed is counted
            # until the worker has read of it.
            assert listening.all_of(request) <= seen | stale, why
        for secret in secrets_of(house, user, stale):
            # What somebody typed is said back, and nothing else.
            assert secret not in said or secret in question.lower(), (*why, house.marks.get(secret))
        results = find.search(user, parse(question), size=50).results
        assert {f"{one.kind}:{one.pk}" for one in results} <= seen, why
        hear_news(house, user, question, dice)
        found += bool(results)
    return found


def hear_news(house: House, user: User, question: str, dice: random.Random) -> None:
    """Nothing is remembered for a watched search, or told of it, that its person may not see; nor what she wrote."""
    if not (address := canonical(urlencode({"q": question}))) or not user.is_active:
        return
    saved = save_search(actor=user, address=address, watch=True)
    seen = visible_uids(user)
    assert set(saved.known) <= seen, (user.name, question)
    saved.known, saved.looked_at = [], timezone.now() - timedelta(days=1)
    changed = dice.sample(sorted(set(house.marks.values())), 8)
    UndatedChange.objects.bulk_create(UndatedChange(uid=uid) for uid in changed)
    new = looking.news(saved) or []
    assert set(new) <= seen, (user.name, question)
    own = {document.uid for document in load_documents(new) if document.author_id == user.pk}
    assert not own, (user.name, question)
    SavedSearch.objects.filter(user=user).delete()  # what she kept is shown to her by its name, whatever that is


@pytest.mark.slow
def test_nobody_learns_of_what_they_may_not_see(db, index, sign_in, monkeypatch):
    listening, found = Listening(engine(), monkeypatch), []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=EXAMPLES < 10,
        phases=[Phase.generate],
    )
    @given(st.integers(0, 2**32))
    def check(seed):
        dice = random.Random(seed)
        with transaction.atomic():
            house = build(dice)
            assert upkeep.compare().uids == []
            found.append(look_for_leaks(house, sign_in, listening, dice, frozenset()))
            before = keys_of_documents()
            take_rights_away(house, dice)
            after = keys_of_documents()
            stale = frozenset(uid for uid in before if before[uid] != after.get(uid))
            # Before the index knows: nothing is shown; what a membership or an open door opened is not counted either.
            look_for_leaks(house, sign_in, listening, dice, stale)
            # And after one round of the worker every number is right again.
            engine().upsert(load_documents(stale), sorted(stale - after.keys()))
            look_for_leaks(house, sign_in, listening, dice, frozenset())
            transaction.set_rollback(True)

    check()
    assert sum(found) > len(found)


def keys_of_documents() -> dict[str, frozenset[str]]:
    """Return who may find each thing, as the index has it when it is up to date."""
    return {document.uid: document.keys for document in all_documents()}


def take_rights_away(house: House, dice: random.Random) -> None:
    """Take memberships, open doors, accounts and pages away, behind the back of the index."""
    for membership in Membership.objects.filter(community__is_everyone=False):
        if dice.random() < 0.4:
            membership.delete()
    for place in house.places[1:]:
        if dice.random() < 0.4:
            Community.objects.filter(pk=place.pk).update(kind=dice.choice(["closed", "hidden"]))
    leaving = dice.choice(house.people)
    if dice.random() < 0.5:
        User.objects.filter(pk=leaving.pk).update(is_active=False)
    if pages := list(WikiPage.objects.filter(live=True, depth__gt=3)):
        WikiPage.objects.filter(pk=dice.choice(pages).pk).update(trashed_at=timezone.now())
    if posts := list(Post.objects.all()):
        Post.objects.filter(pk=dice.choice(posts).pk).update(deleted_at=timezone.now() - timedelta(seconds=1))


def test_who_loses_a_membership_is_told_no_number_of_that_place(cast, house, monkeypatch):
    """Keys are asked of the database in every question: neither hits nor counts nor completions wait for the index."""
    listening = Listening(engine(), monkeypatch)
    for name in ("ben", "gita"):
        user = cast.people[name]
        before = find.search(user, parse("kuutamo"))
        Membership.objects.filter(user=user, community__in=[cast.lab, cast.vault]).delete()
        listening.heard.clear()
        after = find.search(user, parse("kuutamo"))
        assert after.total < before.total
        hold_against(listening, visible_uids(user), name)
        results, tags = suggested(user, "kuut")
        assert {f"{one.kind}:{one.pk}" for one in results} <= visible_uids(user)
        assert {tag.slug: number for tag, number in tags} == ({"kuutamo": 4} if name == "ben" else {})
