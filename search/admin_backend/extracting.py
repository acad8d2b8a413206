"""An object of an indexed model as a record: its search fields, and those of related things, as text."""

import zlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Manager
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, BaseField, RelatedFields, SearchField, get_indexed_models

from search.engines.whoosh.records import Record, Text

# Raised whenever the same object would be indexed in another way.
_MADE = 2


def uid_for(model: type[models.Model], pk: Any) -> str:
    """Return the uid of an object: the root of its inheritance has all the numbers."""
    return f"{get_model_root(model)._meta.label_lower}:{pk}"


def record_of(item: Any) -> Record:
    """Return an object as a record."""
    model = type(item)
    texts: list[Text] = []
    beginnings: list[Text] = []
    for field, name, words in _values(item, model.get_search_fields(), is_own=True):
        if isinstance(field, SearchField):
            texts.append(Text(name, words, float(field.boost or 1)))
        elif isinstance(field, AutocompleteField):
            beginnings.append(Text(name, words))
    language = str(getattr(item, "language", "") or "")
    labels = frozenset(parent._meta.label_lower for parent in (model, *model._meta.get_parent_list()))
    content = repr((sorted(labels), language, texts, beginnings))
    return Record(
        uid=uid_for(model, item.pk),
        pk=str(item.pk),
        models=labels,
        texts=tuple(texts),
        beginnings=tuple(beginnings),
        language=language,
        digest=zlib.crc32(content.encode("utf-8", "replace")),
    )


def _values(item: Any, fields: list[Any], *, is_own: bool) -> Iterator[tuple[BaseField, str, str]]:
    """Yield each field with its name, empty for fields of related things, and its words."""
    for field in fields:
        if isinstance(field, SearchField | AutocompleteField):
            if words := _text(field.get_value(item)):
                yield field, field.field_name if is_own else "", words
        elif isinstance(field, RelatedFields) and (related := field.get_value(item)) is not None:
            for one in related.all() if isinstance(related, Manager) else [related]:
                yield from _values(one, field.fields, is_own=False)


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dict):
        value = list(value.values())
    return ", ".join(_text(part) for part in value) if isinstance(value, list | tuple | set) else str(value)


def shape() -> int:
    """Return a number for the indexed models and their fields as they are now: an index of others is made anew."""
    described = sorted(
        (model._meta.label_lower, _describe(model.get_search_fields())) for model in get_indexed_models()
    )
    return zlib.crc32(repr((_MADE, described)).encode())


def _describe(fields: list[Any]) -> list[Any]:
    return [
        (type(field).__name__, field.field_name, getattr(field, "boost", None), _describe(getattr(field, "fields", [])))
        for field in fields
        if isinstance(field, SearchField | AutocompleteField | RelatedFields)
    ]


def indexed_objects(model: type[models.Model]) -> Any:
    """Return the objects of a model that are indexed, without the columns that no search field needs."""
    found = model.get_indexed_objects()  # type: ignore[attr-defined]
    fields = [field for field in model.get_search_fields() if isinstance(field, SearchField | AutocompleteField)]  # type: ignore[attr-defined]
    columns = {column.name for column in model._meta.concrete_fields}
    related = any(isinstance(field, RelatedFields) for field in model.get_search_fields())  # type: ignore[attr-defined]
    if related or any(field.field_name not in columns for field in fields):
        return found
    # A page's text and HTML are a hundred times what is indexed of it.
    return found.only("pk", *{field.field_name for field in fields}, *({"language"} & columns))


def indexed_model(label: str) -> Any:
    """Return the indexed model of a label in the diary, None for what is not indexed."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if model in get_indexed_models() else None


def all_records() -> Iterator[Record]:
    """Yield every record of the house, in pieces of bounded memory."""
    for model in get_indexed_models():
        for item in indexed_objects(model).order_by("pk").iterator(chunk_size=500):
            yield record_of(item)
