"""The map of the house."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from intranet.api import api

urlpatterns = [
    path("", include("intranet.health")),
    path("accounts/", include("intranet.people.account_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("api/v1/", api.urls),
    path("", include("intranet.people.urls")),
    path("paths/", include("wiki.onboarding.urls")),
    path("wiki/", include("wiki.urls")),
    path("", include("search.urls")),
    path("", include("feed.urls")),
]
handler400 = "intranet.errors.bad_request"
handler403 = "intranet.errors.forbidden"
handler404 = "intranet.errors.not_found"
handler500 = "intranet.errors.server_error"
