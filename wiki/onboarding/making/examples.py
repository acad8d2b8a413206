"""Paths that come with the house, in three languages: something to start from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any

from django.db import transaction

from intranet.people.models import Community, User
from wiki.onboarding.actions import create_path
from wiki.onboarding.actions.structure import PROOFS, write_content
from wiki.onboarding.models import Path, Role, Step, VersionStep
from wiki.onboarding.versions import write_lines

SHIPPED = File(__file__).parent / "shipped"
# In the order they are offered.
KEYS = ("first-month", "team-lead", "engineer")
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class ExampleStep:
    """A step of an example: its words in one language, `content` as a step's fields, `role` and `after` by key."""

    key: str
    due_days: int
    content: dict[str, Any]
    role: str
    after: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return what kind of step it is, as people call it."""
        return str(Step.Kind(self.content["kind"]).label)

    @property
    def needs_page(self) -> bool:
        """Does it need a page of the house?"""
        return bool(self.content["template"])


@dataclass(frozen=True, slots=True)
class Example:
    """A path that comes with the house, in one language."""

    key: str
    language: str
    title: str
    purpose: str
    roles: dict[str, str]
    steps: tuple[ExampleStep, ...]

    @property
    def pages(self) -> int:
        """Return how many pages of the house it needs."""
        return sum(step.needs_page for step in self.steps)


def examples(language: str) -> tuple[Example, ...]:
    """Return the paths that come with the house, in a language it speaks, else in English."""
    return _examples(language if language in LANGUAGES else "en")


@cache
def _examples(language: str) -> tuple[Example, ...]:
    # Kept for the languages there are: what is asked for is anybody's word.
    return tuple(_read(key, language) for key in KEYS)


def find_example(key: str, language: str) -> Example | None:
    """Return an example by its key."""
    return next((example for example in examples(language) if example.key == key), None)


def _read(key: str, language: str) -> Example:
    said = tomllib.loads((SHIPPED / f"{key}.toml").read_text("utf-8"))
    words = said[language]
    return Example(
        key, language, words["title"], words["purpose"],
        {role["key"]: role[language] for role in said["role"]},
        tuple(_step(step, language) for step in said["step"]),
    )  # fmt: skip


def _step(said: dict[str, Any], language: str) -> ExampleStep:
    title, text = said[language]
    choices = said.get("choices", [])
    proof = Step.Proof.QUIZ if choices else said.get("proof") or PROOFS.get(said["kind"], Step.Proof.TICK)
    content = {
        "kind": said["kind"], "title": title, "text": text, "proof": str(proof), "whom": said.get("whom", ""),
        "act": said.get("act", ""), "question": said.get("question", {}).get(language, ""),
        "choices": [choice[language] for choice in choices],
        "right": next((at for at, choice in enumerate(choices) if choice.get("right")), None),
        "readers": said.get("readers", []), "is_early": said.get("early", False), "template": said.get("template", ""),
    }  # fmt: skip
    return ExampleStep(said["key"], said["due"], content, said.get("role", ""), tuple(said.get("after", ())))


@transaction.atomic
def create_from_example(*, actor: User, community: Community, example: Example, title: str) -> Path:
    """Make a path with the steps and roles of an example in a community the actor moderates.

    Steps that need a page of the house have none yet; roles are held by nobody yet.
    """
    made = create_path(
        actor=actor, community=community, title=title, purpose=example.purpose, language=example.language
    )
    roles = {key: Role.objects.create(path=made, name=name) for key, name in example.roles.items()}
    steps: dict[str, Step] = {}
    for one in example.steps:
        place = community if one.content["act"] == Step.Act.INTRODUCE else None
        steps[one.key] = Step(path=made)
        write_content(steps[one.key], made, {**one.content, "role": roles.get(one.role), "community": place})
    assert made.present is not None  # noqa: S101  # create_path has just made it
    write_lines(
        made.present,
        [
            VersionStep(step=steps[one.key], due_days=one.due_days, waits_for=[steps[key].pk for key in one.after])
            for one in example.steps
        ],
    )
    return made
