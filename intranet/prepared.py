"""Queries that every page asks: their SQL is made once, not on every request.

Building a queryset of four sub-queries costs the ORM some milliseconds, ten times what the database needs to answer it.
A `Prepared` builds it once with stand-ins for the values, keeps the SQL, and puts the values of each request in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

# Stand-ins: numbers that no row has (and that fit a 32-bit key), and texts that nobody writes.
_NUMBER, _TEXT = 2_147_000_000, "\ue000stand-in-"

_MOST_PLANS = 64


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    params: tuple[Any, ...]
    slots: dict[int, str]  # position among the parameters -> name of the value
    names: tuple[str, ...]
    converters: dict[int, Any]
    # Of a queryset of objects: how one is made of a row, with those that were joined to it.
    make: Callable[[Sequence[Any]], Any] | None = None


def binding_cursor() -> Any:
    """Return a cursor; PostgreSQL's keeps the plan of what it has seen before.

    Making the plan of a query of eight tables takes PostgreSQL longer (2 to 5 ms) than answering it. Django's cursors
    put the values into the text of the query, which makes it a new one every time; this one sends them beside it, and
    psycopg prepares what comes again (`prepare_threshold` in the settings).
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    wire: Any = connection.connection
    usual, wire.cursor_factory = wire.cursor_factory, ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        wire.cursor_factory = usual


class Prepared:
    """A query made of values that change. `build(**stand_ins)` returns a queryset: `values()`, `values_list()` or objects.

    `numbers` and `texts` name the values; they must stand in the query as they are (compared, not computed with).
    What changes the shape of the query, and what is computed from the clock, is `variant`, handed to `build` when it is
    not None: the SQL is made anew for each (a date in it means once a day).
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], *, numbers: Iterable[str] = (), texts: Iterable[str] = ()
    ) -> None:
        self.build = build
        self.stand_ins: dict[str, Any] = {name: _NUMBER + n for n, name in enumerate(numbers)}
        self.stand_ins |= {name: f"{_TEXT}{name}" for name in texts}
        self._plans: dict[tuple[str, Hashable], _Plan] = {}

    def rows(self, variant: Hashable = None, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows as tuples, in the order of the queryset's columns."""
        plan = self._plan(variant)
        params = list(plan.params)
        for position, name in plan.slots.items():
            params[position] = values[name]
        with binding_cursor() as cursor:
            cursor.execute(plan.sql, params)
            found = cursor.fetchall()
        if connection.queries_logged and connection.queries_log[-1]["sql"] is None:
            connection.queries_log[-1]["sql"] = plan.sql  # Django asks the other kind of cursor for the text
        if not plan.converters:
            return [tuple(row) for row in found]
        backend = connections[DEFAULT_DB_ALIAS]
        return [_converted(row, plan.converters, backend) for row in found]

    def dicts(self, variant: Hashable = None, **values: Any) -> list[dict[str, Any]]:
        """Return the rows by column name."""
        names = self._plan(variant).names
        return [dict(zip(names, row, strict=True)) for row in self.rows(variant, **values)]

    def objects(self, variant: Hashable = None, **values: Any) -> list[Any]:
        """Return the rows as objects, with those that `select_related` names; for a queryset of objects."""
        make = self._plan(variant).make
        if make is None:
            raise TypeError("This query is one of values.")
        return [make(row) for row in self.rows(variant, **values)]

    def _plan(self, variant: Hashable) -> _Plan:
        key = (connection.vendor, variant)
        if key not in self._plans:
            if len(self._plans) > _MOST_PLANS:
                self._plans.clear()
            self._plans[key] = self._make(variant)
        return self._plans[key]

    def _make(self, variant: Hashable) -> _Plan:
        given = self.stand_ins if variant is None else {"variant": variant, **self.stand_ins}
        asked = self.build(**given)
        query = asked.query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        by_value = {value: name for name, value in self.stand_ins.items()}
        slots = {
            n: by_value[value] for n, value in enumerate(params) if isinstance(value, (int, str)) and value in by_value
        }
        if missing := set(self.stand_ins) - set(slots.values()):
            raise ValueError(f"{sorted(missing)} do not stand in the query")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        names = tuple(query.selected or ())
        make = _maker(compiler) if issubclass(asked._iterable_class, ModelIterable) else None
        return _Plan(sql, tuple(params), slots, names, compiler.get_converters(columns), make)


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what makes an object of a row, as Django's `ModelIterable` does; annotations are left out."""
    info, using = compiler.klass_info, compiler.connection.alias
    model, places = info["model"], info["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:end]]
    joined = get_related_populators(info, compiler.select, using)  # type: ignore[call-arg]  # of the next Django

    def make(row: Sequence[Any]) -> Any:
        made = model.from_db(using, names, row[first:end])
        for each in joined:
            each.populate(row, made)
        return made

    return make


def _converted(row: Iterable[Any], converters: Mapping[int, tuple[Any, Any]], backend: Any) -> tuple[Any, ...]:
    """Return a row as Python has it, as `SQLCompiler.apply_converters` does it; nothing is nothing in any type.

    Most times of a list's row are empty, and 300 of them a page cost half a millisecond to find out.
    """
    values = list(row)
    for position, (ways, expression) in converters.items():
        value = values[position]
        if value is not None:
            for way in ways:
                value = way(value, expression, backend)
            values[position] = value
    return tuple(values)


def reader(pk: int, *, is_guest: bool, is_staff: bool = False) -> Any:
    """Return a stand-in for a signed-in person whose account is open, for `visible_to` inside a `build`.

    Whether the account of the real one is open today is the caller's to ask, at each request.
    """
    return SimpleNamespace(
        pk=pk, is_guest=is_guest, is_staff=is_staff, is_authenticated=True, is_active=True, active_until=None
    )
