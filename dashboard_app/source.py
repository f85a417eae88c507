"""Where notebooks get their answers: the dashboard's queries, on whatever database there is.

    telemetry = Source()
    telemetry.ask("overview/activity", telemetry.days(28)).frame

Nothing here needs Streamlit.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from dashboard_app.queries import Answer, ask, variant
from dashboard_app.reader import Reader
from dashboard_app.window import Window
from sql.database import Database, find
from sql.run_events import recorded
from sql.statements import statement

# a notebook's working folder is its own, the data lies in the checkout's
DATA: Final = Path(__file__).parent.parent / "data"
FILTER: Final = ("countries", "systems", "versions", "hosts", "event")


class Source:
    """The database that the environment names, else the embedded one of this checkout.

    Raises ValueError naming a setting that can't be used. Reads only.
    """

    def __init__(self, database: Database | None = None) -> None:
        data = Path(os.environ.get("DATA_DIR") or DATA).absolute()
        self._reader = Reader(database or find(os.environ, data / "postgres"))
        self.today = datetime.now(UTC).date()

    @cached_property
    def run_events(self) -> str:
        """Return the start of the run events' names. Raises UnavailableError."""
        return self._reader.read(recorded).run_events

    def days(self, number: int) -> Window:
        """Return the last `number` UTC days, today included."""
        return Window.up_to(self.today, number)

    def all_days(self) -> Window:
        """Return the UTC days from the first to the last event. Raises LookupError without any."""
        query = statement("queries/dashboard/frame/freshness")
        row = self._reader.read(lambda connection: connection.execute(query).fetchone())
        first, last = row[1:3] if row else (None, None)
        if not isinstance(first, date) or not isinstance(last, date):
            raise LookupError("there are no events yet: `make demo` sends some")
        return Window(first, last)

    def ask(self, name: str, window: Window, **own: Any) -> Answer:
        """Return the answer of `sql/queries/dashboard/<name>.sql`, as the dashboard gets it.

        `own` are the query's own parameters and the filter's: countries (codes), systems, versions,
        hosts (lists of text) and event (a name). Raises UnavailableError.
        """
        filters = {field: own.pop(field, None) for field in FILTER}
        wanted = variant(name, filtered=any(filters.values()))
        parameters = {"first": window.first, "last": window.last, "run_events": self.run_events}
        return self._reader.read(
            lambda connection: ask(connection, wanted, **parameters, **filters, **own)
        )

    def close(self) -> None:
        """Close the connections, and let go of an embedded database."""
        self._reader.close()
