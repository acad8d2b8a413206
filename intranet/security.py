"""Headers that hold when everything else failed: one strict policy for our pages, a looser one for Wagtail's admin."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

# Wagtail 8's admin has inline scripts in seven templates and inline styles in many; only administrators go there.
ADMIN_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
__all__ = ["NONE", "ContentSecurityPolicy"]


class ContentSecurityPolicy(CSPMiddleware):
    """Send the Content-Security-Policy of the page's kind, and the headers that belong with it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers; a view that set a policy of its own (a file, say) keeps it."""
        if request.path_info.startswith("/cms/"):
            response._csp_update = ADMIN_POLICY  # type: ignore[attr-defined]  # django-csp's own interface
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
