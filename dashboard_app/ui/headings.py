"""Table headings, by column of the queries' answers."""

from __future__ import annotations

from typing import Final

from streamlit.elements.lib.column_types import ColumnConfig

HEADINGS: Final = {
    "day": "Day (UTC)", "hour": "Hour", "weekday": "Weekday (0 = Sunday)", "minute": "Minute (UTC)",
    "events": "Events", "visitors": "Visitors", "new_visitors": "New visitors",
    "sessions": "Sessions", "share": "Share",
    "first_day": "First seen (UTC)", "last_day": "Last seen in the period (UTC)",
    "runs": "Runs", "started": "Runs started", "completed": "Runs completed",
    "errors": "Errors", "compile_errors": "Compile errors", "runtime_errors": "Runtime errors",
    "exception": "Exception", "event": "Event", "version": "Version", "value": "Value",
    "country": "Code", "region": "Code", "name": "Country", "continent": "Continent",
    "since": "Weeks since", "returned": "Came back",
}  # fmt: skip


def headings(columns: str, **own: str | ColumnConfig) -> dict[str, str | ColumnConfig]:
    """Return the headings of some columns, in order; `own` overrides them for this table."""
    return {name: own.get(name) or HEADINGS[name] for name in columns.split()}
