"""The words of the table of addresses: who gets which answer, how an address is built, what a row is.

One letter each for aino, ben, cleo, mika, gita, root and a stranger who is not signed in:
  o  answered (O: and what was sent was taken)     f  403, may know of it but not do this
  n  404, like what does not exist                 x  sent back: the form does not know such a choice
  l  sent to sign-in                               u  401, a program's sign-in
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tests.house.world import World, picture

Letters = str | dict[str, str]

# What stands in a community is read by its readers, written by its members, looked after by its moderators.
READ = {"yard": "oooonol", "lab": "oonoonl", "vault": "oononnl"}
WRITE = {"yard": "oofonfl", "lab": "oonoonl", "vault": "oononnl"}
MODERATE = {"yard": "fffonol", "lab": "ffnofnl", "vault": "ffnonnl"}
# An administrator looks after open communities without being a member; posts are the members' own business.
MODERATE_AS_MEMBER = {"yard": "fffonfl", "lab": "ffnofnl", "vault": "ffnonnl"}
# What is wrong with a community's pages is for those who can mend it.
DEAD_LINKS = {"yard": "oofonol", "lab": "oonoonl", "vault": "oononnl"}
# What Aino wrote, as others report it: she does not report herself.
NOT_AINO = {"yard": "fooonol", "lab": "fonoonl", "vault": "fononnl"}
AUTHOR_AINO = {"yard": "offfnfl", "lab": "ofnffnl", "vault": "ofnfnnl"}
AUTHOR_AINO_OR_MODERATOR = {"yard": "offonfl", "lab": "ofnofnl", "vault": "ofnonnl"}
ONLY_MIKA = {"yard": "nnnonnl", "lab": "nnnonnl", "vault": "nnnonnl"}
ONLY_AINO = {"yard": "onnnnnl", "lab": "onnnnnl", "vault": "onnnnnl"}
# Known by name: employees know closed communities, nobody knows hidden ones.
KNOWN = {"yard": "oooonol", "lab": "ooooool", "vault": "oononnl"}
EDIT_PATH = {"yard": "nnnonnl", "lab": "nnnonnl", "vault": "nnnonnl"}  # its owner, here also the moderator
# Ben is on the path; Aino is his buddy, Mika his manager.
ON_PATH = {"yard": "oononnl", "lab": "oononnl", "vault": "oononnl"}
ONLY_BEN = {"yard": "nonnnnl", "lab": "nonnnnl", "vault": "nonnnnl"}

# Ben keeps the page right.
OWNER_BEN = {"yard": "foffnfl", "lab": "fonffnl", "vault": "fonfnnl"}
ANYBODY = "ooooooo"
SIGNED_IN = "ooooool"
EMPLOYEES = "oooonol"
ADMINISTRATOR = "fffffol"
NOBODY = "nnnnnnn"
NOBODY_SIGNED = "nnnnnnl"  # what is not there at all


@dataclass
class Entry:
    """One address: how to build it, who gets what answer, what a form there sends."""

    name: str
    get: Letters | None = None
    post: Letters | None = None
    put: Letters | None = None
    patch: Letters | None = None
    delete: Letters | None = None
    kwargs: Callable[[World, SimpleNamespace], dict[str, Any]] = lambda w, p: {}
    data: Callable[[World, SimpleNamespace], dict[str, Any]] = lambda w, p: {}
    query: Callable[[World, SimpleNamespace], str] = lambda w, p: ""
    # Tables (app_label.model) that looking at it may change: where somebody has read up to.
    get_may_change: frozenset[str] = field(default_factory=frozenset)


def slug(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.community.slug}


def page(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.page.pk}


def flag(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.flag.pk}


def post_pk(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.thread.pk}


def path_slug(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.path.slug}


def step(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.path.slug, "step_pk": p.steps[0].pk}


def own_step(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"pk": p.enrolment.pk, "step_pk": p.steps[0].pk}


def ben(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"slug": p.community.slug, "handle": w.cast.ben.handle}


def in_community(w: World, p: SimpleNamespace) -> dict[str, Any]:
    return {"community": p.community.pk}


def upload(name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, picture(), "image/png")
