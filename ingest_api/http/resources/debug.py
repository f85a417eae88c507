"""`GET /debug/*`, for holders of the secret: recent events, counts, and which settings are set."""

from __future__ import annotations

import hmac
from typing import Any

import falcon
import msgspec
import psycopg
from psycopg.rows import dict_row

from ingest_api.events.errors import RequestError
from ingest_api.http.dependencies import Dependencies
from ingest_api.settings import VARIABLES, Settings
from ingest_api.stats.database import UnreachableError
from sql.statements import statement


def require_secret(req: falcon.Request, secret: str | None) -> None:
    """Raise RequestError 404, as for an unknown path, unless `X-Stats-Key` is right."""
    given = req.get_header("X-Stats-Key", default="")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise RequestError(404, "not_found")


class DebugRows:
    """Answers with the rows of one query of `sql/queries/debug`."""

    def __init__(self, needs: Dependencies, query: str) -> None:
        self._needs = needs
        self._query = statement(f"queries/debug/{query}")

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the rows. Raises RequestError without the secret, or without a database."""
        require_secret(req, self._needs.settings.stats_secret)

        def ask(connection: psycopg.Connection) -> list[dict[str, Any]]:
            with connection.cursor(row_factory=dict_row) as cursor:
                return cursor.execute(self._query).fetchall()

        try:
            rows = self._needs.database.ask(ask, timeout=10)
        except UnreachableError as error:
            raise RequestError(503, "db_unavailable") from error
        resp.data = msgspec.json.encode({"ok": True, "rows": rows})

    on_head = on_get


class DebugEnvironment:
    """Shows which settings are set, never their values."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.stats_secret
        self._given = {name: name in settings.given for name in VARIABLES}

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with true or false for each variable. Raises RequestError without the secret."""
        require_secret(req, self._secret)
        resp.data = msgspec.json.encode({"ok": True, "env": self._given})

    on_head = on_get
