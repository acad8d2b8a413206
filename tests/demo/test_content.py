"""The demo company's files hold together by themselves: no database, no loader."""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

CONTENT = Path(__file__).parents[2] / "intranet" / "demo" / "content"
REACTIONS = {"thanks", "agree", "love", "celebrate", "more"}
HAIR = {"short", "long", "bun", "curly", "bald", "bob", "ponytail", "beard-short"}
LANGUAGES = {"fi", "sv", "en"}
GUESTS = {"gita@loikka.example", "pekka@loikka.example"}

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\[\[([^\]|]+)(?:\|[^\]]*)?\]\]")
MENTION = re.compile(r"(?<![\w.@])@([a-z]+\.[a-z]+)")
TAG = re.compile(r"(?<![\w#&/])#([^\W_][\w-]*)")


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


@cache
def people() -> dict[str, dict[str, Any]]:
    return {person["email"]: person for person in table("people.toml")["person"]}


@cache
def communities() -> dict[str, dict[str, Any]]:
    return {community["slug"]: community for community in table("communities.toml")["community"]}


@cache
def employees() -> frozenset[str]:
    return frozenset(email for email, person in people().items() if not person["guest"])


@cache
def members(slug: str) -> frozenset[str]:
    named = communities()[slug]["members"]
    return employees() if named == "employees" else frozenset(named) | frozenset(communities()[slug]["guests"])


@cache
def readers(slug: str) -> frozenset[str]:
    return members(slug) | employees() if communities()[slug]["kind"] == "open" else members(slug)


@cache
def pages() -> dict[Path, tuple[dict[str, Any], str]]:
    """Path below pages/ -> (front matter, body)."""
    found = {}
    for path in sorted((CONTENT / "pages").rglob("*.md")):
        _, matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
        found[path.relative_to(CONTENT / "pages")] = (yaml.safe_load(matter), body)
    return found


@cache
def community_of_title() -> dict[str, str]:
    return {matter["title"]: path.parts[0] for path, (matter, _) in pages().items()}


@cache
def threads() -> list[dict[str, Any]]:
    return [
        thread
        for path in sorted((CONTENT / "threads").glob("*.toml"))
        for thread in table(f"threads/{path.name}")["thread"]
    ]


def posts(thread: dict[str, Any]) -> list[tuple[float, dict[str, Any]]]:
    """Every post of a thread with its age in days."""
    replies = thread.get("replies", [])
    return [(thread["days_ago"], thread)] + [(thread["days_ago"] - r["hours_after"] / 24, r) for r in replies]


def texts() -> list[tuple[str, str]]:
    """(community, text without code) of everything that is written."""
    of_pages = [(path.parts[0], CODE.sub("", body)) for path, (_, body) in pages().items()]
    return of_pages + [(t["community"], CODE.sub("", post["body"])) for t in threads() for _, post in posts(t)]


def test_forty_people_two_of_them_guests_and_one_administrator() -> None:
    assert len(people()) == len(table("people.toml")["person"]) == 40
    assert set(people()) - employees() == GUESTS
    assert [email for email, person in people().items() if person.get("is_superuser")] == ["root@loikka.example"]
    assert {f"{name}@loikka.example" for name in ("aino", "ben", "cleo", "mika", "gita", "root")} <= set(people())


def test_handles_are_plain_and_unique() -> None:
    handles = [person["handle"] for person in people().values()]
    assert len(set(handles)) == 40
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", handle) for handle in handles)


@pytest.mark.parametrize("email", sorted(people()))
def test_person_refers_to_existing_team_manager_and_tags(email: str) -> None:
    person = people()[email]
    assert email.endswith("@loikka.example")
    assert person["about"]
    assert person["title"]
    assert person["language"] in person["languages"]
    assert set(person["languages"]) <= LANGUAGES
    assert set(person["skills"]) <= {tag["name"] for tag in table("tags.toml")["tag"]}
    if person["guest"]:
        assert (person["team"], person["manager"]) == ("", "")
    else:
        assert person["team"] in {team["name"] for team in table("teams.toml")["team"]}
        assert person["manager"] in employees() - {email} or (email, person["manager"]) == ("liisa@loikka.example", "")


@pytest.mark.parametrize("email", sorted(people()))
def test_avatar_can_be_drawn(email: str) -> None:
    avatar = people()[email]["avatar"]
    assert set(avatar) == {"skin", "hair", "hair_style", "glasses", "beard", "shirt", "background"}
    assert avatar["skin"] in range(6)
    assert avatar["hair"] in range(8)
    assert avatar["hair_style"] in HAIR
    assert avatar["shirt"] in range(24)
    assert avatar["background"] in range(24)
    assert {type(avatar["glasses"]), type(avatar["beard"])} == {bool}


def test_faces_differ() -> None:
    assert len({tuple(sorted(person["avatar"].items())) for person in people().values()}) == 40


def test_every_team_is_led_by_one_of_its_own() -> None:
    for team in table("teams.toml")["team"]:
        assert people()[team["lead"]]["team"] == team["name"]


