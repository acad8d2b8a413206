"""The map of the house."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import serve

from intranet import api
from intranet.errors import not_offered

urlpatterns = [
    path("", include("intranet.health")),
    path("", include("intranet.installed")),
    path("accounts/", include("intranet.people.account_urls")),
    # One door only: Wagtail's own would know neither rate limits nor single sign-on.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login")),
    path("cms/account/", RedirectView.as_view(pattern_name="people:settings")),
    # Wagtail's own documents, which its lists link to, for those who may see the lists.
    path(
        "cms/documents/file/<int:document_id>/<path:document_filename>",
        require_admin_access(serve),
        name="wagtaildocs_serve",
    ),
    path("cms/bulk/people/<path:rest>", not_offered),
    path("cms/", include(wagtailadmin_urls)),
    path("api/v1/", include((api.urls(), "ninja"), namespace="api")),
    path("", include("intranet.people.urls")),
    path("notifications/", include("intranet.notifications.urls")),
    path("paths/", include("wiki.onboarding.urls")),
    path("", include("wiki.urls")),
    path("", include("search.urls")),
    path("", include("feed.urls")),
]
handler400 = "intranet.errors.bad_request"
handler403 = "intranet.errors.forbidden"
handler404 = "intranet.errors.not_found"
handler429 = "intranet.errors.too_many"
handler500 = "intranet.errors.server_error"
