"""The overview's tiles: what a period comes to, beside the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard_app import formats
from dashboard_app.ui.tiles import Tile


class Period(NamedTuple):
    """What is known of a window, in the columns of the queries that answer it."""

    activity: pd.DataFrame  # a row a day: events, visitors, new_visitors, started, errors
    visitors: int  # distinct
    sessions: pd.DataFrame  # rows of days that have any, and one without a day: sessions
    runs: pd.DataFrame  # the same: completed, reported (an exit code), succeeded, median

    def total(self, column: str, *, but_last: bool = False) -> int:
        """Return the sum of a column of `activity`, of all days or of all but the last."""
        values = self.activity[column]
        return int((values[:-1] if but_last else values).sum())

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
    completed = int(now.whole(now.runs, "completed"))
    reported = int(now.whole(now.runs, "reported"))
    succeeded = int(now.whole(now.runs, "succeeded"))
    median = now.whole(now.runs, "median")
    sessions = int(now.whole(now.sessions, "sessions"))
    growing = bool(but_last)
    unreported = f"; {completed - reported:,} completed runs reported none" if all_told else ""
    return [
        _count_tile("Events", "blue", now, before, "events", "events", growing=growing),
        Tile(
            "Visitors",
            formats.count(now.visitors),
            before and formats.change(*(but_last or (now.visitors, before.visitors))),
            "orange",
            now.activity["visitors"].tolist(),
            f"{now.visitors:,} distinct visitors of the whole period; the line shows each day's",
        ),
        _count_tile(
            "New visitors",
            "yellow",
            now,
            before,
            "new_visitors",
            "visitors never seen before",
            growing=growing,
        ),
        Tile(
            "Sessions",
            formats.count(sessions),
            before
            and (
                formats.change(now.daily_sessions(), before.daily_sessions())
                if growing
                else formats.change(sessions, before.whole(before.sessions, "sessions"))
            ),
            "gray",
            now.trend(now.sessions, now.sessions["sessions"]),
            f"{sessions:,} sessions; one that lasts past midnight is on the line twice",
        ),
        _count_tile("Runs", "green", now, before, "started", "runs were started", growing=growing),
        Tile(
            "Success rate",
            formats.percent(succeeded, reported),
            before and _points(succeeded, reported, *_outcomes(before)),
            "green",
            now.rates(now.runs, _rate(now.runs)),
            f"{succeeded:,} of {reported:,} exit codes were 0" + unreported,
        ),
        _error_tile(now, before, event),
        Tile(
            "Median duration",
            formats.duration(median) if now.runs["median"].notna().any() else None,
            before and formats.change(median, before.whole(before.runs, "median")),
            "gray",
            now.rates(now.runs, now.runs["median"]),
            f"Half of the completed runs took {median:,.0f} ms or less, within 1 %",
        ),
    ]


def _count_tile(
    label: str,
    colour: Any,
    now: Period,
    before: Period | None,
    column: str,
    what: str,
    *,
    growing: bool,
) -> Tile:
    count = now.total(column)
    change = before and formats.change(
        now.total(column, but_last=growing), before.total(column, but_last=growing)
    )
    return Tile(
        label, formats.count(count), change, colour, now.activity[column].tolist(),
        f"{count:,} {what}",
    )  # fmt: skip


def _error_tile(now: Period, before: Period | None, event: str | None) -> Tile:
    if event is not None:
        return Tile("Error rate", None, None, "red", [], "Not told of one event alone")
    started, errors = now.total("started"), now.total("errors")
    of_runs = now.activity["started"].where(now.activity["started"] > 0)
    return Tile(
        "Error rate",
        formats.percent(errors, started),
        before and _points(errors, started, before.total("errors"), before.total("started")),
        "red",
        (now.activity["errors"] / of_runs).dropna().tolist(),
        f"{errors:,} compile and runtime errors in {started:,} started runs",
    )


def _outcomes(period: Period) -> tuple[float, float]:
    runs = period.runs
    return period.whole(runs, "succeeded"), period.whole(runs, "reported")


def _rate(runs: pd.DataFrame) -> pd.Series[Any]:
    """Return the success rate of each row, missing where no exit code was reported."""
    return runs["succeeded"] / runs["reported"].where(runs["reported"] > 0)


def _points(part: float, whole: float, part_before: float, whole_before: float) -> str | None:
    if not whole or not whole_before:
        return None
    return formats.points(part / whole, part_before / whole_before)
