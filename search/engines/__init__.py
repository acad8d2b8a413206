"""The engines behind search: one interface (`base`), one package for each engine, chosen by SEARCH_URL."""

import functools
import warnings
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from search.engines.base import Engine, SearchAwayError

__all__ = ["Engine", "SearchAwayError", "engine", "open_engine"]


def open_engine(url: str) -> Engine:
    """Return the engine a SEARCH_URL names: `whoosh://` (the data folder) or `whoosh:///another/folder`."""
    parts = urlsplit(url)
    if parts.scheme == "whoosh":
        with warnings.catch_warnings():
            # Whoosh 2.7.4 is older than the warnings its source gives when it is first compiled.
            warnings.simplefilter("ignore", SyntaxWarning)
            from search.engines.whoosh import WhooshEngine

        folder = Path(unquote(parts.path)) if parts.path.strip("/") else settings.DATA_DIR / "search"
        return WhooshEngine(folder)
    raise ValueError(f"SEARCH_URL names an engine Loikka does not have: {parts.scheme}")


@functools.cache
def _engine_at(url: str, folder: str) -> Engine:
    return open_engine(url)


def engine() -> Engine:
    """Return this process's engine; the same object for as long as the settings are the same."""
    return _engine_at(settings.SEARCH_URL, str(settings.DATA_DIR))
