"""Where Wagtail's admin sends an administrator who wants to see, add or change people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from wagtail.users.views.users import UserViewSet

from intranet.people.models import User


def to_directory(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Go to the directory."""
    return redirect("people:directory")


def to_new(request: HttpRequest) -> HttpResponse:
    """Go to the form for a new person."""
    return redirect("people:person_add")


def to_person(request: HttpRequest, pk: str) -> HttpResponse:
    """Go to a person's account."""
    wanted = int(pk) % 2**62 if pk.isascii() and pk.isdigit() else 0
    person = get_object_or_404(User.objects.visible_to(request.user), pk=wanted)
    return redirect("people:person_edit", person.handle)


class PeopleViewSet(UserViewSet):
    """Wagtail's names for the addresses of users, none of its pages."""

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return ways to our own pages."""
        return [
            path("", to_directory, name="index"),
            path("results/", to_directory, name="index_results"),
            path("new/", to_new, name="add"),
            path("edit/<str:pk>/", to_person, name="edit"),
            path("delete/<str:pk>/", to_person, name="delete"),
            path("history/<str:pk>/", to_person, name="history"),
            path("history-results/<str:pk>/", to_person, name="history_results"),
            path("usage/<str:pk>/", to_person, name="usage"),
        ]
