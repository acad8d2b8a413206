"""Say thank you in public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feed.actions.posts import publish_post
from feed.kinds.facts import MAX_PRAISED, praise_is_on, refuse
from feed.models import Post, PostKind, Praise
from intranet.people.models import Community, User


@transaction.atomic
def give_praise(*, actor: Any, community: Community, body: str, people: Sequence[User], **post: Any) -> Post:
    """Praise colleagues for a reason, which is the text; they hear of it. `post`: as of `publish_post`.

    Raises PermissionDenied, ValidationError for nobody, oneself, and people who cannot read it there.
    """
    if not praise_is_on():
        raise ValidationError(_("Praise is switched off in this house."), code="off")
    chosen = {person.pk: person for person in people}
    if not chosen:
        raise refuse("people", _("Whom do you praise? Name at least one colleague."))
    if len(chosen) > MAX_PRAISED:
        raise refuse("people", _("Name at most %(limit)d people at once.") % {"limit": MAX_PRAISED})
    if actor.pk in chosen:
        raise refuse("people", _("Praise somebody else; others will praise you."))
    readers = set(User.objects.readers_of(community).filter(pk__in=list(chosen)).values_list("pk", flat=True))
    if outside := [person.name for pk, person in chosen.items() if pk not in readers]:
        words = _("%(names)s cannot read %(community)s. Praise them where they can.")
        raise refuse("people", words % {"names": ", ".join(outside), "community": community.name})
    facts = {"people": [[person.pk, person.name, person.handle] for person in chosen.values()]}
    made = publish_post(actor=actor, community=community, body=body, kind=PostKind.PRAISE, facts=facts, **post)
    if made.kind == PostKind.PRAISE:
        named = [row[0] for row in made.facts["people"]]
        Praise.objects.bulk_create([Praise(post=made, user_id=pk) for pk in named], ignore_conflicts=True)
    return made
