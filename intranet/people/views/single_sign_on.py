"""To the provider of single sign-on and back. Without the provider, or with nonsense from it, people use a password."""

from __future__ import annotations

from typing import Any

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.views.decorators.cache import never_cache

from intranet.people.sign_on import HouseOAuth2Adapter, turn_away


def _run(view: Any, request: HttpRequest, provider_id: str, method: str) -> HttpResponseBase:
    try:
        adapter = HouseOAuth2Adapter(request, provider_id)
        adapter.get_provider()  # a house without single sign-on has nothing here, whatever the method
        if request.method != method:
            return HttpResponseNotAllowed([method])
        answer: HttpResponseBase = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (
        requests.RequestException,
        OAuth2Error,
        PermissionDenied,
        ValueError,
        KeyError,
        TypeError,
        IntegrityError,
    ) as error:
        # Whatever a provider that is down or broken answers. PermissionDenied: a state that is not ours. IntegrityError:
        # the same new person in two windows at once; the second try finds the first one's work.
        return turn_away(request, f"{type(error).__name__}: {error}")
    return answer


@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the provider. Only by a form of ours: a link could sign somebody in as somebody else."""
    return _run(OAuth2LoginView, request, provider_id, "POST")


@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Come back from the provider."""
    return _run(OAuth2CallbackView, request, provider_id, "GET")
