"""Sessions in the database, read with SQL that is made once: every request of somebody signed in asks for one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from intranet.prepared import Prepared


def _session(*, key: str) -> Any:
    """Build the query of one session."""
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date")


_SESSION = Prepared(_session, texts=["key"])


class SessionStore(DatabaseStore):
    """Django's own, but for how a session is found."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return Django's model: the sessions are the same ones."""
        return Session

    def _get_session_from_db(self) -> Any:
        key = self.session_key or ""
        rows = [] if "\x00" in key else _SESSION.rows(key=key)
        if rows and rows[0][1] > timezone.now():
            return SimpleNamespace(session_data=rows[0][0])
        self._session_key = None
        return None
