"""Errors: rates, exit codes and exceptions, over time and by version and system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app import formats
from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.bars import bars_chart, labels, length, with_shares
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.heatmap import heatmap_chart, names_across, shade
from dashboard_app.charts.parts.over_time import counts, over_time, parts_of_all, rates
from dashboard_app.charts.parts.scales import colours, percent_axis
from dashboard_app.charts.parts.tooltips import count, on_day, share, titled, word
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.theme import COMPILE_ERRORS, ENDINGS, ERRORS, NOT_REPORTED
from dashboard_app.window import Window

RATES_TITLE: Final = "Error rates"
RATES_CAPTION: Final = "Errors per started run on each day (UTC). Runtime errors are crashes."
EXITS_TITLE: Final = "Exit codes per day"
EXITS_CAPTION: Final = (
    "Share of each day's completed runs (UTC).\n0 is normal, 1 a runtime error, 130 interrupted by "
    "the user, 143 terminated. Some runs report no exit code."
)
CODES_TITLE: Final = "Exit codes"
CODES_CAPTION: Final = "All completed runs of the period."
TITLE: Final = "Top exceptions"
CAPTION: Final = (
    "Errors of the period by exception and phase.\nClick an exception to show only that one, click "
    "it again to show all."
)
BEFORE: Final = " The percentage is the change from the previous period."
DAYS_TITLE: Final = "Errors with this exception"
DAYS_CAPTION: Final = "Errors per day (UTC)."
TREND_TITLE: Final = "Top exceptions per day"
TREND_CAPTION: Final = "The stronger the colour, the more errors on that day (UTC)."
PLACES_TITLE: Final = "Errors per 1,000 runs"
PLACES_CAPTION: Final = (
    "The top exceptions, on the versions or systems with the most started runs.\nA strong cell in "
    "a pale row: the exception is more frequent there than elsewhere."
)
PHASES: Final = {"compile": COMPILE_ERRORS, "runtime": ERRORS}
PHASE_COLUMNS: Final = {"compile_errors": "compile", "runtime_errors": "runtime"}
CODES: Final = {
    **dict(zip(("0", "130", "1", "143"), ENDINGS, strict=False)),
    NOT_REPORTED: NOT_REPORTED,
}
MOST: Final = 12
HEIGHT: Final = 300


def rates_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's errors per started run, by phase.

    `frame` has the columns day (datetime64, UTC), started, compile_errors and runtime_errors
    (int64), one row per day.
    """
    named = frame.rename(columns=PHASE_COLUMNS)
    long = named.melt(["day", "started"], list(PHASES), "phase", "errors")
    long["rate"] = long["errors"] / long["started"].where(long["started"] > 0)
    return over_time(
        long,
        titled(RATES_TITLE, RATES_CAPTION),
        rates("rate", "Errors per started run"),
        [
            day_tooltip(), word("phase", "Phase"), share("rate", "Rate"),
            count("errors", "Errors"), count("started", "Runs started"),
        ],
        colours("phase", PHASES),
        mark="line",
        height=HEIGHT,
    )  # fmt: skip


def exits_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw each day's completed runs by exit code, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), value (the exit code or NOT_REPORTED, str) and
    runs (int64).
    """
    shown = _with_endings(frame).groupby(["day", "ending"], as_index=False)[["runs"]].sum()
    shown["share"] = shown["runs"] / shown.groupby("day")["runs"].transform("sum")
    order = list(ENDINGS)
    shown["place"] = [order.index(ending) for ending in shown["ending"]]
    return over_time(
        shown,
        titled(EXITS_TITLE, EXITS_CAPTION),
        parts_of_all("share", "Share of the day's runs"),
        [day_tooltip(), word("ending", "Ending"), count("runs", "Runs"), share("share", "Share")],
        # a phone has room for two columns
        colours("ending", ENDINGS, symbolType="square", columns=2, labelLimit=140),
        window=window,
        order="place",
        height=HEIGHT,
    )


def codes_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the period's completed runs by exit code, the most frequent on top.

    `frame` has the columns value (the exit code or NOT_REPORTED, str) and runs (int64).
    """
    counted = frame.groupby("value")["runs"].sum()
    runs = counted.sort_values(ascending=False, kind="stable").reset_index()
    top = _with_endings(with_shares(runs, "runs")).head(MOST)
    return bars_chart(
        top,
        titled(CODES_TITLE, CODES_CAPTION),
        labels("value", list(top["value"]), "Exit code"),
        length("share", "Share of the runs", top["share"], percent_axis(tickCount=4), room=1.3),
        [
            word("value", "Exit code"), word("ending", "Ending"), count("runs", "Runs"),
            share("share", "Share"),
        ],
        colours("ending", ENDINGS, legend=False),
        alt.Text("runs:Q", format=","),
    )  # fmt: skip


