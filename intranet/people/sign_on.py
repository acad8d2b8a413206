"""Single sign-on with OpenID Connect: whose identity this is, and when it is believed.

An identity is issuer and subject together, never a mail address. The mail address counts once, at the first sign-on, and
only when the provider says in so many words that it is verified (`email_verified` is true, not "true", not absent).
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any, NoReturn

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from intranet.people import actions
from intranet.people.actions.accounts import clean_email
from intranet.people.models import User
from intranet.people.models.people import is_current

log = logging.getLogger("intranet.sign_in")


class HouseOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Talks to the provider; checks the signature of every token, also of one that came straight from the provider."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


class HouseProvider(OpenIDConnectProvider):
    """OpenID Connect, read strictly."""

    oauth2_adapter_class = HouseOAuth2Adapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return issuer and subject as one digest: the same subject at another provider is somebody else."""
        claims = data.get("id_token") or {}
        return hashlib.sha256(f"{claims.get('iss')}\n{claims.get('sub')}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep what is looked at here and nothing else of what the provider tells about a person."""
        return {part: _kept(data[part]) for part in ("id_token", "userinfo") if isinstance(data.get(part), dict)}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the address only when the provider vouches for it."""
        address = verified_address(_claims(data))
        return [EmailAddress(email=address, verified=True, primary=True)] if address else []


def _kept(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the few claims of ours, without those that are no text: nobody is called a list, PostgreSQL keeps no NUL."""
    kept = {key: claims[key] for key in ("iss", "sub", "email", "email_verified", "name") if key in claims}
    return {
        key: value
        for key, value in kept.items()
        if isinstance(value, bool) or (isinstance(value, str) and "\x00" not in value and len(value) <= 2000)
    }


def _claims(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is said about the person: userinfo where there is one, else the token's own claims."""
    claims = data.get("userinfo") or data.get("id_token") or {}
    return claims if isinstance(claims, dict) else {}


def verified_address(claims: dict[str, Any]) -> str:
    """Return the mail address, lower case, when it is said to be verified and is plain ascii; else ""."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    try:
        return clean_email(email)
    except ValidationError:
        return ""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Decides whose identity it is; nothing is linked, made or changed on the way except through the actions."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Return our strict reading of the provider."""
        found = super().get_provider(request, provider, client_id)
        return HouseProvider(request, app=found.app) if isinstance(found, OpenIDConnectProvider) else found

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Fill in nothing: people are made by `add_person`."""
        return sociallogin.user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Find nobody by mail address alone; see `pre_social_login`."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Say yes: who may not come in was turned away before."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away, or find or make the person this identity belongs to."""
        data = sociallogin.account.extra_data
        token, userinfo = data.get("id_token") or {}, data.get("userinfo")
        # Joining a second identity to the account one is signed in with is not offered, whatever the address says.
        if sociallogin.state.get("process") != "login" or not token.get("sub"):
            self._turn_away(request, "another process than sign-in, or no subject")
        # OpenID Connect Core 5.3.2: userinfo about another subject must not be used.
        if userinfo is not None and userinfo.get("sub") != token["sub"]:
            self._turn_away(request, "userinfo is about somebody else")
        if not sociallogin.is_existing:
            sociallogin.user = self._person_for(request, sociallogin)
        if not is_current(sociallogin.user) or sociallogin.user.is_guest:
            self._turn_away(request, "a closed account or a guest")

    def _person_for(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """Return the employee a new identity belongs to, made if need be, with the identity bound to them."""
        claims = _claims(sociallogin.account.extra_data)
        address = verified_address(claims)
        if not address:
            self._turn_away(request, "no verified mail address")
        person = User.objects.get_queryset().filter(email=address).first()
        if person is None:
            if settings.OIDC_DOMAINS and address.rpartition("@")[2] not in settings.OIDC_DOMAINS:
                self._turn_away(request, "a new person with an address of another house")
            name = claims.get("name")
            name = name.strip()[:120] if isinstance(name, str) else ""
            name = "".join(c for c in name if c.isprintable()) or address.partition("@")[0]
            person = actions.add_person(actor=None, email=address, name=name)
        elif person.is_guest or not is_current(person):
            self._turn_away(request, "a closed account or a guest")
        elif SocialAccount.objects.filter(user=person).exists():
            # Whoever got the address later is another person until an administrator says otherwise.
            self._turn_away(request, "the person has another identity already")
        actions.link_identity(actor=person, account=sociallogin.account)
        return person

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> NoReturn:
        """Say in plain words that it did not work, on the sign-in page."""
        self._turn_away(request, f"the provider's answer: {kwargs.get('error')} {kwargs.get('exception')}")

    def _turn_away(self, request: HttpRequest, why: str) -> NoReturn:
        raise ImmediateHttpResponse(turn_away(request, why))


def turn_away(request: HttpRequest, why: str) -> HttpResponseRedirect:
    """Go back to the sign-in page with words that do not tell what is known here; the log says why."""
    log.warning("refused a single sign-on: %s", " ".join(why.split())[:200])
    messages.error(request, _("Signing in this way did not work. Ask an administrator if it should."))
    return HttpResponseRedirect(reverse("account_login"))
