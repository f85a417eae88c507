"""Run the queries of `GET /stats` in one snapshot, on two connections if possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row

from sql.statements import names, statement

QUERIES = names("queries/stats")
VISITORS = "queries/stats/visitors"
# hashes are spread evenly: the quarter of visitors below this is counted with the other queries
FIRST_SHARE = 1 << 126
LAST_ANON = UUID(int=(1 << 128) - 1)
ONE_MOMENT = "set transaction isolation level repeatable read, read only"

Rows = list[Any]


def ask_all(
    connection: psycopg.Connection, second: psycopg.Connection | None, parameters: dict[str, Any]
) -> dict[str, Rows]:
    """Return each query's rows, all from one snapshot. Must begin a transaction of `connection`.

    `second` counts most visitors: that takes as long as all the other queries.
    """
    cursors: dict[str, list[psycopg.Cursor[Any]]] = defaultdict(list)

    def ask(on: psycopg.Connection, queries: Sequence[str], least: UUID, greatest: UUID) -> None:
        # a generic plan takes a third longer for the window of a year
        on.execute("set local plan_cache_mode = force_custom_plan")
        asked = {**parameters, "least_anon": least, "greatest_anon": greatest}
        for name in queries:
            cursor = on.cursor(row_factory=namedtuple_row)
            cursors[name.rpartition("/")[2]].append(cursor.execute(statement(name), asked))

    connection.execute(ONE_MOMENT)
    with ExitStack() as answers:
        if second is not None:
            exported = connection.execute("select pg_export_snapshot()").fetchone()
            assert exported is not None
            # a pipeline doesn't wait for results until it ends
            answers.enter_context(second.pipeline())
            answers.enter_context(second.transaction())
            second.execute(ONE_MOMENT)
            second.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(exported[0])))
            ask(second, [VISITORS], UUID(int=FIRST_SHARE), LAST_ANON)
        answers.enter_context(connection.pipeline())
        greatest = LAST_ANON if second is None else UUID(int=FIRST_SHARE - 1)
        ask(connection, QUERIES, UUID(int=0), greatest)
    found = {name: [row for each in asked for row in each] for name, asked in cursors.items()}
    found["visitors"] = _add_up(found["visitors"])
    return found


def _add_up(rows: Rows) -> Rows:
    """Add up the counts of disjoint sets of visitors, by kind and place."""
    added: dict[tuple[str, str | None], Any] = {}
    for row in rows:
        before = added.get(row[:2])
        added[row[:2]] = row if before is None else row._replace(visitors=before[2] + row[2])
    return list(added.values())


def active_sessions(
    connection: psycopg.Connection, row: tuple[Any, ...], parameters: dict[str, Any]
) -> int:
    """Return the number of active sessions, from the row of `queries/stats/sessions_active`."""
    sessions, are_ahead = row
    if are_ahead:
        query = statement("queries/stats/sessions_active_ahead")
        ((sessions,),) = connection.execute(query, parameters).fetchall()
    return int(sessions)