def test_eight_communities_of_all_kinds_with_one_for_everyone() -> None:
    assert len(communities()) == 8
    assert {community["kind"] for community in communities().values()} == {"open", "closed", "hidden"}
    assert [slug for slug, community in communities().items() if community["everyone"]] == ["koko-talo"]
    assert communities()["koko-talo"]["members"] == "employees"


@pytest.mark.parametrize("slug", sorted(communities()))
def test_community_is_made_of_known_people(slug: str) -> None:
    community = communities()[slug]
    assert community["hue"] in range(24)
    assert community["purpose"]
    assert set(community["guests"]) <= GUESTS
    assert set(community["moderators"]) <= members(slug) & employees()
    assert members(slug) - set(community["guests"]) <= employees()
    assert not (community["everyone"] and community["guests"])


def test_cast_belongs_where_the_tests_expect_it() -> None:
    def of(name: str) -> set[str]:
        return {slug for slug in communities() if f"{name}@loikka.example" in members(slug)}

    shut = {slug for slug, community in communities().items() if community["kind"] != "open"}
    assert of("aino") == of("ben")
    assert of("aino") >= shut
    assert not of("cleo") & shut
    assert not of("root") & shut
    assert Counter(communities()[slug]["kind"] for slug in of("gita")) == {"open": 1, "closed": 1}
    assert sum("mika@loikka.example" in community["moderators"] for community in communities().values()) >= 3


def test_tags_are_one_vocabulary() -> None:
    names = [tag["name"] for tag in table("tags.toml")["tag"]]
    assert len(set(names)) == len(names) >= 40
    assert {tag["language"] for tag in table("tags.toml")["tag"]} == LANGUAGES
    assert all(re.fullmatch(r"[a-zåäö0-9]+(-[a-zåäö0-9]+)*", name) for name in names)


def test_sixty_pages_in_three_languages() -> None:
    assert Counter(matter["language"] for matter, _ in pages().values()) == {"fi": 35, "sv": 12, "en": 13}
    assert {path.parts[0] for path in pages()} == set(communities())
    assert len(community_of_title()) == 60


def test_every_folder_has_its_own_page() -> None:
    folders = {path.parent for path in pages() if len(path.parts) > 2}
    assert folders
    assert all(folder / "index.md" in pages() for folder in folders)


@pytest.mark.parametrize("path", sorted(pages()), ids=str)
def test_page_is_complete_and_its_dates_are_possible(path: Path) -> None:
    matter, body = pages()[path]
    author = people()[matter["author"]]
    assert matter["author"] in members(path.parts[0])
    assert matter.get("owner", matter["author"]) in members(path.parts[0])
    assert matter["tags"]
    assert set(matter["tags"]) <= {tag["name"] for tag in table("tags.toml")["tag"]}
    assert 0 < matter["created_days_ago"] <= author["joined"]
    assert 0 <= matter.get("verified_days_ago", 0) <= matter["created_days_ago"]
    assert matter.get("review_months", 1) in {1, 3, 6, 12}
    assert "owner" in matter or "verified_days_ago" not in matter
    assert len(body.split()) >= 150
    assert re.search(r"^## ", body, re.MULTILINE)
    assert not re.search(r"^# ", CODE.sub("", body), re.MULTILINE), "the title is the only first heading"


def test_three_pages_are_long_and_the_others_are_not() -> None:
    lengths = sorted(len(body.split()) for _, body in pages().values())
    assert [length >= 1500 for length in lengths[-3:]] == [True] * 3
    assert lengths[-4] <= 700


def test_pages_use_what_a_page_may_contain() -> None:
    whole = "\n".join(body for _, body in pages().values())
    for feature in ("- [ ] ", "- [x] ", "> [!NOTE]", "> [!TIP]", "> [!WARNING]", "|---|", "```python", "[^"):
        assert feature in whole
    for note in re.findall(r"\[\^(\w+)\](?!:)", whole):
        assert f"[^{note}]: " in whole


def test_links_lead_to_pages_apart_from_three() -> None:
    missing = [title for _, text in texts() for title in LINK.findall(text) if title not in community_of_title()]
    assert sorted(missing) == ["Positiotunnukset", "Sairauspoissaolot", "Spare parts policy"]


def test_links_never_lead_from_a_wider_circle_into_a_narrower_one() -> None:
    for slug, text in texts():
        for title in LINK.findall(text):
            target = community_of_title().get(title, slug)
            assert target == slug or communities()[target]["kind"] == "open", (slug, title)


def test_closed_and_hidden_places_are_not_named_outside() -> None:
    for slug, text in texts():
        assert slug == "projekti-haapa" or "Haapa" not in text, text[:80]


def test_mentions_are_of_people_who_may_read_it() -> None:
    by_handle = {person["handle"]: email for email, person in people().items()}
    for slug, text in texts():
        for handle in MENTION.findall(text):
            if handle != "first.last":
                assert by_handle[handle] in readers(slug), (slug, handle)


def test_some_mentions_carry_a_finnish_ending() -> None:
    assert sum(len(re.findall(r"@[a-z]+\.[a-z]+:(lle|lta|n)\b", text)) for _, text in texts()) >= 8


