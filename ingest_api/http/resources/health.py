"""`GET /health`, `GET /ready` and `GET /dbhealth`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import falcon
import msgspec

from ingest_api.events.errors import RequestError
from ingest_api.http.dependencies import Log
from ingest_api.log.probe import SECONDS, LogProbe
from ingest_api.metrics.meters import TASKS, Meters
from ingest_api.stats.database import UnreachableError
from ingest_api.stats.database_pulse import DatabasePulse
from ingest_api.version import VERSION


class Health:
    """Shows that the server answers, whatever the state of the database."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the time in ms, and the server's version."""
        resp.data = msgspec.json.encode(
            {"ok": True, "ts": int(self._clock() * 1000), "version": VERSION}
        )

    on_head = on_get


class Ready:
    """Shows whether events can be logged now."""

    def __init__(self, log: Log, probe: LogProbe) -> None:
        self._log = log
        self._probe = probe

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer if events can be logged. Raises RequestError 503 if not."""
        try:
            if self._log.is_stuck(SECONDS):
                raise TimeoutError("the log's disk stalls")
            self._probe.check()
        except OSError as error:
            raise RequestError(503, "log_unavailable", headers={"Retry-After": "5"}) from error
        resp.data = b'{"ok":true}'

    on_head = on_get


class DatabaseHealth:
    """Shows whether the database answers, and how far it is behind the log."""

    def __init__(self, pulse: DatabasePulse, meters: Meters) -> None:
        self._pulse = pulse
        self._meters = meters

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the database's name and version. Raises RequestError 503 without one."""
        total = self._meters.total
        about: dict[str, Any] = {
            "lag": {"events": total("waiting_events"), "seconds": total("lag_seconds")},
            "overdue": {"files": total("overdue_files")},
            "tasks": {
                task: {
                    "restarts": total(f"restarts:{task}"),
                    "secondsSinceSuccess": int(self._meters.success_age(task)),
                }
                for task in TASKS
            },
        }
        try:
            name, version = self._pulse.describe()
        except UnreachableError as error:
            raise RequestError(
                503, "db_unavailable", enabled=True, ok=False, reason=str(error), **about
            ) from error
        resp.data = msgspec.json.encode(
            {"enabled": True, "ok": True, "db": name, "version": version, **about}
        )

    on_head = on_get
