"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared

_COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _person(*, pk: int) -> Any:
    """Build the query of one person, which every request asks."""
    return User._default_manager.filter(pk=pk).values_list(*_COLUMNS)


_PERSON = Prepared(_person, numbers=["pk"])


class PersonBackend(AuthenticationBackend):
    """Mail address and password; an account past its last day stops at the very next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Is the account open today? Asked at sign-in and again with every request."""
        return isinstance(user, User) and is_current(user)

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, None when the account is closed or gone."""
        rows = _PERSON.rows(pk=user_id)
        user = User.from_db(connection.alias, _COLUMNS, rows[0]) if rows else None
        return user if user and self.user_can_authenticate(user) else None

    @classmethod
    def _stash_user(cls, user: Any) -> None:
        """Forget a closed account whose password was right: the answer is the same as for a wrong password."""
