"""The overview's tiles: what a period comes to, beside the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard_app import formats
from dashboard_app.ui.tiles import Colour, Tile, count_tile, duration_tile, share_tile


class Period(NamedTuple):
    """What is known of a window, in the columns of the queries that answer it."""

    activity: pd.DataFrame  # a row a day: events, visitors, new_visitors, started, errors
    visitors: int  # distinct
    sessions: pd.DataFrame  # rows of days that have any, and one without a day: sessions
    runs: pd.DataFrame  # the same: completed, reported (an exit code), succeeded, median

    def daily_sessions(self) -> int:
        """Return the sum of the sessions of all days but the last."""
        days = self.activity["day"][:-1]
        return int(self.sessions.loc[self.sessions["day"].isin(days), "sessions"].sum())

    def whole(self, frame: pd.DataFrame, column: str) -> float:
        """Return the value of the whole window in a frame that has a row for it, else 0."""
        found = frame.loc[frame["day"].isna(), column].dropna()
        return float(found.iloc[0]) if len(found) else 0.0

    def trend(self, frame: pd.DataFrame, values: pd.Series[Any]) -> list[float]:
        """Return a value for each day of the window, 0 where the frame has none."""
        of_days = pd.Series(values.to_numpy(), index=frame["day"])
        return [float(value) for value in of_days.reindex(self.activity["day"]).fillna(0)]

    def rates(self, frame: pd.DataFrame, values: pd.Series[Any]) -> list[float]:
        """Return a value for each day that has one: a day without runs is no day of failures."""
        return [float(value) for value in values[frame["day"].notna()].dropna()]


def overview_tiles(
    now: Period,
    before: Period | None,
    event: str | None = None,
    but_last: Sequence[int] = (),
    *,
    all_told: bool = True,
) -> list[Tile]:
    """Return the tiles of a period, with the change since the one before where there is one.

    Of one event alone, `event`, no error rate can be told: runs and errors are different events.
    Where the last day is not over, counts are compared without it, in both periods: `but_last` are
    the distinct visitors of now and before without their last day then, else nothing. Unless
    `all_told`, those who report no exit code may be fewer than K_ANONYMITY.
    """

    def counted(label: str, colour: Colour, column: str, what: str) -> Tile:
        earlier = before and before.activity[column]
        return count_tile(
            label, colour, now.activity[column], earlier, what, growing=bool(but_last)
        )

    completed, reported, succeeded = (
        int(now.whole(now.runs, column)) for column in ("completed", "reported", "succeeded")
    )
    sessions = int(now.whole(now.sessions, "sessions"))
    session_change = before and (
        formats.change(now.daily_sessions(), before.daily_sessions())
        if but_last
        else formats.change(sessions, before.whole(before.sessions, "sessions"))
    )
    median = now.whole(now.runs, "median")
    unreported = f"; {completed - reported:,} completed runs reported none" if all_told else ""
    return [
        counted("Events", "blue", "events", "events"),
        Tile(
            "Visitors",
            formats.count(now.visitors),
            before and formats.change(*(but_last or (now.visitors, before.visitors))),
            "orange",
            now.activity["visitors"].tolist(),
            f"{now.visitors:,} distinct visitors of the whole period; the line shows each day's",
        ),
        counted("New visitors", "yellow", "new_visitors", "visitors never seen before"),
        Tile(
            "Sessions",
            formats.count(sessions),
            session_change,
            "gray",
            now.trend(now.sessions, now.sessions["sessions"]),
            f"{sessions:,} sessions; one that lasts past midnight is on the line twice",
        ),
        counted("Runs", "green", "started", "runs were started"),
        share_tile(
            "Success rate",
            "green",
            (succeeded, reported),
            before and _outcomes(before),
            now.rates(now.runs, _ratio(now.runs, "succeeded", "reported")),
            f"{succeeded:,} of {reported:,} exit codes were 0" + unreported,
        ),
        _error_tile(now, before, event),
        duration_tile(
            "Median duration",
            "gray",
            median if now.runs["median"].notna().any() else None,
            before and before.whole(before.runs, "median"),
            now.rates(now.runs, now.runs["median"]),
            f"Half of the completed runs took {median:,.0f} ms or less, within 1 %",
        ),
    ]


def _error_tile(now: Period, before: Period | None, event: str | None) -> Tile:
    if event is not None:
        return Tile("Error rate", None, None, "red", [], "Not told of one event alone")
    errors, started = _errors(now)
    return share_tile(
        "Error rate",
        "red",
        (errors, started),
        before and _errors(before),
        _ratio(now.activity, "errors", "started").dropna().tolist(),
        f"{errors:,} compile and runtime errors in {started:,} started runs",
    )


def _errors(period: Period) -> tuple[int, int]:
    return int(period.activity["errors"].sum()), int(period.activity["started"].sum())


def _outcomes(period: Period) -> tuple[float, float]:
    runs = period.runs
    return period.whole(runs, "succeeded"), period.whole(runs, "reported")


def _ratio(frame: pd.DataFrame, part: str, whole: str) -> pd.Series[Any]:
    """Return the ratio of each row, missing where there is no whole."""
    return frame[part] / frame[whole].where(frame[whole] > 0)
