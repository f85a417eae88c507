"""How long a release takes to reach half of the visitors."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from dashboard_app.analysis.version_order import version_order

# a release is out from the first day when this share has it: testers are fewer
STARTED: Final = 0.01
FEWEST: Final = 3  # visitors: of few visitors, a single one is more than that share
HALF: Final = 0.5


def uptake(visitors: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return how each release spread, the newest first.

    `visitors` has the columns day (datetime64, UTC), version (str) and visitors (int64), as
    `sql/queries/dashboard/versions/uptake.sql` answers. A release reaches half of the visitors on
    the first day when half of them have it or a newer one; `today` is not over and left out.
    The columns are version, first_day (when 1 in 100, and at least three, had it), days (int64,
    from that day to half, or to the last day if half was not reached), reached (bool) and share (on
    the last day). Versions in use from the first day, or released after a newer one, are left out.
    """
    visitors = visitors[visitors["day"] < pd.Timestamp(today, tz="UTC")]
    by_day = visitors.pivot_table(
        index="day", columns="version", values="visitors", aggfunc="sum", fill_value=0
    )
    oldest_first: list[str] = sorted(visitors["version"].unique(), key=version_order)
    by_day = by_day[oldest_first]
    shares = by_day.div(by_day.sum(axis=1), axis=0)
    had_it_or_newer = shares.iloc[:, ::-1].cumsum(axis=1)
    rows = []
    newest_so_far = pd.Timestamp.max.tz_localize("UTC")
    for version in reversed(shares.columns):
        days_out = shares.index[(shares[version] >= STARTED) & (by_day[version] >= FEWEST)]
        if days_out.empty:
            continue
        first_day = days_out[0]
        if first_day > newest_so_far:
            continue
        newest_so_far = first_day
        if first_day == shares.index[0]:
            continue
        since = had_it_or_newer.loc[first_day:, version]
        half = since.index[since >= HALF]
        end = half[0] if len(half) else since.index[-1]
        rows.append((version, first_day, (end - first_day).days, bool(len(half)), since.iloc[-1]))
    table = pd.DataFrame(rows, columns=["version", "first_day", "days", "reached", "share"])
    return table.astype(
        {"version": "str", "first_day": "datetime64[us, UTC]", "days": "int64",
         "reached": "bool", "share": "float64"}
    )  # fmt: skip
