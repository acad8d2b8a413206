"""Who listens, and what they may hear: asked of the database, again and again, outside the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, get_user, get_user_model
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

# One thread, one connection to the database, however many streams there are.
pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-rights")


@dataclass(frozen=True)
class Rights:
    """What one person may hear, and as of which version of their rights."""

    user_id: int
    session_hash: str
    rights_version: int
    audiences: frozenset[str]


@dataclass(frozen=True)
class Question:
    """What is asked again about an open stream; `whole` reads the audiences even when the version has not moved."""

    user_id: int
    session_key: str
    session_hash: str
    rights_version: int
    whole: bool


def audiences_of(user: Any) -> frozenset[str]:
    """Ask the app that knows who may read what; an empty set is somebody whose account is closed."""
    found: frozenset[str] = import_string(settings.LIVE_AUDIENCES)(user)
    return found


def sign_in(session_key: str) -> Rights | None:
    """Return who a session cookie belongs to, or None; in a thread of its own."""
    close_old_connections()
    try:
        return rights_of(session_key)
    finally:
        close_old_connections()


def rights_of(session_key: str) -> Rights | None:
    """Return who is signed in with a session and what she may hear, None when it has ended."""
    request: Any = SimpleNamespace(session=_store()(session_key))
    user: Any = get_user(request)
    audiences = audiences_of(user) if user.is_authenticated else frozenset()
    if not audiences:
        return None
    session_hash = request.session.get(HASH_SESSION_KEY, "")
    return Rights(user.pk, session_hash, getattr(user, "rights_version", 0), audiences)


def look_again(questions: Sequence[Question]) -> list[Rights | None]:
    """Return for each stream what it may hear now, None for those that must end.

    Two queries for all of them together, and one more for each person whose rights have changed or were not read
    whole for a while.
    """
    close_old_connections()
    try:
        alive = _alive({question.session_key for question in questions})
        users = get_user_model()._default_manager.in_bulk({question.user_id for question in questions})
        known: dict[int, frozenset[str]] = {}
        answers: list[Rights | None] = []
        for question in questions:
            user: Any = users.get(question.user_id)
            if user is None or question.session_key not in alive or not _is_same(user, question.session_hash):
                answers.append(None)
                continue
            version = getattr(user, "rights_version", 0)
            if version == question.rights_version and not question.whole:
                # Closing an account moves the version; its last day passing does not, `whole` finds that.
                answers.append(Rights(user.pk, question.session_hash, version, frozenset()))
                continue
            if user.pk not in known:
                known[user.pk] = audiences_of(user)
            found = known[user.pk]
            answers.append(Rights(user.pk, question.session_hash, version, found) if found else None)
        return answers
    finally:
        close_old_connections()


def _is_same(user: Any, session_hash: str) -> bool:
    """Was the session made with the password the person has now?"""
    return user.is_active and constant_time_compare(session_hash, user.get_session_auth_hash())


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _alive(keys: set[str]) -> set[str]:
    store = _store()
    if hasattr(store, "get_model_class"):
        rows = store.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        return set(rows.values_list("session_key", flat=True))
    return {key for key in keys if store().exists(key)}
