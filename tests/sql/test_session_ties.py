"""Of two runs at one moment 0.1 kept the last loaded; an upgrade keeps what `verify` expects."""

from __future__ import annotations

import uuid

import psycopg

from ingest_api.loading.rollups.verification import all_differences
from sql.migrate import migrate
from tests.sql.older import migrate_before

NOON = "2026-03-01T12:00:00Z"
LATER = "2026-03-01T12:00:01Z"
# of each session its runs as they were loaded (when, exit code, duration): 0.1 kept the last
RUNS: dict[str, list[tuple[str, int | None, int | None]]] = {
    "raised": [(NOON, 3, 7), (NOON, 5, 1), (NOON, 1, 9)],
    "no code": [(NOON, None, 7), (NOON, 5, None)],
    "tie that is not the newest": [(NOON, 3, 7), (NOON, 1, 9), (LATER, 0, 1)],
    "no tie": [(NOON, 9, 9), (LATER, 1, 1)],
    "equal": [(NOON, 2, 2), (NOON, 2, 2)],
}


def test_a_verify_after_the_upgrade_gives_no_false_alarm(empty_database: str) -> None:
    visitor = uuid.UUID(int=1)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        migrate_before(connection, "0120")
        number = 0
        for session, runs in RUNS.items():
            for t, code, duration in runs:
                number += 1
                connection.execute(
                    "insert into telemetry.events (t, id, anon, evt, os, ext, vscode, session_id,"
                    " exit_code, duration_ms)"
                    " values (%s, %s, %s, 'app.run.completed', '', '', '', %s, %s, %s)",
                    (t, number, visitor, session, code, duration),
                )
            connection.execute(
                "insert into telemetry.session_days (day, anon, session_id, events, first_at,"
                " last_at, completed_at, exit_code, duration_ms, interactive)"
                " values ('2026-03-01', %s, %s, %s, %s, %s, %s, %s, %s, false)",
                (visitor, session, len(runs), runs[0][0], runs[-1][0], *runs[-1]),
            )
        migrate(connection, "app.run")
        found = [each for each in all_differences(connection) if each.rollup == "session_days"]
        assert found == []
