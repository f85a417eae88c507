"""The tiles of runs: how long they take and how they fail, beside the period before."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from dashboard_app import formats
from dashboard_app.ui.tiles import Tile


class Runs(NamedTuple):
    """What is known of a window's runs, in the columns of the queries that answer it."""

    days: pd.DataFrame  # runs/days
    duration: pd.DataFrame | None = None  # runs/duration, where durations are told
    percentiles: pd.DataFrame | None = None  # runs/percentiles, where they are drawn

    def ratio(self, part: str, whole: str) -> float:
        """Return the ratio of two columns' sums; 0 of nothing."""
        total = float(self.days[whole].sum())
        return float(self.days[part].sum()) / total if total else 0.0

    def percentile(self, name: str) -> float:
        """Return a percentile of the durations in ms; 0 where none is told."""
        value = None if self.duration is None else self.duration[name].iloc[0]
        return 0.0 if pd.isna(value) else float(value)

    def percentile_trend(self, name: str) -> list[float]:
        """Return a percentile of each day in ms; 0 where none is told."""
        if self.percentiles is None:
            return []
        return [float(value) for value in self.percentiles[name].fillna(0)]


def performance_tiles(now: Runs, before: Runs | None) -> list[Tile]:
    """Return the tiles of durations, waits, interaction and output."""
    told = int(now.days["durations"].sum())
    wait = now.ratio("wait_ms", "waits")
    return [
        _duration("Median duration", now, before, "p50", told),
        _duration("p90 duration", now, before, "p90", told),
        _duration("p95 duration", now, before, "p95", told),
        _duration("p99 duration", now, before, "p99", told),
        Tile(
            "Mean wait for input",
            formats.duration(wait) if now.days["waits"].any() else None,
            before and formats.change(wait, before.ratio("wait_ms", "waits")),
            "green",
            _trend(now.days, "wait_ms", "waits"),
            f"{int(now.days['waits'].sum()):,} completed runs tell their wait",
        ),
        _share("Interactive", now, before, ("interactive", "completed"), "green"),
        _share("Output truncated", now, before, ("truncated", "completed"), "gray"),
        _share("Runs completed", now, before, ("completed", "started"), "green"),
    ]


def error_tiles(now: Runs, before: Runs | None, *, growing: bool = False) -> list[Tile]:
    """Return the tiles of runs and errors.

    Where the last day is not over, `growing`, runs are compared without it, in both periods.
    """
    started = int(now.days["started"].sum())
    compared = slice(None, -1) if growing else slice(None)
    return [
        Tile(
            "Runs started",
            formats.count(started),
            before
            and formats.change(
                float(now.days["started"][compared].sum()),
                float(before.days["started"][compared].sum()),
            ),
            "green",
            now.days["started"].tolist(),
            f"{started:,} runs were started, {int(now.days['completed'].sum()):,} completed",
        ),
        _share("Compile error rate", now, before, ("compile_errors", "started"), "yellow"),
        _share("Runtime error rate", now, before, ("runtime_errors", "started"), "red"),
    ]


def _duration(label: str, now: Runs, before: Runs | None, name: str, told: int) -> Tile:
    value = now.percentile(name)
    return Tile(
        label,
        formats.duration(value) if told else None,
        before and formats.change(value, before.percentile(name)),
        "green",
        now.percentile_trend(name),
        f"{told:,} completed runs tell their duration; within 1 %",
    )


def _share(label: str, now: Runs, before: Runs | None, of: tuple[str, str], colour: Any) -> Tile:
    part, whole = (int(now.days[column].sum()) for column in of)
    comparable = before and whole and before.days[of[1]].any()
    return Tile(
        label,
        formats.percent(part, whole),
        formats.points(now.ratio(*of), before.ratio(*of)) if before and comparable else None,
        colour,
        _trend(now.days, *of),
        f"{part:,} of {whole:,} {'started' if of[1] == 'started' else 'completed'} runs",
    )


def _trend(days: pd.DataFrame, part: str, whole: str) -> list[float]:
    shares: list[float] = (days[part] / days[whole].where(days[whole] > 0)).fillna(0).tolist()
    return shares
