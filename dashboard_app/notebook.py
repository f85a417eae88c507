"""For notebooks: the dashboard's queries on the configured database, and its charts.

    draw_offline()
    telemetry = Source()
    activity_chart(telemetry.ask("overview/activity", telemetry.days(28)).frame, …)

JupyterLab draws the charts itself: Altair's default renderer loads code from another host. Nothing
here needs Streamlit.
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

# not the working folder, which is the notebook's
DATA: Final = Path(__file__).parent.parent / "data"
NAME: Final = "offline"
# the newest version that JupyterLab draws; no chart here needs a newer one
MIME_TYPE: Final = "application/vnd.vegalite.v5+json"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, LINE = 640, 100  # pixels, characters


class Source:
    """The database set in the environment, or else the embedded one of this checkout.

    Only reads. Raises ValueError for an invalid setting.
    """

    def __init__(self, database: Database | None = None) -> None:
        self._reader = Reader(database or default_application(os.environ, DATA).database)
        self.today = datetime.now(UTC).date()

    @cached_property
    def run_events(self) -> str:
        """Return the prefix of run event names. Raises UnavailableError."""
        return self._reader.read(recorded).run_events

    def days(self, number: int) -> Window:
        """Return the last `number` UTC days, today included."""
        return Window.up_to(self.today, number)

    def all_days(self) -> Window:
        """Return the UTC days from the first event to the last. Raises LookupError if none."""
        query = statement("queries/dashboard/frame/freshness")
        row = self._reader.read(lambda connection: connection.execute(query).fetchone())
        first, last = row[1:3] if row else (None, None)
        if not isinstance(first, date) or not isinstance(last, date):
            raise LookupError("there are no events yet; `make demo` creates some")
        return Window(first, last)

    def ask(self, name: str, window: Window, **own: Any) -> Answer:
        """Return the answer of `sql/queries/dashboard/<name>.sql`, as the dashboard gets it.

        `own` are the query's own parameters and those of the filter: countries (codes), systems,
        versions, hosts (lists of text) and event (a name). Raises UnavailableError.
        """
        filters = {dimension.field: own.pop(dimension.field, None) for dimension in FILTERED}
        wanted = variant(name, filtered=any(filters.values()))
        parameters = {"first": window.first, "last": window.last, "run_events": self.run_events}
        return self._reader.read(
            lambda connection: ask(connection, wanted, **parameters, **filters, **own)
        )

    def close(self) -> None:
        """Close the connections and release an embedded database."""
        self._reader.close()


def draw_offline() -> None:
    """Draw the charts of this notebook without requests to other hosts."""
    alt.renderers.register(NAME, _mime_bundle)
    alt.renderers.enable(NAME)


def _mime_bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    title = spec.get("title")
    shown = {"width": WIDTH, **spec, "$schema": SCHEMA}
    if isinstance(title, dict):
        # titles do not wrap on their own
        caption = wrap(str(title.get("subtitle") or ""), LINE)
        shown["title"] = {"anchor": "start", **title, "subtitle": caption}
    if "vconcat" in spec:
        del shown["width"]
        shown["vconcat"] = [{"width": WIDTH, **part} for part in spec["vconcat"]]
    return {MIME_TYPE: shown, "text/plain": "a chart"}
