"""Is a release better than the one before? The statistics, and the rule in words.

Numbers come from `sql/queries/dashboard/releases/`. A crash is an error at runtime.

Runs of one visitor resemble each other, so a thousand runs of ten visitors say less than a thousand
of a thousand. How alike they are is the intra-visitor correlation, estimated over the visitors of
both releases together; from it follows how many independent runs each release's runs are worth, and
from that the intervals. While few visitors crashed the estimate is too rough to be trusted, and the
correlation is taken as 1. A visitor of both releases counts in each as if they were two: this makes
the interval of the difference wider, never narrower. How often the intervals are wrong is simulated
in tests/dashboard_app/analysis/simulated_releases.py.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard_app.analysis.version_order import version_order

FEWEST_VISITORS: Final = 10
FEWEST_CRASHED: Final = 100
# of the normal distribution: 95 % lie within
Z: Final = 1.959963984540054
BETTER, WORSE, NO_EVIDENCE = "better", "worse", "no evidence"
TOO_FEW, FIRST = "too few", "nothing before"
JUDGED: Final = (BETTER, WORSE, NO_EVIDENCE)
# sums over visitors, all that the statistics need
SUMS: Final = (
    "visitors", "runners", "crashed_visitors", "runs", "crashes", "runs_squared",
    "crashes_squared_by_runs",
)  # fmt: skip

RULE: Final = f"""\
A release is **better** or **worse** than the one before if the 95 % interval of the difference
between their crash rates, over the days on which both were in use, leaves out zero; otherwise there
is **no evidence**, or **too few** visitors: fewer than {FEWEST_VISITORS} ran one of them on those
days. Runs of one visitor are alike and count for less than their number, by as much as they turn
out to be alike; until {FEWEST_CRASHED} visitors of the two have crashed, each visitor counts as one
run.
"""


def newest_first(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order of the column version (str), the newest on top."""
    order = sorted(counts["version"], key=version_order, reverse=True)
    return counts.set_index("version").loc[order].reset_index()


def releases_before(counts: pd.DataFrame) -> pd.DataFrame:
    """Return which release each is compared with, and over which days; newest first.

    `counts` is the answer to releases/health: version (str), SUMS, and the first and last day on
    which anything ran (datetime64, NaT if nothing did). The release before is the next older one by
    number that FEWEST_VISITORS visitors ran; the shared days are from the later of their first days
    to the earlier of their last. Returns the columns version, before (str), first_shared and
    last_shared (datetime64), without a row where there is no release before or no shared day.
    """
    ordered = newest_first(counts)
    candidate = (ordered["runners"] >= FEWEST_VISITORS).to_numpy()
    places = pd.Series(np.arange(len(ordered)), ordered.index).where(candidate)
    next_older = places.bfill().shift(-1)
    pairs = ordered[next_older.notna()]
    older = ordered.loc[next_older.dropna().astype(int)].set_axis(pairs.index)
    neither = pairs["first_day"].isna() | older["first_day"].isna()
    shared = pd.DataFrame(
        {
            "version": pairs["version"],
            "before": older["version"],
            "first_shared": pairs["first_day"].clip(lower=older["first_day"]).mask(neither),
            "last_shared": pairs["last_day"].clip(upper=older["last_day"]).mask(neither),
        }
    ).astype({"version": "str", "before": "str"})
    return shared[shared["first_shared"] <= shared["last_shared"]].reset_index(drop=True)