def exceptions_chart(frame: pd.DataFrame, chosen: str | None = None) -> alt.LayerChart:
    """Draw the most frequent exceptions as bars, by phase.

    `frame` has the columns exception (str), errors, compile_errors, runtime_errors (int64), share
    (float64) and first_day (datetime64, UTC), the most frequent first. If periods are compared, it
    also has before (Int64: errors of the previous period, or missing) and compared (Int64: the
    errors to compare with those). If one is `chosen`, all others are paler.
    """
    top = frame[(pd.RangeIndex(len(frame)) < MOST) | (frame["exception"] == chosen)].copy()
    top["paler"] = (top["exception"] != chosen) & (chosen is not None)
    top["text"] = _texts(top)
    named = top.rename(columns=PHASE_COLUMNS)
    kept = [column for column in named if column not in PHASES]
    long = named.melt(kept, list(PHASES), "phase", "of_phase")
    stacked = length("of_phase", "Errors", top["errors"], room=1.3).stack("zero")
    return bars_chart(
        top,
        titled(TITLE, CAPTION + (BEFORE if "before" in top else "")),
        labels("exception", list(top["exception"])),
        alt.X("errors:Q"),
        [
            word("exception", "Exception"),
            count("errors", "Errors"),
            *([count("before", "Previous period")] if "before" in top else []),
            share("share", "Share of errors with an exception"),
            on_day("first_day", "First seen (UTC)"),
        ],
        colours("phase", PHASES),
        "text:N",
        picks=True,
        pieces=(long[long["of_phase"] > 0], stacked),
    )


def exception_days_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the errors of one exception per day.

    `frame` has the columns day (datetime64, UTC) and errors (int64), one row per day.
    """
    return over_time(
        frame,
        titled(DAYS_TITLE, DAYS_CAPTION),  # not the name: pages read titles as markdown
        counts("errors", "Errors per day"),
        [day_tooltip(), count("errors", "Errors")],
        ERRORS,
        height=HEIGHT,
    )


def trend_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw exceptions by day, over all days of a window, the most frequent on top.

    `frame` has the columns place, errors (int64), exception (str) and day (datetime64, UTC).
    """
    return heatmap_chart(
        frame,
        titled(TREND_TITLE, TREND_CAPTION),
        day_axis(frame, window),
        ("exception", _most_frequent_first(frame)),
        shade("errors", "Errors", ",d", ERRORS),
        [word("exception", "Exception"), day_tooltip(), count("errors", "Errors")],
    )


def places_chart(
    frame: pd.DataFrame, dimension: str, chosen: Sequence[str] = (), exception: str | None = None
) -> alt.Chart:
    """Draw exceptions by version (`dimension` ext) or system (os), the most frequent on top.

    `frame` has the columns place (int64), exception, value (str), errors, started (int64) and
    per_1000_runs (float64, missing if no runs started). If any versions or systems are `chosen`, or
    an `exception`, all others are paler.
    """
    shown = frame.copy()
    shown["paler"] = [
        (bool(chosen) and value not in chosen) or (exception is not None and name != exception)
        for value, name in zip(shown["value"], shown["exception"], strict=True)
    ]
    values = frame["value"].unique()
    is_version = DIMENSIONS[dimension].is_version
    title = "Application version" if is_version else DIMENSIONS[dimension].label
    return heatmap_chart(
        shown,
        titled(PLACES_TITLE, PLACES_CAPTION),
        names_across("value", sorted(values, key=version_order if is_version else None), title),
        ("exception", _most_frequent_first(frame)),
        shade("per_1000_runs", "Per 1,000 runs", "~s", ERRORS),
        [
            word("exception", "Exception"),
            word("value", title),
            count("errors", "Errors"),
            count("started", "Runs started"),
            alt.Tooltip("per_1000_runs:Q", title="Errors per 1,000 runs", format=",.3~g"),
        ],
    )


def _with_endings(exits: pd.DataFrame) -> pd.DataFrame:
    return exits.assign(ending=exits["value"].map(CODES).fillna("others").astype("str"))


def _most_frequent_first(frame: pd.DataFrame) -> list[str]:
    return list(frame.sort_values("place")["exception"].unique())


def _texts(top: pd.DataFrame) -> list[str]:
    """Return the number at the end of each bar, with its change if known."""
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
