"""The tiles of runs: durations and errors, compared with the previous period."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from dashboard_app.ui.tiles import Colour, Tile, count_tile, duration_tile, share_tile

DURATIONS: Final = {
    "Median duration": "p50", "p90 duration": "p90", "p95 duration": "p95", "p99 duration": "p99",
}  # fmt: skip


class Runs(NamedTuple):
    """The runs of a window, in the columns of the queries."""

    days: pd.DataFrame  # runs/days
    duration: pd.DataFrame | None = None  # runs/duration, if durations are shown
    percentiles: pd.DataFrame | None = None  # runs/percentiles, if their trend is drawn

    def sums(self, columns: tuple[str, str]) -> tuple[int, int]:
        """Return the sums of two columns."""
        return int(self.days[columns[0]].sum()), int(self.days[columns[1]].sum())

    def ratio(self, part: str, whole: str) -> float:
        """Return the ratio of two columns' sums, 0 if the second is 0."""
        found, total = self.sums((part, whole))
        return found / total if total else 0.0

    def percentile(self, name: str) -> float:
        """Return a percentile of the durations in ms, 0 if there are none."""
        value = None if self.duration is None else self.duration[name].iloc[0]
        return 0.0 if pd.isna(value) else float(value)

    def percentile_trend(self, name: str) -> list[float]:
        """Return a percentile of each day in ms, 0 for days without durations."""
        if self.percentiles is None:
            return []
        return [float(value) for value in self.percentiles[name].fillna(0)]


def performance_tiles(now: Runs, before: Runs | None) -> list[Tile]:
    """Return the tiles of durations, waits, interaction and output."""
    durations, waits = int(now.days["durations"].sum()), int(now.days["waits"].sum())
    return [
        *(_duration(label, now, before, name, durations) for label, name in DURATIONS.items()),
        duration_tile(
            "Mean wait for input",
            "green",
            now.ratio("wait_ms", "waits") if waits else None,
            before and before.ratio("wait_ms", "waits"),
            _trend(now.days, "wait_ms", "waits"),
            f"{waits:,} completed runs report a wait",
        ),
        _share("Interactive", now, before, ("interactive", "completed"), "green"),
        _share("Output truncated", now, before, ("truncated", "completed"), "gray"),
        _share("Runs completed", now, before, ("completed", "started"), "green"),
    ]


def error_tiles(now: Runs, before: Runs | None, *, growing: bool = False) -> list[Tile]:
    """Return the tiles of runs and errors.

    If the last day is not over (`growing`), runs are compared without it, in both periods.
    """
    completed = int(now.days["completed"].sum())
    return [
        count_tile(
            "Runs started",
            "green",
            now.days["started"],
            before and before.days["started"],
            f"runs started, {completed:,} completed",
            growing=growing,
        ),
        _share("Compile error rate", now, before, ("compile_errors", "started"), "yellow"),
        _share("Runtime error rate", now, before, ("runtime_errors", "started"), "red"),
    ]


def _duration(label: str, now: Runs, before: Runs | None, name: str, durations: int) -> Tile:
    return duration_tile(
        label,
        "green",
        now.percentile(name) if durations else None,
        before and before.percentile(name),
        now.percentile_trend(name),
        f"{durations:,} completed runs report a duration; accurate to 1 %",
    )


def _share(label: str, now: Runs, before: Runs | None, of: tuple[str, str], colour: Colour) -> Tile:
    part, whole = now.sums(of)
    what = "started" if of[1] == "started" else "completed"
    exactly = f"{part:,} of {whole:,} {what} runs"
    earlier = before and before.sums(of)
    return share_tile(label, colour, (part, whole), earlier, _trend(now.days, *of), exactly)


def _trend(days: pd.DataFrame, part: str, whole: str) -> list[float]:
    shares: list[float] = (days[part] / days[whole].where(days[whole] > 0)).fillna(0).tolist()
    return shares
