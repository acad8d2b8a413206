"""What several actions share: refusing in words, counting up rights."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F

from intranet.people.models import User


def require(allowed: bool, words: str = "") -> None:
    """Refuse with PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied(words)


def refuse(words: str, *, field: str = "") -> ValidationError:
    """Return the refusal of what was asked for, to be raised; `field` names the input it is about."""
    return ValidationError({field: [words]} if field else words)


def bump_rights(user_ids: Iterable[int] | None = None) -> None:
    """Count up the rights of these people, of all when None: whatever was cached for their old rights is passed by."""
    rows = User.objects.get_queryset()
    if user_ids is not None:
        rows = rows.filter(pk__in=list(user_ids))
    rows.update(rights_version=F("rights_version") + 1)
