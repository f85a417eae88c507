"""The table of releases, one row each, as readable text."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from dashboard_app import formats
from dashboard_app.charts.parts.scales import duration_texts

NOTHING: Final = "–"
SIGNS: Final = {"better": "▲ better", "worse": "▼ worse"}
COLUMNS: Final = {
    "version": "Version", "verdict": "Verdict", "visitors": "Visitors", "runs": "Runs",
    "crash_free_runs": "Crash-free runs", "crash_free_visitors": "Crash-free visitors",
    "crash_rate": "Crash rate", "crash_rate_before": "Previous release",
    "p50": "p50", "p90": "p90", "p95": "p95", "p99": "p99",
}  # fmt: skip


def release_table(health: pd.DataFrame) -> pd.DataFrame:
    """Return the releases in the columns COLUMNS: visitors and runs as numbers, all else as text.

    `health` is what `analysis.release_health.release_health` returns, with the columns p50, p90,
    p95 and p99 (float64, ms) of releases/durations.
    """
    table = health[["version", "visitors", "runs"]].copy()
    table["verdict"] = [SIGNS.get(verdict, verdict) for verdict in health["verdict"]]
    for share in ("crash_free_runs", "crash_free_visitors"):
        ends = zip(health[share], health[f"{share}_low"], health[f"{share}_high"], strict=True)
        table[share] = [_with_interval(*values) for values in ends]
    table["crash_rate"] = [_percent(rate) for rate in health["crash_rate"]]
    table["crash_rate_before"] = [
        f"{_percent(rate)} ({before})" if pd.notna(rate) else NOTHING
        for rate, before in zip(health["crash_rate_before"], health["before"], strict=True)
    ]
    for name in ("p50", "p90", "p95", "p99"):
        table[name] = duration_texts(health[name])
    return table[list(COLUMNS)]


def _with_interval(share: float, low: float, high: float) -> str:
    if pd.isna(share):
        return NOTHING
    return f"{_percent(share)} ({100 * low:.1f}–{100 * high:.1f})"


def _percent(share: Any) -> str:
    return NOTHING if pd.isna(share) else f"{100 * share:.1f}{formats.NARROW_SPACE}%"
