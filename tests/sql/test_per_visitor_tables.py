"""How to read tables that grow with the visitors, since they may be spread over many servers.

A database that distributes them looks only at a statement's text. It doesn't see what a function
reads, so those tables would look empty; and it can't run a subquery for each row of another query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import psycopg
import pytest

from sql.statements import FOLDER, statement

TABLES: Final = r"telemetry\.(?:events(?:_odd)?|visitors|visitor_days|visitor_years|session_days)\b"
READS: Final = re.compile(rf"\b(?:from|join|using|into|update|table)\s+(?:only\s+)?{TABLES}")
# the owner's functions, in plpgsql or of tables that are named when they run: none is in a query
MAINTENANCE: Final = {
    "clear_rollups_before": "retention deletes rollups, which telemetry_ingest must not",
    "delete_odd_before": "retention deletes events, which telemetry_ingest must not",
    "ensure_partition": "moves events of odd dates to the partition that it makes",
    "odd_events": "counts in one partition, whether it has enough events for one of its own",
}
# a subquery, with the word before it
OPENING: Final = re.compile(r"(\w*)\s*\(\s*(?=(?:select|with|table)\b)")
# before a query that is a table or a set; before any other one it is a value
SETS: Final = {"from", "join", "as", "materialized", "all", "union", "except", "in", "using", ""}
DEFINED: Final = re.compile(r"\bas\s+(\w+)|\b(?:from|join|using|into|update)\s+(?:\w+\.)?(\w+)")
QUALIFIED: Final = re.compile(r"(?<![\w.%])(\w+)\.(\w+)")
NO_ALIASES: Final = {"telemetry", "pg_temp", "excluded"}
# what may be read for each row as an exception, and why
PER_ROW: Final[dict[str, str]] = {}
NAMES: Final = sorted(
    str(path.relative_to(FOLDER).with_suffix(""))
    for folder in ("load", "queries", "maintenance")
    for path in (FOLDER / folder).rglob("*.sql")
)


class Query(NamedTuple):
    """A subquery of a statement."""

    before: str  # the word before it
    text: str

    def reads(self) -> bool:
        """Return whether it reads a table that grows with the number of visitors."""
        return bool(READS.search(self.text))

    def outer(self) -> set[str]:
        """Return the names of the outer tables that it uses."""
        defined = {name for pair in DEFINED.findall(self.text) for name in pair}
        return {name for name, _ in QUALIFIED.findall(self.text)} - defined - NO_ALIASES


def queries(text: str) -> Iterator[Query]:
    """Yield the subqueries of a statement."""
    for opening in OPENING.finditer(text):
        depth, end = 1, opening.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield Query(opening[1], text[opening.end() : end - 1])


def per_row(text: str) -> list[str]:
    """Return a statement's subqueries that read such a table for each row of another."""
    found = []
    for query in queries(text):
        is_value = query.before not in SETS | {"exists", "lateral"}
        # a visitor's rows of all tables are on one server
        elsewhere = query.before == "exists" and "anon" not in query.text
        if query.reads() and query.outer() and (is_value or elsewhere or query.before == "lateral"):
            found.append(query.text)
    return found


def functions(connection: psycopg.Connection) -> dict[str, str]:
    """Return our functions' bodies, by name."""
    rows = connection.execute(
        "select proname, coalesce(pg_get_function_sqlbody(oid), prosrc) from pg_proc"
        " where pronamespace = 'telemetry'::regnamespace"
    )
    return {name: body.lower() for name, body in rows}


def test_no_function_reads_a_table_that_grows_with_the_visitors(
    connection: psycopg.Connection,
) -> None:
    bodies = functions(connection)
    assert {name for name, body in bodies.items() if READS.search(body)} == set(MAINTENANCE)


def test_no_query_calls_such_a_function() -> None:
    calls = re.compile(rf"telemetry\.(?:{'|'.join(MAINTENANCE)})\(")
    found = [
        str(path) for path in (FOLDER / "queries").rglob("*.sql") if calls.search(path.read_text())
    ]
    assert not found


@pytest.mark.parametrize("name", NAMES)
def test_no_query_asks_such_a_table_for_each_row_of_another(name: str) -> None:
    text = re.sub(r"--.*|'[^'\n]*'", "", statement(name).decode())
    assert bool(per_row(text)) == (name in PER_ROW), per_row(text)
    if READS.search(text):
        assert "with recursive" not in text
        assert "ctid" not in text


@pytest.mark.parametrize(
    "text",
    [
        "select from a cross join lateral (select from telemetry.events as e where e.t = a.t) as b",
        "select (select true from telemetry.visitors as v where v.anon = a.anon limit 1) from a",
        "select from a where (select true from telemetry.visitors where anon = a.anon) is null",
        "select from a where not exists (select from telemetry.events as e where e.t = a.t)",
    ],
)
def test_such_a_query_is_found(text: str) -> None:
    assert per_row(text)


@pytest.mark.parametrize(
    "text",
    [
        "select from a where exists (select 1 from telemetry.visitors as v where v.anon = a.anon)",
        "select (select count(*) from telemetry.events as e where e.evt = 'a') as events from a",
        "select from (select v.anon from telemetry.visitors as v) as v join a using (anon)",
        "select from a cross join lateral (select a.t + 1) as b",
    ],
)
def test_other_queries_are_not(text: str) -> None:
    assert not per_row(text)


def test_no_function_takes_a_row_of_a_table(connection: psycopg.Connection) -> None:
    # a part of a table on another server has another type of rows
    found = connection.execute(
        "select proname from pg_proc as p"
        " cross join lateral unnest(p.proargtypes::oid[] || p.prorettype) as a (type)"
        " join pg_type as t on t.oid = a.type join pg_class as c on c.oid = t.typrelid"
        " where p.pronamespace = 'telemetry'::regnamespace and c.relkind in ('r', 'p')"
    )
    assert found.fetchall() == []
