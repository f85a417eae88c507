"""The obvious way: what such servers usually do, served like ours.

Each event is inserted and committed on its own into one table with an index for every query;
`/stats` queries that table.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import falcon
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from bench.databases import FOLDER, bench_statement
from bench.yardstick_worker import run_worker
from ingest_api.events.contract import COLUMNS, SCHEMA
from ingest_api.settings import read_settings

INSERT: Final = bench_statement("obvious/insert")
STATS: Final = {
    path.stem: path.read_bytes() for path in sorted((FOLDER / "obvious" / "stats").glob("*.sql"))
}
VIEWS: Final = {
    path.stem: path.read_bytes() for path in sorted((FOLDER / "obvious" / "views").glob("*.sql"))
}
WINDOW_DAYS: Final = 7
SALT: Final = b"a salt"
KEYS: Final = ("sessionId", *COLUMNS)  # of `m`


def create_table(connection: psycopg.Connection) -> None:
    """Create the table, without its indexes."""
    connection.execute(bench_statement("obvious/table"))


def create_indexes(connection: psycopg.Connection) -> None:
    """Create its indexes."""
    connection.execute(bench_statement("obvious/indexes"))


class Ingest:
    """`POST /t`."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Store each event of the body."""
        body = json.loads(req.bounded_stream.read())
        if body.get("schema") != SCHEMA:
            raise falcon.HTTPBadRequest(title="schema_unsupported")
        country = req.get_header("CF-IPCountry")
        events = body.get("batch", [body])
        with self._pool.connection() as connection:
            for event in events:
                connection.execute(INSERT, row(event, country))
        resp.media = {"ok": True, "accepted": len(events), "skipped": 0}


class Stats:
    """`GET /stats`."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer for the days `from` to `to`, or the last seven."""
        last = req.get_param_as_date("to") or datetime.now(UTC).date()
        first = req.get_param_as_date("from") or last - timedelta(days=WINDOW_DAYS - 1)
        with self._pool.connection() as connection:
            found = collect_stats(connection, first, last)
        answer = {**found.pop("totals")[0], **found}
        resp.text = json.dumps(answer, default=str)
        resp.content_type = falcon.MEDIA_JSON


def row(event: dict[str, Any], country: str | None) -> dict[str, Any]:
    """Return the parameters of the statement that inserts an event."""
    anon, name, t = event["anon"], event["evt"], event["t"]
    if not (isinstance(anon, str) and isinstance(name, str) and isinstance(t, int)):
        raise falcon.HTTPBadRequest(title="invalid_event")
    m = event.get("m") or {}
    return {
        "t": t,
        "anon": hashlib.sha256(SALT + anon.encode()).hexdigest()[:32],
        "evt": name,
        "os": event.get("os", "unknown"),
        "ext": event.get("ext", "0.0.0"),
        "vscode": event.get("vscode", "0.0.0"),
        "country": country,
        **{key: m.get(key) for key in KEYS},
        "m": Jsonb({key: value for key, value in m.items() if key not in KEYS}),
    }


def collect_stats(
    connection: psycopg.Connection, first: date, last: date
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each query for the days `first` to `last`, both included."""
    window = {"first": first, "last": last}
    with connection.cursor(row_factory=dict_row) as cursor:
        return {name: cursor.execute(query, window).fetchall() for name, query in STATS.items()}


def make_app(database: str) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the application on a database with its table."""
    threads = read_settings(os.environ).threads
    pool = ConnectionPool(
        database, min_size=1, max_size=threads, open=True, kwargs={"autocommit": True}
    )
    app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
    app.add_route("/t", Ingest(pool))
    app.add_route("/stats", Stats(pool))
    return app


if __name__ == "__main__":
    run_worker(make_app)
