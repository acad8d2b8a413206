"""From signed contract to part of the conversation."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Paths made of living wiki pages and first conversations."""

    name = "wiki.onboarding"
    label = "onboarding"
