"""A small OpenID Connect provider that follows the standard, to sign in with over real HTTP.

Discovery, authorization code with PKCE (S256), token endpoint with client authentication, RS256 tokens and their keys,
userinfo. `person` is who is signed in at the provider; tests change what it says.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "loikka", "not-so-secret"


@cache
def make_key(name: str) -> rsa.RSAPrivateKey:
    """A key of this name; made once, because making one takes a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider is set to, and what it has handed out."""

    person: dict = field(default_factory=dict)  # claims of userinfo, and of the token unless said otherwise
    token_claims: dict | None = None
    sign_with_foreign_key: bool = False
    broken: bool = False
    key: rsa.RSAPrivateKey = field(default_factory=lambda: make_key("own"))
    codes: dict = field(default_factory=dict)
    access_tokens: set = field(default_factory=set)
    seen: list = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> Provider:
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict:
        numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**numbers, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def id_token(self, claims: dict) -> str:
        now = int(time.time())
        body = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **claims}
        key = make_key("foreign") if self.sign_with_foreign_key else self.key
        return jwt.encode(body, key, algorithm="RS256", headers={"kid": "one"})


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *args) -> None:
        pass

    def _json(self, body, status=200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        where, provider = urlsplit(self.path), self.provider
        provider.seen.append(where.path)
        if provider.broken:
            return self._json({"oh": "no"}, 500)
        if where.path == "/.well-known/openid-configuration":
            return self._json(provider.discovery())
        if where.path == "/jwks":
            return self._json(provider.jwks())
        if where.path == "/userinfo":
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or token not in provider.access_tokens:
                return self._json({"error": "invalid_token"}, 401)
            return self._json(provider.person)
        if where.path == "/authorize":
            return self._authorize({key: values[0] for key, values in parse_qs(where.query).items()})
        return self._json({}, 404)

    def _authorize(self, asked: dict) -> None:
        good = (
            asked.get("client_id") == CLIENT_ID
            and asked.get("response_type") == "code"
            and "openid" in asked.get("scope", "").split()
            and asked.get("code_challenge_method") == "S256"
            and asked.get("code_challenge")
        )
        if not good:
            return self._json({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self.provider.codes[code] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def do_POST(self) -> None:
        provider = self.provider
        provider.seen.append(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {key: values[0] for key, values in parse_qs(sent).items()}
        if self.path != "/token" or provider.broken:
            return self._json({}, 404)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return self._json({"error": "invalid_client"}, 401)
        asked = provider.codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or proof.decode() != asked["code_challenge"]
        ):
            return self._json({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        provider.access_tokens.add(access)
        claims = provider.person if provider.token_claims is None else provider.token_claims
        return self._json(
            {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": provider.id_token(claims)}
        )
