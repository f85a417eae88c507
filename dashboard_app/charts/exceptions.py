"""Which exceptions are thrown, and one of them day by day."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app import formats
from dashboard_app.charts.errors import PHASES, phase_colour
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import bar_scale, count_axis
from dashboard_app.theme import ERRORS, NEUTRAL, PALER

QUESTION: Final = "Which exceptions are thrown most?"
READING: Final = (
    "Errors of the period by their exception, the most frequent on top; the colour tells whether "
    "when compiling or at runtime. A click shows one by itself, another all again."
)
BEFORE: Final = " In percent: the change since the period before."
DAYS_QUESTION: Final = "When is this exception thrown?"
DAYS_READING: Final = "Each day's errors (UTC) with this exception."
MOST: Final = 12
HEIGHT: Final = 280
ROW_HEIGHT, AXIS_HEIGHT = 26, 60


def exceptions_chart(frame: pd.DataFrame, chosen: str | None = None) -> alt.LayerChart:
    """Draw the most frequent exceptions as bars, by phase.

    `frame` has the columns exception (str), errors, compile_errors, runtime_errors (int64), share
    (float64) and first_day (datetime64, UTC), the most frequent first, and, where periods are
    compared, before (Int64: the errors of the period before, or missing) and compared (the same of
    those that are compared with them); all but the `chosen` one are paler, where there is one.
    """
    top = frame[(pd.RangeIndex(len(frame)) < MOST) | (frame["exception"] == chosen)].copy()
    top["paler"] = (top["exception"] != chosen) & (chosen is not None)
    top["text"] = _texts(top)
    named = top.rename(columns={"compile_errors": "compile", "runtime_errors": "runtime"})
    kept = [column for column in named if column not in PHASES]
    long = named.melt(kept, list(PHASES), "phase", "of_phase")
    y = alt.Y(
        "exception:N",
        sort=list(top["exception"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=110, labelPadding=8),
    )
    x = alt.X(
        "of_phase:Q",
        title="Errors",
        stack="zero",
        scale=bar_scale(top["errors"], room=1.3),
        axis=count_axis(),
    )
    tooltip = [
        alt.Tooltip("exception:N", title="Exception"),
        alt.Tooltip("errors:Q", title="Errors", format=","),
        *([alt.Tooltip("before:Q", title="Before", format=",")] if "before" in top else []),
        alt.Tooltip("share:Q", title="Share of those that tell theirs", format=".1%"),
        alt.Tooltip("first_day:T", timeUnit="utcyearmonthdate", format="%-d %b %Y",
                    title="First seen (UTC)"),
    ]  # fmt: skip
    return alt.LayerChart(
        layer=[
            alt.Chart(long[long["of_phase"] > 0])
            .mark_bar(cornerRadiusEnd=2, cursor="pointer")
            .encode(
                y=y,
                x=x,
                color=phase_colour(),
                opacity=value_where(alt.OpacityValue, "datum.paler", PALER, 1),
                tooltip=tooltip,
            ),
            alt.Chart(top)
            .mark_text(align="left", dx=5, color=NEUTRAL)
            .encode(y=y, x=alt.X("errors:Q"), text="text:N"),
        ],
        title=alt.Title(text=QUESTION, subtitle=READING + (BEFORE if "before" in top else "")),
        height=ROW_HEIGHT * max(1, len(top)) + AXIS_HEIGHT,
    )


def exception_days_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the errors of one exception day by day.

    `frame` has the columns day (datetime64, UTC) and errors (int64), a row a day.
    """
    # without its name: a page would read it as markdown
    title = alt.Title(text=DAYS_QUESTION, subtitle=DAYS_READING)
    drawn: alt.Chart = (
        alt.Chart(frame, title=title, height=HEIGHT)
        .mark_bar(color=ERRORS, binSpacing=0, width={"band": 0.8})
        .encode(
            x=day_axis(frame),
            y=alt.Y("errors:Q", title="Errors a day", axis=count_axis()),
            tooltip=[day_tooltip(), alt.Tooltip("errors:Q", title="Errors", format=",")],
        )
    )
    return drawn


def _texts(top: pd.DataFrame) -> list[str]:
    """Return the number at the end of each bar, with its change where that is known."""
    texts = [f"{errors:,}" for errors in top["errors"]]
    if "before" not in top:
        return texts
    known = (top["compared"].notna() & top["before"].notna()).to_numpy()
    return [
        f"{text}  {formats.change(errors, before) or ''}".strip() if is_known else text
        for text, errors, before, is_known in zip(
            texts, top["compared"], top["before"], known, strict=True
        )
    ]
