"""What the demo company keeps for search, and what it looked for in vain (`content/search.toml`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search.gaps.actions import Noted, add_vain
from search.gaps.words import key_of
from search.query import parse
from search.saved.actions import save_search
from search.words.actions import add_synonyms, pin_result
from wiki.care.facts import today
from wiki.models import WikiPage

if TYPE_CHECKING:
    from intranet.demo.loader import Company


def look_after_search(company: Company, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Keep the synonyms, pins and saved searches the rows name, and count what was missed."""
    for row in rows["synonyms"]:
        add_synonyms(actor=company.people[row["by"]], words=row["words"])
    for row in rows["pin"]:
        actor = company.people[row["by"]]
        page = WikiPage.objects.visible_to(actor).filter(title=row["page"]).order_by("pk")[0]
        pin_result(actor=actor, words=row["words"], target=page)
    for row in rows["saved"]:
        actor = company.people[row["by"]]
        save_search(actor=actor, address=row["address"], name=row["name"], watch=row["watch"])
    for row in rows["missed"]:
        people = {company.people[mail].pk: row.get("some", False) for mail in row["by"]}
        add_vain(noted={key_of(parse(row["words"])): Noted(row["words"], people)}, on=today())
    company.say(f"{len(rows['pin'])} pinned results")
