"""What a request narrows to, as conditions on a row `d`: permission, filters, and what was chosen in facets."""

from psycopg.sql import SQL, Composable, Literal

from search.engines.base import ANY_WILL_DO, MOST_VALUES, SETTLED, STATES, SearchRequest, Some, milliseconds
from search.engines.lexemes import TAG
from search.engines.postgres.rows import quoted

# `wiki.care.schedule.status_of`, in SQL; of a question what it says of itself.
_STATE = (
    "CASE d.care WHEN '' THEN d.question WHEN 'nobody' THEN 'unowned' ELSE CASE WHEN d.review < {today} THEN 'overdue'"
    " WHEN d.care = 'waiting' OR d.review < {soon} THEN 'due' ELSE 'verified' END END"
)
# What is counted of the rows of a facet's table.
_VALUES = {
    "community": "community::text, count(*) FROM {} WHERE community <> 0",
    "author": "author::text, count(*) FROM {} WHERE author <> 0",
    "tag": "tag, count(*) FROM {}, unnest(tags) AS tag",
    "language": "language, count(*) FROM {} WHERE language <> ''",
    "year": "year::text, count(*) FROM {} WHERE year <> 0",
    "state": "state, count(*) FROM {} WHERE state <> ''",
}


class Filters:
    """The conditions of one request. Those of a facet that is counted stand beside the rest: see `SearchRequest.facets`."""

    def __init__(self, request: SearchRequest) -> None:
        self.request = request
        self.state = SQL(_STATE).format(
            today=Literal(request.today), soon=Literal(request.today + request.lead)
        )  # fmt: skip
        chosen = self._of_facets()
        # What narrows the hits and not the counts of its own facet.
        self.beside = {name: condition for name, condition in chosen.items() if name in request.facets}
        inside = [condition for name, condition in chosen.items() if name not in request.facets]
        self.within = SQL("(") + SQL(" AND ").join([*self._of_all(), *inside]) + SQL(")")

    def _of_facets(self) -> dict[str, Composable]:
        request = self.request
        found: dict[str, Composable] = {}
        if request.communities is not None:
            found["community"] = SQL("d.community = ANY({}::bigint[])").format(sorted(request.communities))
        if request.authors is not None:
            found["author"] = SQL("d.author = ANY({}::bigint[])").format(sorted(request.authors))
        if request.years:
            found["year"] = SQL("d.year = ANY({}::int[])").format(sorted(request.years))
        if request.languages:
            found["language"] = SQL("d.language = ANY({}::text[])").format(sorted(request.languages))
        if request.states:
            found["state"] = self._in_states(request.states)
        return found

    def _of_all(self) -> list[Composable]:
        request, keys = self.request, sorted(self.request.keys)
        # Most documents have one key; looking one up among many is quicker than comparing lists.
        conditions: list[Composable] = [
            SQL(
                "CASE WHEN cardinality(d.keys) = 1 THEN d.keys[1] = ANY({0}::text[]) ELSE d.keys && {0}::text[] END"
            ).format(keys)
        ]
        if request.after:
            conditions.append(SQL("d.updated >= {}").format(milliseconds(request.after)))
        if request.before:
            conditions.append(SQL("d.updated < {}").format(milliseconds(request.before)))
        if request.tags:
            tags = " & ".join(quoted(TAG + tag) for tag in sorted(request.tags))
            conditions.append(SQL("d.marks @@ {}::tsquery").format(tags))
        if request.has_file is not None:
            conditions.append(SQL("d.has_file = {}").format(Literal(request.has_file)))
        conditions += [self._meeting(some) for some in request.also]
        conditions += [SQL("NOT ") + self._meeting(some) for some in request.never]
        return conditions

    def _meeting(self, some: Some) -> Composable:
        """Return the condition that at least one of these is met."""
        any_of: list[Composable] = [
            SQL("d.{} = ANY({}::{}[])").format(SQL(column), sorted(wanted), SQL(kind))  # type: ignore[type-var]
            for column, kind, wanted in (
                ("kind", "text", some.kinds), ("community", "bigint", some.communities),
                ("author", "bigint", some.authors), ("language", "text", some.languages), ("uid", "text", some.uids),
            )
            if wanted
        ]  # fmt: skip
        if some.tags:
            tags = " | ".join(quoted(TAG + tag) for tag in sorted(some.tags))
            any_of.append(SQL("d.marks @@ {}::tsquery").format(tags))
        if some.states:
            any_of.append(self._in_states(some.states))
        return SQL("(") + SQL(" OR ").join(any_of or [SQL("false")]) + SQL(")")

    def _in_states(self, wanted: frozenset[str]) -> Composable:
        return SQL("({}) = ANY({}::text[])").format(self.state, sorted(wanted & set(STATES[1:])))

    @property
    def settled(self) -> Composable:
        """Return whether a row can be relied on."""
        return self._in_states(SETTLED)

    @property
    def names(self) -> list[str]:
        """Return what is read of a found row: for hits, for the facets, and which of the choices beside it meets."""
        counted = [name for name in ("language", "year", "state") if name in self.request.facets]
        return ["id", "kind", "community", "author", "tags", "updated", *counted, *map("by_{}".format, self.beside)]

    def columns(self) -> Composable:
        """Return those names as columns of a row `d`."""
        made = {"state": self.state} | {f"by_{name}": condition for name, condition in self.beside.items()}
        return SQL(", ").join(
            SQL("{} AS {}").format(made[name], SQL(name)) if name in made else SQL(f"d.{name}") for name in self.names
        )

    def all_beside(self, alias: bool = False) -> Composable:
        """Return whether everything chosen is met, of a row `d` or, as an `alias`, of a found one."""
        if not self.beside:
            return SQL("true")
        met: list[Composable] = [SQL(f"by_{name}") for name in self.beside] if alias else list(self.beside.values())
        return SQL(" AND ").join(met)

    def tables(self, kinds: frozenset[str] | set[str]) -> list[Composable]:
        """Return the tables after `found`: `kept` meets what was chosen, `shown` is of the wanted kinds besides."""
        wanted = SQL("kind = ANY({})").format(sorted(kinds)) if kinds else SQL("true")
        tables: list[Composable] = [
            SQL("kept AS (SELECT * FROM found WHERE {})").format(self.all_beside(alias=True)),
            SQL("shown AS (SELECT * FROM kept WHERE {})").format(wanted),
        ]
        for name in self.beside:
            others = [SQL(f"by_{other}") for other in self.beside if other != name]
            tables.append(
                SQL("but_{} AS (SELECT * FROM found WHERE {})").format(SQL(name), SQL(" AND ").join([wanted, *others]))
            )
        return tables

    def facets(self) -> list[Composable]:
        """Return a statement for each facet."""
        found: list[Composable] = []
        for name in self.request.facets:
            table = SQL(f"but_{name}" if name in self.beside and name in ANY_WILL_DO else "shown")
            counted = SQL(_VALUES[name]).format(table)
            found.append(
                SQL("(SELECT {}, {} GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT {})").format(
                    Literal(name), counted, MOST_VALUES
                )
            )
        return found
