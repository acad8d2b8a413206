"""Completion in SQL: the index for marks finds what fits somehow, each row is weighed by the first step that it fits."""

from psycopg.sql import SQL, Composable

from search.completing import Reading, Step
from search.engines.base import Hit
from search.engines.lexemes import BEGINNING
from search.engines.postgres.rows import quoted
from search.engines.postgres.tables import State, run

# What is looked at to complete a word.
_MOST_COMPLETED = 5_000


def complete(state: State, asked: tuple[Reading, ...], keys: frozenset[str], limit: int, each: int) -> list[Hit]:
    """Return what fits what was typed, best first, of every kind at most `each` (0: however many)."""
    for reading in asked:
        if hits := _fitting(state, reading, keys, limit, each):
            return hits
    return []


def _fitting(state: State, reading: Reading, keys: frozenset[str], limit: int, each: int) -> list[Hit]:
    fitting = " & ".join("(" + " | ".join(map(_tsquery, steps)) + ")" for steps in reading)
    weight = SQL(" + ").join(map(_weight, reading))
    statement = SQL(
        "SELECT uid, rank FROM (SELECT id, uid, rank, row_number() OVER (PARTITION BY kind ORDER BY rank DESC, id) AS place"
        " FROM (SELECT id, uid, kind, ({}) / sqrt(greatest(title_length, 1)) AS rank FROM ("
        "SELECT id, uid, kind, title_length, marks FROM {} WHERE marks @@ {}::tsquery AND keys && {}::text[] LIMIT {}"
        ") AS found) AS weighed) AS placed WHERE {} = 0 OR place <= {} ORDER BY rank DESC, id LIMIT {}"
    ).format(weight, state.name, fitting, sorted(keys), _MOST_COMPLETED, each, each, limit)
    return [Hit(uid, float(rank)) for uid, rank in run(statement)]


def _tsquery(step: Step) -> str:
    end = "" if step.is_whole else ":*"
    return " | ".join(quoted(BEGINNING + form) + end for form in step.forms)


def _weight(steps: tuple[Step, ...]) -> Composable:
    """Return what a row is worth for one word. It fits some step: the last needs no look."""
    *others, last = steps
    if not others:
        return SQL("{}").format(last.weight)
    cases = [SQL("WHEN marks @@ {}::tsquery THEN {}").format(_tsquery(step), step.weight) for step in others]
    return SQL("CASE {} ELSE {} END").format(SQL(" ").join(cases), last.weight)
