"""Is a release better than the one before? The statistics, and the rule in words.

Numbers come from `sql/queries/dashboard/releases/health.sql`. A crash is an error at runtime.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_app.analysis.version_order import version_order

FEWEST_VISITORS: Final = 10
# of the normal distribution: 95 % lie within
Z: Final = 1.959963984540054
BETTER, WORSE, NO_EVIDENCE, FIRST = "better", "worse", "no evidence", "nothing before"

RULE: Final = f"""\
A run **crashes** when it ends in an error at runtime, and is crash-free otherwise; a visitor is
crash-free when none of their runs crashed. Intervals hold the true share in 95 of 100 cases
(Wilson).

The runs of one visitor resemble each other, so a thousand runs of ten people say less than a
thousand runs of a thousand. Before any interval is drawn, the number of runs is therefore divided
by the *design effect*: how much more the crash rate varies between visitors than it would if each
run were on its own. Where no run crashed, or each did, that can't be measured, and each visitor
counts as one run.

The **verdict** compares a release's crash rate with that of the release before: the next older
version by number that at least {FEWEST_VISITORS} visitors ran in the period. If the 95 % interval
of the difference (Newcombe) is above zero, the release is *worse*; below zero, *better*; else there
is *no evidence*, as for a release that fewer than {FEWEST_VISITORS} visitors ran.

Crash-free visitors are shown but not judged: the longer a release is in use, the more of its
visitors have met a crash, so a new one would always look better. And of twenty comparisons of equal
releases, one will look like a difference: look at its size too.
"""


def release_health(counts: pd.DataFrame) -> pd.DataFrame:
    """Return each release's crash-free shares and its comparison with the one before, newest first.

    `counts` has the columns of the query: version (str) and, int64, visitors, runners (visitors
    who ran anything), crashed_visitors, runs, crashes, and the sums over visitors runs_squared,
    crashes_squared and runs_times_crashes. To these come effective_runs and, as shares from 0 to 1
    with `_low` and `_high` ends, crash_free_runs, crash_free_visitors and difference (of the crash
    rates, release less the one before); crash_rate, before (the version compared with, or missing),
    crash_rate_before, verdict. What can't be told is NaN.
    """
    newest_first = sorted(counts["version"], key=version_order, reverse=True)
    health = counts.set_index("version").loc[newest_first].reset_index()
    health["effective_runs"] = effective_runs(health)
    health["crash_rate"] = _ratio(health["crashes"], health["runs"])
    for share, crashed, whole, effective in (
        ("crash_free_runs", "crashes", "runs", "effective_runs"),
        ("crash_free_visitors", "crashed_visitors", "runners", "runners"),
    ):
        health[share] = 1 - _ratio(health[crashed], health[whole])
        health[f"{share}_low"], health[f"{share}_high"] = interval(health[share], health[effective])
    return health.join(_comparisons(health))


def effective_runs(counts: pd.DataFrame) -> pd.Series[float]:
    """Return how many independent runs a release's runs are worth: runs by the design effect.

    The variance of the crash rate is that of a ratio estimator over visitors as clusters (Cochran,
    Sampling Techniques, 1977, section 6.3; Kish, Survey Sampling, 1965, section 5.4):
    n / (n - 1) * sum((crashes - rate * runs)^2) / (sum(runs))^2.
    """
    runs, visitors = counts["runs"].astype(float), counts["runners"].astype(float)
    rate = _ratio(counts["crashes"], runs)
    squares = (
        counts["crashes_squared"]
        - 2 * rate * counts["runs_times_crashes"]
        + rate**2 * counts["runs_squared"]
    ).clip(lower=0)
    clustered = visitors / (visitors - 1).where(visitors > 1) * squares / runs.where(runs > 0) ** 2
    independent = rate * (1 - rate) / runs.where(runs > 0)
    design_effect = (clustered / independent.where(independent > 0)).clip(lower=1)
    return (runs / design_effect).fillna(visitors)


def interval(
    share: pd.Series[float], number: pd.Series[Any]
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the ends of Wilson's 95 % interval of shares of so many; NaN where that is 0.

    Wilson, Journal of the American Statistical Association 22 (1927).
    """
    number = number.where(number > 0)
    weight = Z**2 / number
    root = np.sqrt(weight * share * (1 - share) + weight**2 / 4)
    # in this order of sums the ends of 0 and 1 are 0 and 1 without a rounding error
    low, high = ((share + (weight / 2 + reach)) / (1 + weight) for reach in (-root, root))
    return low, high


def difference(
    share: float, number: float, share_before: float, number_before: float
) -> tuple[float, float]:
    """Return the ends of Newcombe's 95 % interval of `share - share_before`, each of so many.

    Newcombe, Statistics in Medicine 17 (1998), method 10.
    """
    shares = pd.Series([share, share_before])
    (low, low_before), (high, high_before) = interval(shares, pd.Series([number, number_before]))
    found = share - share_before
    return (
        found - math.hypot(share - low, high_before - share_before),
        found + math.hypot(high - share, share_before - low_before),
    )


def verdict(low: float, high: float) -> str:
    """Return what an interval of the difference of crash rates says."""
    if low > 0:
        return WORSE
    return BETTER if high < 0 else NO_EVIDENCE


def _comparisons(health: pd.DataFrame) -> pd.DataFrame:
    releases = health.to_dict("records")
    rows = []
    for place, release in enumerate(releases):
        older = [one for one in releases[place + 1 :] if one["runners"] >= FEWEST_VISITORS]
        rows.append(_compared(release, older[0]) if older else _alone())
    types = {name: "str" if name in ("before", "verdict") else "float64" for name in _alone()}
    return pd.DataFrame(rows, columns=list(types), index=health.index).astype(types)


def _compared(release: Mapping[Hashable, Any], before: Mapping[Hashable, Any]) -> dict[str, Any]:
    rate, rate_before = release["crash_rate"], before["crash_rate"]
    low, high = np.nan, np.nan
    if release["runners"] >= FEWEST_VISITORS:
        numbers = release["effective_runs"], before["effective_runs"]
        low, high = difference(rate, numbers[0], rate_before, numbers[1])
    return {
        "before": before["version"],
        "crash_rate_before": rate_before,
        "difference": rate - rate_before,
        "difference_low": low,
        "difference_high": high,
        "verdict": verdict(low, high),
    }


def _alone() -> dict[str, Any]:
    ends = dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
    return {"before": None, "crash_rate_before": np.nan, **ends, "verdict": FIRST}


def _ratio(part: pd.Series[Any], whole: pd.Series[Any]) -> pd.Series[float]:
    return part.astype(float) / whole.astype(float).where(whole > 0)