def test_inline_tags_are_in_the_vocabulary() -> None:
    names = {tag["name"] for tag in table("tags.toml")["tag"]}
    used = {tag for _, text in texts() for tag in TAG.findall(text)}
    assert len(used) >= 10
    assert used <= names


def test_threads_are_many_and_of_every_length() -> None:
    replies = sorted(len(thread.get("replies", [])) for thread in threads())
    assert len(replies) == 155
    assert replies[0] == 0
    assert replies[-1] == 40
    assert replies[-2] <= 8
    assert sum(1 <= count <= 8 for count in replies) >= 100
    assert len({thread["body"] for thread in threads()}) == 155
    assert 25 <= sum("about_page" in thread for thread in threads()) <= 50


@pytest.mark.parametrize("thread", threads(), ids=lambda thread: thread["body"].strip()[:40])
def test_thread_is_written_by_members_in_possible_order(thread: dict[str, Any]) -> None:
    slug = thread["community"]
    for age, post in posts(thread):
        assert post["author"] in members(slug)
        assert 0 < age <= people()[post["author"]]["joined"]
        assert 0 < len(post["body"].strip()) <= 10_000
        assert not re.search(r"^(#{1,6} |\|)", post["body"], re.MULTILINE), "posts have no headings or tables"
        reactions = post.get("reactions", {})
        assert set(reactions) <= REACTIONS
        for kind, reactors in reactions.items():
            assert reactors, kind
            assert len(set(reactors)) == len(reactors)
            assert set(reactors) <= readers(slug)
            assert all(people()[reactor]["joined"] >= age for reactor in reactors)
    if "about_page" in thread:
        assert community_of_title()[thread["about_page"]] == slug


@pytest.mark.parametrize("thread", threads(), ids=lambda thread: thread["body"].strip()[:40])
def test_replies_follow_each_other_two_levels_deep(thread: dict[str, Any]) -> None:
    replies = thread.get("replies", [])
    times = [reply["hours_after"] for reply in replies]
    assert times == sorted(times)
    assert all(time > 0 for time in times)
    for index, reply in enumerate(replies):
        if "parent" in reply:
            assert 0 <= reply["parent"] < index
            assert "parent" not in replies[reply["parent"]]


def test_thread_about_a_page_is_younger_than_the_page() -> None:
    born = {matter["title"]: matter["created_days_ago"] for matter, _ in pages().values()}
    for thread in threads():
        assert thread["days_ago"] <= born.get(thread.get("about_page", ""), thread["days_ago"]), thread["body"]


def test_two_onboarding_paths_of_steps_that_lead_somewhere() -> None:
    paths = table("paths.toml")["path"]
    assert [path["title"] for path in paths] == ["Ensimmäinen kuukausi", "Your first month"]
    for path in paths:
        assert 8 <= len(path["steps"]) <= 12
        assert {step["kind"] for step in path["steps"]} == {"read", "do", "meet", "post"}
        assert [step["due_days"] for step in path["steps"]] == sorted(step["due_days"] for step in path["steps"])
        for step in path["steps"]:
            assert step["title"]
            assert step["text"]
            assert step["who"] in {"self", "buddy", "manager"} | employees()
            assert ("page" in step) or step["kind"] != "read"
            if "page" in step:
                assert communities()[community_of_title()[step["page"]]]["kind"] == "open"


def test_tours_are_walked_by_doing_what_they_show() -> None:
    tours = table("tours.toml")["path"]
    assert sorted(tour["language"] for tour in tours) == ["en", "fi", "sv"]
    for tour in tours:
        acts = {step.get("act", step["kind"]) for step in tour["steps"]}
        assert acts >= {"read", "introduce", "ask", "thank", "check_in"}
        assert {*tour["people"], tour["buddy"], tour["owner"]} <= employees()
        for step in tour["steps"]:
            assert step["title"]
            assert step["text"]
            assert ("page" in step) == (step["kind"] in {"read", "improve"})
            if "page" in step:
                assert communities()[community_of_title()[step["page"]]]["kind"] == "open"
            if step.get("proof") == "quiz":
                assert step["question"]
                assert 0 <= step["right"] < len(step["choices"])


def test_enrolments_name_newcomer_buddy_and_manager() -> None:
    paths = {path["title"]: path for path in table("paths.toml")["path"]}
    enrolments = table("paths.toml")["enrolment"]
    for enrolment in enrolments:
        person = people()[enrolment["person"]]
        assert enrolment["manager"] == person["manager"]
        assert enrolment["buddy"] in employees()
        assert enrolment["buddy"] not in {enrolment["person"], enrolment["manager"]}
        assert enrolment["start_days_ago"] <= person["joined"]
        assert set(enrolment["done"]) <= set(range(len(paths[enrolment["path"]]["steps"])))
    assert any(enrolment["start_days_ago"] == 3 for enrolment in enrolments)
    assert any(len(e["done"]) == len(paths[e["path"]]["steps"]) for e in enrolments)
