"""Sign-in, as far as this house offers it (sign-up is closed)."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
