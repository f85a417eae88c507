"""The door for notebooks: the dashboard's queries on whatever database there is, and its charts.

    draw_offline()
    telemetry = Source()
    activity_chart(telemetry.ask("overview/activity", telemetry.days(28)).frame, …)

JupyterLab draws the charts itself: Altair's own way loads code from a stranger. Nothing here needs
Streamlit.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

import altair as alt

from dashboard_app.dimensions import FILTERED
from dashboard_app.query.database import Reader
from dashboard_app.query.run import Answer, ask, variant
from dashboard_app.window import Window
from sql.application import default_application
from sql.database import Database
from sql.run_events import recorded
from sql.statements import statement

# a notebook's working folder is its own, the data lies in the checkout's
DATA: Final = Path(__file__).parent.parent / "data"
NAME: Final = "offline"
# the newest that JupyterLab draws; no chart here needs what came after it
MIME_TYPE: Final = "application/vnd.vegalite.v5+json"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, LINE = 640, 100  # pixels, letters


class Source:
    """The database that the environment names, else the embedded one of this checkout.

    Raises ValueError naming a setting that can't be used. Reads only.
    """

    def __init__(self, database: Database | None = None) -> None:
        self._reader = Reader(database or default_application(os.environ, DATA).database)
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
        filters = {dimension.field: own.pop(dimension.field, None) for dimension in FILTERED}
        wanted = variant(name, filtered=any(filters.values()))
        parameters = {"first": window.first, "last": window.last, "run_events": self.run_events}
        return self._reader.read(
            lambda connection: ask(connection, wanted, **parameters, **filters, **own)
        )

    def close(self) -> None:
        """Close the connections, and let go of an embedded database."""
        self._reader.close()


def draw_offline() -> None:
    """Have charts of this notebook drawn without asking any other host."""
    alt.renderers.register(NAME, _mime_bundle)
    alt.renderers.enable(NAME)


def _mime_bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    title = spec.get("title")
    shown = {"width": WIDTH, **spec, "$schema": SCHEMA}
    if isinstance(title, dict):
        # titles do not wrap by themselves
        reading = wrap(str(title.get("subtitle") or ""), LINE)
        shown["title"] = {"anchor": "start", **title, "subtitle": reading}
    if "vconcat" in spec:
        del shown["width"]
        shown["vconcat"] = [{"width": WIDTH, **part} for part in spec["vconcat"]]
    return {MIME_TYPE: shown, "text/plain": "a chart"}
