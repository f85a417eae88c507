"""What happened in one session."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.theme import ERRORS, NEUTRAL, RUNS

QUESTION: Final = "What happened in this session?"
READING: Final = (
    "Each mark is an event, from left to right in the order of time since the session's first. "
    "Green: a run began or ended; red: an error; grey: anything else."
)
COLOURS: Final = {"run": RUNS, "error": ERRORS, "other": NEUTRAL}
ROW_PIXELS, AXIS_PIXELS = 30, 60
# ms of one unit of the axis, for sessions longer than three of it
UNITS: Final = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "ms": 1}


def session_chart(frame: pd.DataFrame, run_events: str) -> alt.Chart:
    """Draw the events of a session as marks on a line of time, a row for each name.

    `frame` has the columns t (datetime64, UTC), since_ms (float64, from the first event), evt and
    properties (str), a row an event in order; `run_events` is how the names of run events begin.
    """
    longest = float(frame["since_ms"].max()) if len(frame) else 0.0
    unit = next(name for name, ms in UNITS.items() if longest > 3 * ms or ms == 1)
    marks = frame.assign(
        since=frame["since_ms"] / UNITS[unit],
        when=frame["t"].dt.strftime("%Y-%m-%d %H:%M:%S.%f").str[:-3],
        kind=[_kind(evt, run_events) for evt in frame["evt"]],
    )
    blank = alt.Chart(
        marks,
        title=alt.Title(text=QUESTION, subtitle=READING),
        height=ROW_PIXELS * max(1, marks["evt"].nunique()) + AXIS_PIXELS,
    )
    drawn: alt.Chart = blank.mark_tick(thickness=3, size=ROW_PIXELS - 10).encode(
        x=alt.X(
            "since:Q",
            title=f"Time since the first event ({unit})",
            scale=alt.Scale(domainMin=0, nice=False, padding=8),
            axis=alt.Axis(grid=False, tickCount=6),
        ),
        y=alt.Y(
            "evt:N",
            title=None,
            sort=list(marks["evt"].unique()),
            axis=alt.Axis(grid=True, ticks=False, domain=False, labelLimit=150, labelFlush=False),
        ),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("when:N", title="When (UTC)"),
            alt.Tooltip("evt:N", title="Event"),
            alt.Tooltip("since:Q", title=f"Since the first ({unit})", format=",.1f"),
            alt.Tooltip("properties:N", title="Properties"),
        ],
    )
    return drawn


def _kind(evt: str, run_events: str) -> str:
    if evt == f"{run_events}.error":
        return "error"
    return "run" if evt.startswith(f"{run_events}.") else "other"
