"""The engines behind search: one interface (`base`), one package for each engine, chosen by SEARCH_URL."""

import functools
import warnings
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from intranet import env
from search.engines.base import Engine, SearchAwayError

__all__ = ["Engine", "SearchAwayError", "engine", "engine_named", "open_engine"]


def open_engine(url: str) -> Engine:
    """Return the engine a SEARCH_URL names; ImproperlyConfigured with a sentence when there is none."""
    parts = urlsplit(env.search(url, settings.DATABASES["default"]))
    if parts.scheme == "whoosh":
        with warnings.catch_warnings():
            # Whoosh 2.7.4 is older than the warnings its source gives when it is first compiled.
            warnings.simplefilter("ignore", SyntaxWarning)
            from search.engines.whoosh import WhooshEngine

        folder = Path(unquote(parts.path)) if parts.path.strip("/") else settings.DATA_DIR / "search"
        return WhooshEngine(folder)
    if not find_spec("numpy"):
        raise ImproperlyConfigured(f"SEARCH_URL='{parts.scheme}://' needs numpy: install loikka[fast] or numpy itself.")
    if parts.scheme in env.SEARCH_SERVERS:
        from search.engines.opensearch import OpenSearchEngine

        return OpenSearchEngine(url)
    from search.engines.postgres import PostgresEngine

    return PostgresEngine()


@functools.cache
def _engine_at(url: str, folder: str) -> Engine:
    return open_engine(url)


def engine() -> Engine:
    """Return this process's engine; the same object for as long as the settings are the same."""
    return _engine_at(settings.SEARCH_URL, str(settings.DATA_DIR))


def engine_named(name: str) -> Engine:
    """Return the engine of a name (`whoosh`, `postgres`) or of a whole SEARCH_URL; this process's own for none.

    The name of a server alone means the one of the settings.
    """
    if not name or (name in env.SEARCH_SERVERS and name == urlsplit(settings.SEARCH_URL).scheme):
        return engine()
    return _engine_at(name if "://" in name else f"{name}://", str(settings.DATA_DIR))
