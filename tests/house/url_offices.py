"""Rows of the table of addresses: places of work, and pages that are handed over."""

from types import SimpleNamespace
from typing import Any

from tests.house.url_rows import ADMINISTRATOR, Entry
from tests.house.world import World


def office(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": w.office.pk}


def office_id(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"office_id": w.office.pk}


def aino(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"handle": w.cast.aino.handle}


OFFICES = [
    # Aino, who keeps the pages, a moderator, an administrator.
    Entry("wiki:hand_over", get="offofol", post="offofol", kwargs=aino, data=lambda w, p: {"to": w.cast.ben.handle}),
    Entry("api:preview_hand_over", get="offofou", kwargs=aino),
    Entry("api:hand_over", post="offofou", kwargs=aino, data=lambda w, p: {"to": w.cast.ben.handle}),
    Entry("people:offices", get=ADMINISTRATOR, post=ADMINISTRATOR),
    Entry("people:office_edit", get=ADMINISTRATOR, post=ADMINISTRATOR, kwargs=office),
    Entry("people:office_remove", post=ADMINISTRATOR, kwargs=office),
    Entry("api:list_offices", get="oooooou"),
    Entry("api:add_office", post="fffffou", data=lambda w, p: {"name": "Oulu", "country": "FI"}),
    Entry("api:change_office", patch="ffffnou", kwargs=office_id, data=lambda w, p: {"name": "Inari"}),
    Entry("api:remove_office", delete="ffffnou", kwargs=office_id),
    Entry("api:change_account", patch="fffffou", kwargs=lambda w, p: {"handle": w.cast.aino.handle},
          data=lambda w, p: {"title": "Engineer"}),
]  # fmt: skip
