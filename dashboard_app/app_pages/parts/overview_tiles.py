"""The overview's tiles: the totals of a period, compared with the previous one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard_app import formats
from dashboard_app.ui.tiles import Colour, Tile, count_tile, duration_tile, share_tile


class Period(NamedTuple):
    """The data of a window, in the columns of the queries."""

    activity: pd.DataFrame  # one row per day: events, visitors, new_visitors, started, errors
    visitors: int  # distinct
    sessions: pd.DataFrame  # one row per day with sessions, and one for all days: sessions
    runs: pd.DataFrame  # likewise: completed, reported (an exit code), succeeded, median

    def daily_sessions(self) -> int:
        """Return the sum of the daily sessions, without the last day."""
        days = self.activity["day"][:-1]
        return int(self.sessions.loc[self.sessions["day"].isin(days), "sessions"].sum())

    def whole(self, frame: pd.DataFrame, column: str) -> float:
        """Return a frame's value for the whole window, 0 if it has none."""
        found = frame.loc[frame["day"].isna(), column].dropna()
        return float(found.iloc[0]) if len(found) else 0.0

    def trend(self, frame: pd.DataFrame, values: pd.Series[Any]) -> list[float]:
        """Return a value for each day of the window, 0 if the frame has none."""
        of_days = pd.Series(values.to_numpy(), index=frame["day"])
        return [float(value) for value in of_days.reindex(self.activity["day"]).fillna(0)]

    def rates(self, frame: pd.DataFrame, values: pd.Series[Any]) -> list[float]:
        """Return a value for each day that has one: a day without runs has no rate."""
        return [float(value) for value in values[frame["day"].notna()].dropna()]


def overview_tiles(
    now: Period,
    before: Period | None,
    event: str | None = None,
    but_last: Sequence[int] = (),
    *,
    shows_all: bool = True,
) -> list[Tile]:
    """Return the tiles of a period, with the change from the previous one, if any.

    With a filter by one `event`, there is no error rate, since runs and errors are different
    events. If the last day is not over, counts are compared without it, in both periods: `but_last`
    are the distinct visitors of now and before without the last day; otherwise it is empty. Unless
    `shows_all`, the number of runs without an exit code is hidden, since they may come from fewer
    visitors than K_ANONYMITY.
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
    unreported = f"; {completed - reported:,} completed runs reported none" if shows_all else ""
    return [
        counted("Events", "blue", "events", "events"),
        Tile(
            "Visitors",
            formats.count(now.visitors),
            before and formats.change(*(but_last or (now.visitors, before.visitors))),
            "orange",
            now.activity["visitors"].tolist(),
            f"{now.visitors:,} distinct visitors in the period; the line shows each day's visitors",
        ),
        counted("New visitors", "yellow", "new_visitors", "visitors with their first event ever"),
        Tile(
            "Sessions",
            formats.count(sessions),
            session_change,
            "gray",
            now.trend(now.sessions, now.sessions["sessions"]),
            f"{sessions:,} sessions; the line counts a session on each day it has events",
        ),
        counted("Runs", "green", "started", "runs started"),
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
            f"Half of the completed runs took {median:,.0f} ms or less (accurate to 1 %)",
        ),
    ]


def _error_tile(now: Period, before: Period | None, event: str | None) -> Tile:
    if event is not None:
        return Tile("Error rate", None, None, "red", [], "Not available with a filter by event")
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
    """Return the ratio of each row, missing if the whole is 0."""
    return frame[part] / frame[whole].where(frame[whole] > 0)
