"""Runs: durations, waits, output sizes, interactive and truncated runs."""

from __future__ import annotations

import re
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import bars_chart, labels, length, with_shares
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_tooltip
from dashboard_app.charts.parts.over_time import over_time, rates
from dashboard_app.charts.parts.scales import (
    SHORTEST_MS,
    colours,
    count_axis,
    duration_axis,
    duration_texts,
    percent_axis,
)
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import NEUTRAL, NOT_REPORTED, PERCENTILES, RUNS

TREND_TITLE: Final = "Run duration per day"
TREND_CAPTION: Final = (
    "Percentiles of completed runs (UTC), on a logarithmic scale.\nHalf of a day's runs take at "
    "most p50, nine in ten at most p90, and so on. Runs that don't report a duration are left out."
)
HISTOGRAM_TITLE: Final = "Run duration distribution"
HISTOGRAM_CAPTION: Final = (
    "Completed runs of the period, on a logarithmic scale. Dashed lines are percentiles.\nEach bar "
    "ends at a duration a quarter longer than the bar before."
)
CLASSES_TITLE: Final = "Runs by duration"
CLASSES_CAPTION: Final = "Completed runs of the period."
CLASSES: Final = ("up to 0.5 s", "0.5–1 s", "1–3 s", "3–10 s", "10–30 s", "30–60 s", "1–2 min",
                  "2 min and more")  # fmt: skip
WAITS_TITLE: Final = "Wait for input per day"
WAITS_CAPTION: Final = (
    "Mean wait of each day's completed runs (UTC), including runs that never wait."
)
OUTPUTS_TITLE: Final = "Runs by output size"
OUTPUTS_CAPTION: Final = (
    "Completed runs of the period by bytes written, as reported by the application."
)
SHARES_TITLE: Final = "Interactive and truncated runs"
SHARES_CAPTION: Final = (
    "Share of each day's completed runs (UTC) that read input, and whose output was truncated."
)
SHARES: Final = {"interactive": RUNS, "truncated": NEUTRAL}
SIZES: Final = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
TALL: Final = 300
MANY_DAYS: Final = 60


def percentiles_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's duration percentiles.

    `frame` has the columns day (datetime64, UTC), runs (int64) and p50, p90, p95, p99 (float64, ms,
    missing if no run reported a duration), one row per day.
    """
    # keep days without runs, so that the line has gaps
    long = frame.melt(["day", "runs"], list(PERCENTILES), "percentile", "ms")
    long["text"] = duration_texts(long["ms"])
    long["ms"] = long["ms"].clip(lower=SHORTEST_MS)
    scale = alt.Scale(type="log", nice=False, padding=12)
    options: dict[str, Any] = {} if len(frame) <= MANY_DAYS else {"point": False}
    return over_time(
        long,
        titled(TREND_TITLE, TREND_CAPTION),
        alt.Y("ms:Q", title="Run duration", scale=scale, axis=duration_axis()),
        [
            day_tooltip(), word("percentile", "Percentile"), word("text", "Duration"),
            count("runs", "Runs"),
        ],
        colours("percentile", PERCENTILES, symbolType="stroke"),
        mark="line",
        height=TALL,
        **options,
    )  # fmt: skip


def histogram_chart(frame: pd.DataFrame, duration: pd.DataFrame) -> alt.LayerChart:
    """Draw the histogram of durations on a logarithmic scale, with the window's percentiles.

    `frame` has the columns from_ms, to_ms, share (float64) and runs (int64), one row per class;
    `duration` a single row with p50, p90, p95, p99 (float64, ms).
    """

    def across(field: str) -> alt.X:
        scale = alt.Scale(type="log", nice=False)
        return alt.X(
            f"{field}:Q", scale=scale, axis=duration_axis(grid=False), title="Run duration"
        )

    shown = frame.copy()
    shown["text"] = (
        duration_texts(shown["from_ms"]) + " to " + duration_texts(shown["to_ms"])
    ).astype("str")
    lines = duration[list(PERCENTILES)].melt(var_name="percentile", value_name="ms").dropna()
    lines["text"] = duration_texts(lines["ms"])
    lines["ms"] = lines["ms"].clip(lower=SHORTEST_MS)
    marked = alt.Chart(lines).encode(
        x=across("ms"), tooltip=[word("percentile", "Percentile"), word("text", "Duration")]
    )
    bars = alt.Chart(shown).mark_bar(color=RUNS, binSpacing=1)
    return alt.LayerChart(
        layer=[
            bars.encode(
                x=across("from_ms"),
                x2="to_ms:Q",
                y=alt.Y("runs:Q", title="Runs", axis=count_axis()),
                y2=alt.datum(0),
                tooltip=[
                    word("text", "Duration"), count("runs", "Runs"), share("share", "Share"),
                ],
            ),
            marked.mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.5),
            # two heights, since neighbours are close together on a phone
            *(
                marked.transform_filter(alt.FieldOneOfPredicate("percentile", names))
                .mark_text(color=NEUTRAL, align="left", baseline="top", dx=3, dy=2 + 13 * low)
                .encode(y=alt.value(0), text="percentile:N")
                for low, names in enumerate((["p50", "p90", "p99"], ["p95"]))
            ),
        ],
        title=titled(HISTOGRAM_TITLE, HISTOGRAM_CAPTION),
        height=TALL,
    )  # fmt: skip


def classes_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the runs in the eight classes of duration that `GET /stats` has, the shortest on top.

    `frame` has the columns value (str, from 0, the shortest, to 7) and runs (int64).
    """
    runs = frame.groupby("value")["runs"].sum()
    shown = pd.DataFrame(
        {"label": CLASSES, "runs": [int(runs.get(str(place), 0)) for place in range(len(CLASSES))]}
    )
    return _shares_chart(shown, titled(CLASSES_TITLE, CLASSES_CAPTION), "Duration", RUNS)


