"""`GET /health` and `GET /dbhealth`."""

from __future__ import annotations

from collections.abc import Callable

import falcon
import msgspec
import psycopg

from ingest_api.database_reader import DatabaseReader, UnreachableError
from ingest_api.errors import RequestError
from ingest_api.meters import Meters
from sql.statements import statement


class Health:
    """Says that the server answers, whatever the database does."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the time in ms."""
        resp.content_type = falcon.MEDIA_JSON
        resp.data = b'{"ok":true,"ts":%d}' % int(self._clock() * 1000)

    on_head = on_get


class DatabaseHealth:
    """Says whether the database answers, and how far it is behind the log."""

    def __init__(self, database: DatabaseReader, meters: Meters) -> None:
        self._database = database
        self._meters = meters

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the database's name and version. Raises RequestError 503 without one."""
        lag = {
            "events": self._meters.total("waiting_events"),
            "seconds": self._meters.total("lag_seconds"),
        }

        def ask(connection: psycopg.Connection) -> tuple[str, str]:
            row = connection.execute(statement("queries/database_version")).fetchone()
            assert row is not None
            return row[0], row[1]

        try:
            name, version = self._database.ask(ask, timeout=1.5)
        except UnreachableError as error:
            raise RequestError(
                503, "db_unavailable", enabled=True, ok=False, reason=str(error), lag=lag
            ) from error
        resp.content_type = falcon.MEDIA_JSON
        resp.data = msgspec.json.encode(
            {"enabled": True, "ok": True, "db": name, "version": version, "lag": lag}
        )

    on_head = on_get
