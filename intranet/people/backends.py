"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from intranet.people.models import User
from intranet.people.models.people import is_current


class PersonBackend(AuthenticationBackend):
    """Mail address and password; an account past its last day stops at the very next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Is the account open today? Asked at sign-in and again with every request."""
        return isinstance(user, User) and is_current(user)

    @classmethod
    def _stash_user(cls, user: Any) -> None:
        """Forget a closed account whose password was right: the answer is the same as for a wrong password."""