def shared_days(pairs: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the parameters of releases/shared_days: `pairs` is what `releases_before` returns."""
    return {
        "releases": pairs["version"].tolist(),
        "befores": pairs["before"].tolist(),
        "first_days": [day.date() for day in pairs["first_shared"]],
        "last_days": [day.date() for day in pairs["last_shared"]],
    }


def release_health(counts: pd.DataFrame, pairs: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """Return each release's crash-free shares and its comparison with the one before, newest first.

    `counts` is the answer to releases/health, `pairs` what `releases_before` returns for it, or
    some of its rows, and `shared` the answer to releases/shared_days for these: version (str),
    counted (str, one of the two compared) and SUMS on the shared days.

    To the columns of `counts` come effective_runs and, as shares from 0 to 1 with `_low` and
    `_high` ends, crash_free_runs and crash_free_visitors; before, first_shared and last_shared of
    `pairs`; on the shared days crash_rate, crash_rate_before and, with its ends, difference (the
    first less the second); verdict. What can't be told is NaN.
    """
    health = newest_first(counts).merge(pairs, how="left", on="version", validate="1:1")
    sums = health[list(SUMS)].astype(float)
    of_before = sums.set_axis(health["version"]).reindex(health["before"]).fillna(0.0)
    of_before = of_before.set_axis(sums.index)
    health["effective_runs"] = effective_runs(sums, correlation(sums + of_before))
    for share, crashed, whole, effective in (
        ("crash_free_runs", "crashes", "runs", "effective_runs"),
        ("crash_free_visitors", "crashed_visitors", "runners", "runners"),
    ):
        health[share] = 1 - _ratio(health[crashed], health[whole])
        health[f"{share}_low"], health[f"{share}_high"] = interval(health[share], health[effective])
    health = health.join(_compared_on_shared_days(health, shared))
    # the last row is the oldest release: no other is older
    health.loc[health.index[-1:], "verdict"] = FIRST
    return health


def compared(release: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Compare releases with others, row by row: frames of SUMS (float64) with the same index.

    Returns crash_rate, crash_rate_before, difference, difference_low, difference_high (float64) and
    verdict (str). The interval is NaN where fewer than FEWEST_VISITORS visitors ran either.
    """
    alike = correlation(release + before)
    rate, rate_before = (_ratio(of["crashes"], of["runs"]) for of in (release, before))
    enough = (release["runners"] >= FEWEST_VISITORS) & (before["runners"] >= FEWEST_VISITORS)
    low, high = difference(
        rate, effective_runs(release, alike).where(enough),
        rate_before, effective_runs(before, alike).where(enough),
    )  # fmt: skip
    verdict = np.select([low > 0, high < 0, low.notna()], [WORSE, BETTER, NO_EVIDENCE], TOO_FEW)
    return pd.DataFrame(
        {
            "crash_rate": rate,
            "crash_rate_before": rate_before,
            "difference": rate - rate_before,
            "difference_low": low,
            "difference_high": high,
            "verdict": pd.Series(verdict, release.index, dtype="str"),
        }
    )


def correlation(sums: pd.DataFrame) -> pd.Series[float]:
    """Return how alike the runs of one visitor are, from 0 to 1, row by row.

    The estimator of a one-way analysis of variance, visitors being the classes (Fleiss, Statistical
    Methods for Rates and Proportions, 1981, section 13.2; Ridout, Demétrio and Firth, Biometrics 55
    (1999) 137): with n runs and x crashes of each of k visitors, N and X in total,

        between = (sum(x^2 / n) - X^2 / N) / (k - 1)
        within = (X - sum(x^2 / n)) / (N - k)
        size = (N - sum(n^2) / N) / (k - 1)
        correlation = (between - within) / (between + (size - 1) within)

    It is 1 where fewer than FEWEST_CRASHED visitors crashed.
    """
    runs, crashes, visitors = sums["runs"], sums["crashes"], sums["runners"]
    each_visitor = (visitors - 1).where(visitors > 1)
    mean_runs = runs.where(runs > 0)
    between = (sums["crashes_squared_by_runs"] - crashes**2 / mean_runs) / each_visitor
    within = (crashes - sums["crashes_squared_by_runs"]) / (runs - visitors).where(runs > visitors)
    size = (runs - sums["runs_squared"] / mean_runs) / each_visitor
    total = between + (size - 1) * within
    found = ((between - within) / total.where(total > 0)).clip(0, 1)
    return found.where(sums["crashed_visitors"] >= FEWEST_CRASHED).fillna(1.0)


def effective_runs(sums: pd.DataFrame, correlation: pd.Series[float]) -> pd.Series[float]:
    """Return how many independent runs a release's runs are worth: runs by the design effect.

    The design effect is 1 + (sum(n^2) / sum(n) - 1) correlation for n runs of each visitor (Kish,
    Survey Sampling, 1965, section 5.4; Donner and Klar, 2000, section 6.3 for unequal sizes). With
    a correlation of 1 a visitor counts as one run, or less where few visitors have most runs.
    """
    runs = sums["runs"].astype(float)
    mean = sums["runs_squared"] / runs.where(runs > 0)
    return (runs / (1 + (mean - 1) * correlation)).fillna(0.0)


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
    share: pd.Series[float],
    number: pd.Series[float],
    share_before: pd.Series[float],
    number_before: pd.Series[float],
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the ends of Newcombe's 95 % interval of `share - share_before`, each of so many.

    Newcombe, Statistics in Medicine 17 (1998) 873, method 10: from Wilson's intervals.
    """
    low, high = interval(share, number)
    low_before, high_before = interval(share_before, number_before)
    found = share - share_before
    return (
        found - np.hypot(share - low, high_before - share_before),
        found + np.hypot(high - share, share_before - low_before),
    )


def _compared_on_shared_days(health: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """Return what `compared` does for each row; nothing counted is nobody."""
    counted = shared.set_index(["version", "counted"])[list(SUMS)].astype(float)
    release, before = (
        counted.reindex(pd.MultiIndex.from_arrays([health["version"], health[name]]))
        .fillna(0.0)
        .set_axis(health.index)
        for name in ("version", "before")
    )
    return compared(release, before)


def _ratio(part: pd.Series[Any], whole: pd.Series[Any]) -> pd.Series[float]:
    return part.astype(float) / whole.astype(float).where(whole > 0)
