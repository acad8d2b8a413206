"""Wagtail's images and documents have no actions of ours: what is saved, deleted or tagged there goes into the diary.

A row in the same transaction is what modelsearch's own signals are not: they write into the index at once, which a
transaction that rolls back leaves changed, and hear nothing of tags.
"""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from modelsearch.index import class_is_indexed, get_indexed_models
from modelsearch.signal_handlers import post_delete_signal_handler, post_save_signal_handler

from intranet.activity.actions import record

_TAGGED = frozenset({"post_add", "post_remove", "post_clear"})


def note_change(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Something indexed was saved or deleted."""
    if not raw and instance.pk is not None:
        record(actor=None, verb="cms.changed", object=instance)


def note_tags(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    """Something indexed got or lost tags, or other things of many."""
    if action in _TAGGED and class_is_indexed(type(instance)) and getattr(instance, "search_auto_update", True):
        note_change(sender, instance)


def connect() -> None:
    """Listen in modelsearch's place; pages and sections, which the diary tells of, say `search_auto_update = False`."""
    for model in get_indexed_models():
        post_save.disconnect(post_save_signal_handler, sender=model)
        post_delete.disconnect(post_delete_signal_handler, sender=model)
        if getattr(model, "search_auto_update", True) and model._meta.label_lower != "wagtailcore.page":
            post_save.connect(note_change, sender=model, dispatch_uid=f"admin_search.saved.{model._meta.label}")
            post_delete.connect(note_change, sender=model, dispatch_uid=f"admin_search.deleted.{model._meta.label}")
    m2m_changed.connect(note_tags, dispatch_uid="admin_search.tagged")