def waits_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the mean wait of each day's runs.

    `frame` has the columns day (datetime64, UTC), waits and wait_ms (int64), one row per day.
    """
    shown = frame[["day", "waits", "wait_ms"]].copy()
    shown["mean_ms"] = shown["wait_ms"] / shown["waits"].where(shown["waits"] > 0)
    shown["text"] = duration_texts(shown["mean_ms"])
    axis = alt.Axis(labelExpr="format(datum.value / 1000, '~g') + ' s'", tickCount=4)
    return over_time(
        shown,
        titled(WAITS_TITLE, WAITS_CAPTION),
        alt.Y("mean_ms:Q", title="Mean wait", axis=axis),
        [day_tooltip(), word("text", "Mean wait"), count("waits", "Runs that report a wait")],
        RUNS,
    )


def outputs_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the runs by output size, the smallest on top.

    `frame` has the columns value (str, - if not reported) and runs (int64).
    """
    runs = frame.groupby("value", as_index=False)["runs"].sum()
    order = sorted(runs["value"], key=output_order)
    shown = runs.set_index("value").loc[order].reset_index()
    shown["label"] = shown["value"].replace("-", NOT_REPORTED)
    colour = value_where(alt.ColorValue, "(datum.value !== '-')", RUNS, NEUTRAL)
    return _shares_chart(shown, titled(OUTPUTS_TITLE, OUTPUTS_CAPTION), "Bytes", colour)


def shares_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the interactive and the truncated share of each day's runs.

    `frame` has the columns day (datetime64, UTC), completed, interactive and truncated (int64).
    """
    long = frame.melt(["day", "completed"], list(SHARES), "kind", "runs")
    long["share"] = long["runs"] / long["completed"].where(long["completed"] > 0)
    return over_time(
        long,
        titled(SHARES_TITLE, SHARES_CAPTION),
        rates("share", "Share of the day's runs"),
        [
            day_tooltip(), word("kind", "Runs"), share("share", "Share"),
            count("runs", "Runs"), count("completed", "Completed runs"),
        ],
        colours("kind", SHARES, symbolType="stroke"),
        mark="line",
    )  # fmt: skip


def output_order(size: str) -> tuple[int, float, str]:
    """Return a key that sorts sizes such as 0, 1-1K, 1K-10K, >1M by where they start."""
    found = re.match(r"\D*?([0-9.]+)\s*([kmg]?)", size.lower())
    if size == "-" or not found:
        return (2, 0, size) if size == "-" else (1, 0, size)
    number = float(found[1]) if found[1].replace(".", "", 1).isdigit() else 0.0
    return 0, number * SIZES[found[2]] + size.startswith(">"), size


def _shares_chart(
    runs: pd.DataFrame, title: alt.TitleParams, heading: str, colour: str | alt.ColorValue
) -> alt.LayerChart:
    """Draw rows of labels and runs as shares of all runs."""
    shown = with_shares(runs, "runs")
    return bars_chart(
        shown,
        title,
        labels("label", list(shown["label"])),
        length("share", "Share of runs", shown["share"], percent_axis(tickCount=4)),
        [word("label", heading), count("runs", "Runs"), share("share", "Share")],
        colour,
        alt.Text("share:Q", format=".1%"),
    )
