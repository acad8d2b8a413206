"""Reads the demo company from `content/` and lets it happen, through the same actions people use."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from feed.actions import react, reply_to_post
from feed.kinds.actions import acknowledge, mark_answer, publish_kind, vote
from feed.models import Post
from intranet.demo.avatars import draw_avatar
from intranet.demo.keeping import look_after_talk
from intranet.demo.searching import look_after_search
from intranet.people import actions as people_actions
from intranet.people.models import Community, Membership, Team, User
from wiki.actions import create_page
from wiki.care import actions as care_actions
from wiki.harvest.actions import begin_page
from wiki.models import WikiPage
from wiki.onboarding import actions as path_actions
from wiki.onboarding.models import Path as OnboardingPath
from wiki.onboarding.versions import lines_of

CONTENT = Path(__file__).parent / "content"
# Nobody has seen the last days' talk yet: a house with nothing new in it would not look alive.
UNREAD_FOR = timedelta(days=4)
FRIDAY, MORNING, EVENING = 4, 7, 18

Say = Callable[[str], None]


def read_toml(name: str) -> dict[str, Any]:
    """Return one of the content's files."""
    with (CONTENT / name).open("rb") as file:
        return tomllib.load(file)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the YAML between the first two `---` lines, and the Markdown after it."""
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body.strip() + "\n"


# What a step says besides its kind, title, text and page.
STEP_WORDS = ("proof", "act", "question", "choices", "right", "readers")


class Company:
    """The demo company on its way into the database."""

    def __init__(self, say: Say, now: datetime | None = None) -> None:
        self.say, self.now = say, now or timezone.now()
        self.people: dict[str, User] = {}
        self.communities: dict[str, Community] = {}
        self.pages: dict[str, WikiPage] = {}

    @transaction.atomic
    def load(self) -> None:
        """Load everything, or nothing."""
        self.add_people()
        self.add_communities()
        self.write_pages()
        self.talk()
        look_after_talk(self, read_toml("care_of_talk.toml"))
        self.lay_paths()
        look_after_search(self, read_toml("search.toml"))

    def ago(self, days: float) -> datetime:
        """Return the time so many days ago."""
        return self.now - timedelta(days=days)

    def at_work(self, at: datetime) -> datetime:
        """Return a time near `at` on a working day between morning and evening: the company sleeps, too."""
        local = timezone.localtime(at)
        if not MORNING <= local.hour < EVENING:
            local = local.replace(hour=MORNING + 1 + local.minute % (EVENING - MORNING - 1))
        if local > self.now:
            local -= timedelta(days=1)
        return local - timedelta(days=max(0, local.weekday() - FRIDAY))

    def add_people(self) -> None:
        """Open the accounts, the administrator's first, and put everybody into Everyone."""
        rows = read_toml("people.toml")["person"]
        rows.sort(key=lambda row: row["email"] != "root@loikka.example")
        everyone = next(row for row in read_toml("communities.toml")["community"] if row["everyone"])
        for row in rows:
            root = self.people.get("root@loikka.example")
            self.people[row["email"]] = person = people_actions.add_person(
                actor=root,
                email=row["email"],
                name=row["name"],
                handle=row["handle"],
                is_guest=row["guest"],
                is_staff=root is None,
                title=row["title"],
                about=row["about"],
                languages=row["languages"],
                language=row["language"],
                date_joined=self.ago(row["joined"]),
            )
            if root is None:
                self.communities[everyone["slug"]] = people_actions.create_community(
                    actor=person,
                    name=everyone["name"],
                    slug=everyone["slug"],
                    purpose=everyone["purpose"],
                    hue=everyone["hue"],
                    is_everyone=True,
                )
            people_actions.set_photo(actor=person, person=person, content=draw_avatar(row["avatar"]))
            people_actions.change_profile(actor=person, person=person, skills=row["skills"])
        # Hashed once: forty times would take longer than everything else together.
        User.objects.filter(pk__in=[person.pk for person in self.people.values()]).update(
            password=make_password(settings.DEMO_PASSWORD)
        )
        self._arrange(rows)
        self.say(f"{len(rows)} people")

    def _arrange(self, rows: list[dict[str, Any]]) -> None:
        root = self.people["root@loikka.example"]
        teams = {
            row["name"]: Team.objects.create(name=row["name"], lead=self.people[row["lead"]])
            for row in read_toml("teams.toml")["team"]
        }
        for row in rows:
            changes = {"team": teams.get(row["team"]), "manager": self.people.get(row["manager"])}
            if any(changes.values()):
                people_actions.change_account(actor=root, person=self.people[row["email"]], **changes)

    def add_communities(self) -> None:
        """Start the communities, each by its first moderator, and bring in the others."""
        root = self.people["root@loikka.example"]
        for row in read_toml("communities.toml")["community"]:
            starter = self.people[row["moderators"][0]]
            if row["everyone"]:
                community, starter = self.communities[row["slug"]], root
            else:
                community = self.communities[row["slug"]] = people_actions.create_community(
                    actor=starter,
                    **{key: row[key] for key in ("name", "slug", "kind", "purpose", "hue", "by_request")},
                )
            members = [*row["moderators"], *([] if row["members"] == "employees" else row["members"])]
            # Employees are in Everyone since their accounts were opened.
            for email in dict.fromkeys([] if row["everyone"] else members):
                people_actions.add_member(actor=starter, community=community, person=self.people[email])
            for email in row["guests"]:
                # A guest is nobody's acquaintance until somebody types the mail address.
                people_actions.invite_guest(
                    actor=starter,
                    community=community,
                    email=email,
                    name=self.people[email].name,
                    active_until=timezone.localdate(self.now) + timedelta(days=180),
                )
            for email in row["moderators"]:
                people_actions.change_role(
                    actor=starter, community=community, person=self.people[email], role="moderator"
                )
            if row["everyone"]:
                people_actions.change_role(actor=starter, community=community, person=root, role="member")
        Membership.objects.update(read_until=self.now - UNREAD_FOR, created_at=self.ago(400))
        for row in read_toml("communities.toml")["request"]:
            self._ask_to_join(row)
        self.say(f"{len(self.communities)} communities")

    def _ask_to_join(self, row: dict[str, Any]) -> None:
        """Let somebody ask to be let in, and a moderator answer where the content says so."""
        asked = people_actions.request_to_join(
            actor=self.people[row["person"]], community=self.communities[row["community"]], note=row["note"]
        )
        if row.get("decided_by"):
            people_actions.decide_request(
                actor=self.people[row["decided_by"]], join_request=asked, granted=False, answer=row["answer"]
            )

    def write_pages(self) -> None:
        """Write the pages, a folder's index.md before what is in the folder, oldest first among sisters."""
        for folder in sorted((CONTENT / "pages").iterdir()):
            self._write_folder(folder, self.communities[folder.name], None)
        self.say(f"{len(self.pages)} wiki pages")

    def _write_folder(self, folder: Path, community: Community, parent: WikiPage | None) -> None:
        if (index := folder / "index.md").exists():
            parent = self._write_page(index, community, parent, slug=folder.name if parent else "")
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                self._write_folder(path, community, parent)
            elif path.suffix == ".md" and path.name != "index.md":
                self._write_page(path, community, parent)

    def _write_page(self, path: Path, community: Community, parent: WikiPage | None, slug: str = "") -> WikiPage:
        meta, body = split_front_matter(path.read_text(encoding="utf-8"))
        page = create_page(
            actor=self.people[meta["author"]],
            community=community,
            parent=parent,
            title=meta["title"],
            body=body,
            tags=meta.get("tags", []),
            language=meta["language"],
            slug=slug or slugify(meta["title"]),
            at=self.ago(meta["created_days_ago"]),
        )
        self.pages[page.title] = page
        self._look_after(page, meta)
        return page

    def _look_after(self, page: WikiPage, meta: dict[str, Any]) -> None:
        """Give a page the owner and the interval its file names; the owner looked at it some days ago."""
        owner = self.people[meta["owner"]]
        at = self.ago(meta["created_days_ago"])
        care_actions.change_care(
            actor=page.edited_by or owner, page=page, owner=owner, review_every=str(meta["review_months"]), at=at
        )
        care_actions.confirm_page(actor=owner, page=page, at=self.ago(meta["verified_days_ago"]))
        if said := meta.get("outdated"):
            care_actions.flag_page(actor=self.people[said["by"]], page=page, reason=said["reason"])

    def talk(self) -> None:
        """Let every post, reply and reaction happen in the order of time."""
        happenings: list[tuple[datetime, int, dict[str, Any], dict[str, Any] | None]] = []
        harvested: list[dict[str, Any]] = []
        for file in sorted((CONTENT / "threads").glob("*.toml")):
            for thread in read_toml(f"threads/{file.name}")["thread"]:
                began = self.at_work(self.ago(thread["days_ago"]))
                happenings.append((began, len(happenings), thread, None))
                for reply in thread.get("replies", []):
                    at = min(began + timedelta(hours=reply["hours_after"]), self.now - timedelta(minutes=3))
                    happenings.append((at, len(happenings), thread, reply))
        for at, _, thread, reply in sorted(happenings, key=lambda row: row[:2]):
            post = self._say(at, thread, reply)
            for kind, emails in (reply or thread).get("reactions", {}).items():
                for email in emails:
                    react(actor=self.people[email], post=post, kind=kind, at=at)
            if reply is None and "page" in thread:
                harvested.append(thread)
        for thread in harvested:
            self._harvest(thread)
        self.say(f"{sum(reply is None for *_, reply in happenings)} threads, {len(happenings)} posts")

    def _harvest(self, thread: dict[str, Any]) -> None:
        """Make a page of what was said in a thread."""
        row = thread["page"]
        author, parent = self.people[row["author"]], self.pages[row["parent"]]
        posts = [thread["said"], *(reply["said"] for reply in thread["replies"])]
        chosen = [posts[number].pk for number in row["posts"]]
        made = begin_page(actor=author, thread=thread["said"], posts=chosen, title=row["title"], parent=parent.pk)
        if made.draft is None:
            return
        self.pages[row["title"]] = create_page(
            actor=author,
            parent=parent.pk,
            title=row["title"],
            body=f"{row['body'].strip()}\n\n{made.draft.body}",
            tags=row["tags"],
            language=row["language"],
            draft_id=made.draft_id,
            at=self.ago(row["days_ago"]),
        )

    def _say(self, at: datetime, thread: dict[str, Any], reply: dict[str, Any] | None) -> Post:
        actor = self.people[(reply or thread)["author"]]
        if reply is None:
            page = self.pages[thread["about_page"]] if thread.get("about_page") else None
            thread["said"] = publish_kind(
                actor=actor,
                kind=thread.get("kind", "update"),
                community=self.communities[thread["community"]],
                body=thread["body"].strip(),
                details=self._details(thread, at),
                about_page=page,
                at=at,
            )
            self._take_part(thread)
            return thread["said"]  # type: ignore[no-any-return]
        answered = thread["replies"][reply["parent"]].get("said") if "parent" in reply else None
        reply["said"] = reply_to_post(actor=actor, post=answered or thread["said"], body=reply["body"].strip(), at=at)
        if "answer" in thread and thread["replies"][thread["answer"]] is reply:
            mark_answer(actor=self.people[thread["author"]], reply=reply["said"])
        return reply["said"]  # type: ignore[no-any-return]

    def _details(self, thread: dict[str, Any], at: datetime) -> dict[str, Any]:
        """Return what the kind of a thread asks for besides its words."""
        kind = thread.get("kind")
        if kind == "praise":
            return {"people": [self.people[email] for email in thread["people"]]}
        if kind == "poll":
            closes_at = self.now + timedelta(days=thread["closes_in_days"])
            return {"options": thread["options"], "anonymous": thread.get("anonymous", False), "closes_at": closes_at}
        if kind == "announcement":
            return {"due_on": timezone.localdate(at) + timedelta(days=thread["due_in_days"])}
        return {}

    def _take_part(self, thread: dict[str, Any]) -> None:
        """Let people vote and say that they have read it."""
        post = thread["said"]
        for choice, emails in enumerate(thread.get("votes", [])):
            for email in emails:
                vote(actor=self.people[email], post=post, choices=[choice])
        for email in thread.get("read_by", []):
            acknowledge(actor=self.people[email], post=post, version=1)

    def lay_paths(self) -> None:
        """Make the onboarding paths and put people on them."""
        content = read_toml("paths.toml")
        tours = read_toml("tours.toml")["path"]
        everyone = next(community for community in self.communities.values() if community.is_everyone)
        paths: dict[str, OnboardingPath] = {}
        for row in [*content["path"], *tours]:
            community = self.communities[row["community"]] if row.get("community") else everyone
            owner = self.people[row["owner"]]
            path = paths[row["title"]] = path_actions.create_path(
                actor=owner,
                community=community,
                title=row["title"],
                purpose=row.get("purpose", ""),
                language=row["language"],
            )
            for step in row["steps"]:
                self._add_step(owner, path, step, community)
        for row in content["enrolment"]:
            self._enrol(row, paths[row["path"]])
        for row in tours:
            for email in row["people"]:
                self._enrol({"person": email, "buddy": row["buddy"]}, paths[row["title"]])
        self.say(f"{len(paths)} onboarding paths")

    def _add_step(self, owner: User, path: OnboardingPath, step: dict[str, Any], community: Community) -> None:
        who = step.get("who", "")
        path_actions.save_step(
            actor=owner,
            path=path,
            kind=step["kind"],
            title=step["title"],
            text=step.get("text", ""),
            due_days=step["due_days"],
            page=self.pages[step["page"]] if step.get("page") else None,
            whom=(who if who in {"buddy", "manager"} else "person") if step["kind"] == "meet" else "",
            person=self.people.get(who) if step["kind"] == "meet" else None,
            community=self._place_of(step, community),
            is_early=step.get("early", False),
            **{name: step[name] for name in STEP_WORDS if name in step},
        )

    def _place_of(self, step: dict[str, Any], community: Community) -> Community | None:
        """Return where a step is posted: its own place, that of the path, or "*" for anywhere."""
        if step["kind"] != "post" or step.get("community") == "*":
            return None
        return self.communities.get(step.get("community", ""), community)

    def _enrol(self, row: dict[str, Any], path: OnboardingPath) -> None:
        person = self.people[row["person"]]
        start = self.ago(row.get("start_days_ago", 0))
        enrolment = path_actions.enrol(
            actor=path.owner,
            path=path,
            person=person,
            start_on=timezone.localdate(start),
            buddy=self.people.get(row.get("buddy", "")),
            manager=self.people.get(row.get("manager", "")),
            at=start - timedelta(days=7) if "start_days_ago" in row else None,
        )
        lines = lines_of(path)
        for done in row.get("done", []):
            at = min(start + timedelta(days=max(lines[done].due_days, 0), hours=3), self.now - timedelta(hours=1))
            path_actions.complete_step(actor=person, enrolment=enrolment, step=lines[done].step, at=at)
