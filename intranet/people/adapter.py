"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are added."""

    def is_open_for_signup(self, request: object) -> bool:
        """Say no."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on."""
