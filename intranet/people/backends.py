"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend

from intranet.people.models.people import is_current


class PersonBackend(AuthenticationBackend):
    """Mail address and password; an account past its last day stops at the very next request."""

    def user_can_authenticate(self, user: object) -> bool:
        """Is the account open today? Asked at sign-in and with every request."""
        return user is not None and user.is_active and (user.active_until is None or _open_today(user))  # type: ignore[attr-defined]


def _open_today(user: object) -> bool:
    user.is_authenticated  # noqa: B018
    return is_current(user)
