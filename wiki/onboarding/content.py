"""What each kind of step cannot do without: asked by forms and by the API alike."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from wiki.onboarding.models import Step

# Which proofs a kind can ask for; what is not here is completed by a tick.
PROOFS: dict[str, tuple[str, ...]] = {
    Step.Kind.READ: (Step.Proof.PAGE, Step.Proof.QUIZ, Step.Proof.TICK),
    Step.Kind.DO: (Step.Proof.TICK, Step.Proof.NOTE, Step.Proof.FILE),
    Step.Kind.MEET: (Step.Proof.TICK, Step.Proof.NOTE),
    Step.Kind.POST: (Step.Proof.ACT,),
    Step.Kind.IMPROVE: (Step.Proof.ACT,),
    Step.Kind.LINK: (Step.Proof.TICK, Step.Proof.NOTE),
    Step.Kind.TASK: (Step.Proof.TICK, Step.Proof.NOTE, Step.Proof.FILE),
    Step.Kind.CHECK_IN: (Step.Proof.ANSWER,),
}
_check_address = URLValidator(schemes=["http", "https"])


def check_content(content: dict[str, Any], *, needs_page: bool = True) -> None:
    """Refuse a step that lacks what its kind needs, field by field (ValidationError). `content` is all of it.

    Without `needs_page` the page to be read may come later, as on a path that is still being made.
    """
    wrong: dict[str, str] = {}
    kind = content.get("kind")
    if kind not in Step.Kind.values:
        raise ValidationError({"kind": _("Choose a kind.")})
    if not (content.get("title") or "").strip():
        wrong["title"] = _("What is the step called?")
    if needs_page and kind == Step.Kind.READ and not content.get("page"):
        wrong["page"] = _("Which page is to be read?")
    if kind == Step.Kind.POST and content.get("act", "") in {"", Step.Act.INTRODUCE} and not content.get("community"):
        wrong["community"] = _("In which community?")
    if kind in {Step.Kind.MEET, Step.Kind.TASK} and not content.get("whom"):
        wrong["whom"] = _("Whom to meet?") if kind == Step.Kind.MEET else _("Who does it?")
    if content.get("whom") == Step.Whom.PERSON and not content.get("person"):
        wrong["person"] = _("Which colleague?")
    if content.get("whom") == Step.Whom.ROLE and not content.get("role"):
        wrong["role"] = _("Which role?")
    proof = content.get("proof")
    if proof and proof not in PROOFS[kind]:
        wrong["proof"] = _("A step of this kind is not completed so.")
    wrong |= _wrong_question(content) | _wrong_address(content)
    if wrong:
        raise ValidationError(wrong)


def _wrong_question(content: dict[str, Any]) -> dict[str, str]:
    asks_back = content.get("proof") == Step.Proof.QUIZ
    if not asks_back and content.get("kind") != Step.Kind.CHECK_IN:
        return {}
    if not (content.get("question") or "").strip():
        return {"question": _("What is asked?")}
    if asks_back:
        choices, right = content.get("choices") or [], content.get("right")
        if not 2 <= len(choices) <= 8 or not all(isinstance(one, str) and one.strip() for one in choices):
            return {"choices": _("Give between two and eight choices.")}
        if right is None or not 0 <= right < len(choices):
            return {"right": _("Say which choice is right.")}
        return {}
    readers = content.get("readers") or []
    if not readers or not set(readers) <= set(Step.READERS):
        return {"readers": _("Say who reads the answer.")}
    return {}


def _wrong_address(content: dict[str, Any]) -> dict[str, str]:
    url = content.get("url") or ""
    if not url:
        return {"url": _("Which address?")} if content.get("kind") == Step.Kind.LINK else {}
    try:
        _check_address(url)
    except ValidationError:
        return {"url": _("Enter an address that begins with https:// or http://.")}
    return {}
