"""Environment variables, read loudly: a value that cannot be understood stops the start with a sentence."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the variable's text without surrounding space, or the default when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable (`1 true yes on` / `0 false no off`); anything else stops the start."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes (1) nor no (0).")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`; anything else stops the start."""
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {low} to {high}.")
    return int(value)


def weekdays(name: str, default: str) -> str:
    """Return days of the week as ISO 8601 numbers them, Monday is 1: "12345"; anything else stops the start."""
    value = text(name, default)
    if not re.fullmatch("[1-7]{1,7}", value):
        raise ImproperlyConfigured(f"{name}={value!r} does not name days of the week, like 12345 for Monday to Friday.")
    return "".join(sorted(set(value)))


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    """Return a folder's absolute path, made (0700) when it is not there yet."""
    path = Path(text(name) or default).expanduser().resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kept(name: str, path: Path, make: Callable[[], str]) -> str:
    """Return a secret: the variable's, or one made once and kept in a file that nobody else may read (0600)."""
    if key := text(name):
        return key
    # Made whole under another name first: two processes that start together must end with one key.
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text().strip()


# The order of the curve P-256: a private key is a number from 1 to one less than it.
_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def push_key(name: str, path: Path) -> str:
    """Return the private key by which messages to browsers are signed (VAPID, RFC 8292): 32 bytes as base64url."""
    key = kept(name, path, lambda: _base64(secrets.randbelow(_P256 - 1) + 1))
    try:
        data = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        number = int.from_bytes(data) if len(data) == 32 else 0
    except (binascii.Error, ValueError):
        number = 0
    if not 0 < number < _P256:
        raise ImproperlyConfigured(f"{name} (or {path}) is no private key: 32 bytes of P-256 as base64url are wanted.")
    return _base64(number)


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's description of the database that `url` names.

    `sqlite:///path` or an empty url (a file in `data_dir`), or `postgres://user:password@host:port/name?option=value`.
    """
    parts = urlsplit(url or f"sqlite:///{data_dir / 'loikka.sqlite3'}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) if parts.path.startswith("//") else unquote(parts.path),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Deferred transactions that turn into writers fail at once when another one writes: 263 of 720 did.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what was answered with "saved" is on the disk even when the power fails.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # Plans of `intranet.prepared` are kept from the second time on. Compiling queries to machine code (jit)
                # takes longer than ours run.
                "prepare_threshold": 1,
                "options": "-c jit=off",
                **dict(parse_qsl(parts.query)),
            },
        }
    raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme!r} is neither sqlite nor postgres.")


SEARCH_SERVERS = {"opensearch": False, "opensearchs": True, "elasticsearch": False, "elasticsearchs": True}


def search(url: str, database: dict[str, Any]) -> str:
    """Return the address of the search index when there is an engine for it; anything else stops the start.

    `whoosh://` (files in the data folder), `whoosh:///another/folder`, `postgres://` (tables beside the house's own), or
    a server: see `search_server`.
    """
    scheme, _, place = url.partition("://")
    if "://" in url and scheme == "whoosh" and (not place or place.startswith("/")):
        return url
    if "://" in url and scheme in {"postgres", "postgresql"}:
        if place.strip("/"):
            raise ImproperlyConfigured(
                "SEARCH_URL: postgres:// stands alone; the index is in the house's own database."
            )
        if not database["ENGINE"].endswith("postgresql"):
            raise ImproperlyConfigured("SEARCH_URL=postgres:// needs a DATABASE_URL that names PostgreSQL.")
        return url
    if "://" in url and scheme in SEARCH_SERVERS:
        search_server(url)
        return url
    # Only the beginning: what follows may be a password.
    raise ImproperlyConfigured(
        f"SEARCH_URL: {scheme[:20]!r} is none of whoosh://, whoosh:///a/folder, postgres:// and opensearchs://a.host/index."
    )


def search_server(url: str) -> dict[str, Any]:
    """Return what a SEARCH_URL says of an OpenSearch server; what cannot be understood stops the start.

    `opensearchs://user:password@host:9200,another:9200/index?ca=/path/of/a.pem`: by TLS, and without the last letter of
    the scheme in the clear. Host and index have defaults: port 9200, the index (an alias) `loikka`.
    """
    parts = urlsplit(url)
    login, _, places = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    try:
        hosts = [(one.hostname or "", one.port or 9200) for one in (urlsplit(f"//{two}") for two in places.split(","))]
    except ValueError:
        hosts = []
    # No sentence repeats what was given: it may be a password in the wrong place.
    if not hosts or not all(re.fullmatch(r"[\w.:-]+", host) for host, _ in hosts):
        raise ImproperlyConfigured(
            "SEARCH_URL: opensearchs:// needs the name of a host, or several with commas between."
        )
    index, options = unquote(parts.path.strip("/")) or "loikka", dict(parse_qsl(parts.query, keep_blank_values=True))
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", index):
        raise ImproperlyConfigured(
            "SEARCH_URL: the index after the host needs a name of small letters, digits, - and _."
        )
    if options.keys() - {"ca"}:
        raise ImproperlyConfigured("SEARCH_URL: after the index only ?ca=/path/of/a.pem is understood.")
    ca = options.get("ca", "")
    if ca and not Path(ca).is_file():
        raise ImproperlyConfigured("SEARCH_URL: there is no file of certificates where ca says.")
    return {
        "hosts": hosts,
        "is_secure": SEARCH_SERVERS[parts.scheme],
        "user": unquote(user),
        "password": unquote(password),
        "index": index,
        "ca": ca,
    }


def single_sign_on() -> dict[str, Any]:
    """Return allauth's description of the OpenID Connect provider that OIDC_URL and its sisters name; {} without one."""
    url = text("OIDC_URL").rstrip("/")
    if not url:
        return {}
    if urlsplit(url).scheme not in {"https", "http"} or not text("OIDC_CLIENT_ID"):
        raise ImproperlyConfigured("OIDC_URL needs to be an https address, and OIDC_CLIENT_ID to be set beside it.")
    provider = {
        "provider_id": "sso",
        "name": text("OIDC_NAME", "SSO"),
        "client_id": text("OIDC_CLIENT_ID"),
        "secret": text("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [provider]}}
