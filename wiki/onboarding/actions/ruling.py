"""Rules of a path: made and taken away by who may edit it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import Office, Team, User
from wiki.onboarding.actions.paths import may_edit
from wiki.onboarding.locks import lock_path
from wiki.onboarding.models import Path, PathRule
from wiki.onboarding.permissions import can_see_leavers


@transaction.atomic
def add_rule(
    *,
    actor: User,
    path: Path,
    team: Team | None = None,
    office: Office | None = None,
    title: str = "",
    joined_from: date | None = None,
    is_leaving: bool = False,
) -> PathRule:
    """Put whoever comes to fulfil all of this on the path. Who fulfils it already stays as they are.

    A rule about those who leave would tell who they are to the path's owner: only who knows that anyhow makes one.
    """
    from wiki.onboarding.rules import note_present  # which puts people on paths, by actions

    path = lock_path(path)
    may_edit(actor, path)
    title = title.strip()
    if not (team or office or title or joined_from or is_leaving):
        raise ValidationError(_("Say whom the rule is about."))
    if is_leaving and not can_see_leavers(actor):
        raise ValidationError({"is_leaving": _("Only administrators make rules about who leaves.")})
    if team is not None and not Team.objects.visible_to(actor).filter(pk=team.pk).exists():
        raise PermissionDenied
    if office is not None and not Office.objects.visible_to(actor).filter(pk=office.pk).exists():
        raise PermissionDenied
    said = {"team": team, "office": office, "title": title, "joined_from": joined_from, "is_leaving": is_leaving}
    if there := path.rules.filter(**said).first():
        return there
    rule: PathRule = PathRule.objects.create(path=path, created_by=actor, **said)
    note_present(rule)
    record(actor=actor, verb="path.rule_added", object=path, community_id=path.community_id)
    return rule


@transaction.atomic
def remove_rule(*, actor: User, rule: PathRule) -> None:
    """Take a rule away; whom it put on the path stays there."""
    path = lock_path(rule.path)
    may_edit(actor, path)
    if path.rules.filter(pk=rule.pk).delete()[0]:
        record(actor=actor, verb="path.rule_removed", object=path, community_id=path.community_id)
