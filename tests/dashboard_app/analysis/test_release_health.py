"""The statistics of releases against known values; how often they are wrong is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard_app.analysis.release_health import (
    BETTER,
    FEWEST_CRASHED,
    FEWEST_VISITORS,
    FIRST,
    NO_EVIDENCE,
    SUMS,
    TOO_FEW,
    WORSE,
    compared,
    correlation,
    difference,
    effective_runs,
    interval,
    release_health,
    releases_before,
    shared_days,
)

Visitors = Sequence[tuple[int, int]]  # each one's runs and crashes
FIRST_DAY, LAST_DAY = pd.Timestamp("2026-11-01", tz="UTC"), pd.Timestamp("2026-11-28", tz="UTC")
ENDS = ("first", "last")
DAYS = [f"{end}_day" for end in ENDS]


def counts(**releases: Visitors) -> pd.DataFrame:
    """Return the result of releases/health for each release's visitors: v1_2 is 1.2.

    All of them ran on the same days.
    """
    rows = []
    for name, visitors in releases.items():
        runs, crashes = np.array(visitors, dtype=int).reshape(-1, 2).T
        ran = bool(runs.any())
        rows.append(
            {
                "version": name.removeprefix("v").replace("_", "."),
                "visitors": len(runs),
                "runners": int((runs > 0).sum()),
                "crashed_visitors": int((crashes > 0).sum()),
                "runs": int(runs.sum()),
                "crashes": int(crashes.sum()),
                "runs_squared": int((runs**2).sum()),
                "crashes_squared_by_runs": float((crashes**2 / np.maximum(runs, 1)).sum()),
                "first_day": FIRST_DAY if ran else pd.NaT,
                "last_day": LAST_DAY if ran else pd.NaT,
            }
        )
    table = pd.DataFrame(rows, columns=["version", *SUMS, *DAYS]).astype({"version": "str"})
    table[DAYS] = table[DAYS].apply(pd.to_datetime, utc=True)
    return table


def counted_on_shared_days(pairs: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the result of releases/shared_days for pairs of releases used only on shared days."""
    sides = pd.concat([pairs["version"], pairs["before"]], ignore_index=True)
    keys = pd.DataFrame({"version": [*pairs["version"]] * 2, "counted": sides}, dtype="str")
    return keys.merge(table.rename(columns={"version": "counted"})[["counted", *SUMS]])


def health_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the health of releases that all ran on the same days."""
    pairs = releases_before(table)
    return release_health(table, pairs, counted_on_shared_days(pairs, table))


def by_version(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the health of each release, newest first."""
    records = health_of(table).to_dict("records")
    return {record["version"]: dict(record) for record in records}  # type: ignore[arg-type]


def test_wilson_s_interval_is_that_of_the_literature() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I: method 3
    published = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605),
                 (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}  # fmt: skip
    number = pd.Series([whole for _, whole in published])
    share = pd.Series([part / whole for part, whole in published])
    low, high = interval(share, number)
    assert list(zip(low.round(4), high.round(4), strict=True)) == list(published.values())


def test_newcombe_s_interval_is_that_of_the_literature() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 873, table II: method 10
    published = {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090),
                 (5, 56, 0, 29): (-0.0381, 0.1926), (10, 10, 0, 10): (0.6075, 1.0)}  # fmt: skip
    table = pd.DataFrame(list(published), dtype=float)
    found = difference(table[0] / table[1], table[1], table[2] / table[3], table[3])
    for low, high, ends in zip(*found, published.values(), strict=True):
        assert (low, high) == pytest.approx(ends, abs=6e-5)


def test_the_correlation_is_that_of_the_analysis_of_variance() -> None:
    # 100 visitors, two runs each: 25 crash in both, 50 in one, 25 in none, as independent runs do
    by_chance = [(2, 2)] * 25 + [(2, 1)] * 50 + [(2, 0)] * 25
    few = counts(v1=by_chance)
    assert few["crashed_visitors"].item() < FEWEST_CRASHED
    assert correlation(few).tolist() == [1]
    # between = (2 * (50 + 25) - 200^2 / 400) / 199, within = (200 - 150) / 200
    between, within = 50 / 199, 50 / 200
    expected = (between - within) / (between + within)
    assert correlation(counts(v1=by_chance * 2)).tolist() == pytest.approx([expected])
    unequal = [(1, 1)] * 60 + [(1, 0)] * 60 + [(5, 3)] * 50 + [(5, 0)] * 30
    assert correlation(counts(v1=unequal)).tolist() == pytest.approx([_by_variances(unequal)])


def _by_variances(visitors: Visitors) -> float:
    """Return the correlation from each single run, 1 a crash, as a table of variances has it."""
    outcomes = [np.repeat([1.0, 0.0], [crashes, runs - crashes]) for runs, crashes in visitors]
    every = np.concatenate(outcomes)
    each = np.array([len(one) for one in outcomes])
    between = sum(len(one) * (one.mean() - every.mean()) ** 2 for one in outcomes)
    within = sum(((one - one.mean()) ** 2).sum() for one in outcomes)
    between, within = between / (len(each) - 1), within / (len(every) - len(each))
    size = each.mean() - each.var(ddof=1) / (len(each) * each.mean())
    return float((between - within) / (between + (size - 1) * within))


def test_runs_count_by_how_alike_they_are() -> None:
    all_or_nothing = counts(v1=[(10, 10)] * 100 + [(10, 0)] * 100)
    assert correlation(all_or_nothing).tolist() == [1]
    assert effective_runs(all_or_nothing, pd.Series([1.0])).tolist() == [200]
    assert effective_runs(all_or_nothing, pd.Series([0.0])).tolist() == [2000]
    assert effective_runs(all_or_nothing, pd.Series([0.5])).tolist() == pytest.approx([2000 / 5.5])
    # more alike than by chance: the effective number can't exceed the actual one
    assert correlation(counts(v1=[(10, 5)] * 200)).tolist() == [0]
    # few visitors with most of the runs count for less than their number
    uneven = counts(v1=[(91, 0)] + [(1, 0)] * 9)
    assert effective_runs(uneven, pd.Series([1.0])).tolist() == pytest.approx([100**2 / 8290])


def test_without_any_crash_each_visitor_counts_as_one_run() -> None:
    health = health_of(counts(v1=[(100, 0)] * 30))
    assert health["effective_runs"].tolist() == [30]
    assert health["crash_free_runs"].tolist() == [1]
    low, high = interval(pd.Series([1.0]), pd.Series([30]))
    assert health["crash_free_runs_low"].tolist() == low.tolist() != [1]
    assert health["crash_free_runs_high"].tolist() == high.tolist() == [1]


def test_how_alike_runs_are_is_estimated_over_both_releases() -> None:
    sixty = [(4, 1)] * 60 + [(4, 0)] * 100
    alone = by_version(counts(v1=sixty))["1"]
    assert alone["effective_runs"] == 160, "60 crashed visitors are too few"
    together = by_version(counts(v1=sixty, v2=sixty))
    assert together["2"]["effective_runs"] > 160, "120 are not"


def test_shares_are_of_runs_and_of_visitors_who_ran() -> None:
    health = by_version(counts(v1=[(10, 1), (10, 0), (20, 1), (0, 0)]))["1"]
    assert health["visitors"] == 4
    assert health["crash_free_runs"] == pytest.approx(0.95)
    assert health["crash_free_visitors"] == pytest.approx(1 / 3)
    assert health["crash_free_visitors_low"] < 1 / 3 < health["crash_free_visitors_high"]


def test_releases_are_compared_with_the_one_before_by_number() -> None:
    fine, faulty = [(5, 0)] * 190 + [(5, 1)] * 10, [(5, 0)] * 100 + [(5, 2)] * 100
    table = counts(v1_9=fine, v1_10=faulty, v1_11=fine, v1_12=fine, v1_8=[(5, 5)] * 3)
    health = by_version(table)
    assert list(health) == ["1.12", "1.11", "1.10", "1.9", "1.8"]
    verdicts = [release["verdict"] for release in health.values()]
    assert verdicts == [NO_EVIDENCE, BETTER, WORSE, TOO_FEW, FIRST]
    assert [health[version]["before"] for version in ("1.12", "1.11", "1.10")] == [
        "1.11",
        "1.10",
        "1.9",
    ]
    assert pd.isna(health["1.9"]["before"])
    assert health["1.10"]["difference"] == pytest.approx(0.2 - 0.01)
    assert health["1.10"]["difference_low"] > 0
    assert health["1.10"]["crash_rate_before"] == pytest.approx(0.01)


def test_too_few_is_not_nothing_before() -> None:
    fine, few = [(5, 0)] * 200, [(9, 9)] * (FEWEST_VISITORS - 1)
    health = by_version(counts(v1=few, v2=fine, v3=few, v4=fine))
    assert {version: release["verdict"] for version, release in health.items()} == {
        "1": FIRST,
        "2": TOO_FEW,
        "3": TOO_FEW,
        "4": NO_EVIDENCE,
    }
    assert health["4"]["before"] == "2"
    assert pd.isna(health["2"]["before"])
    assert pd.isna(health["3"]["difference_low"])


def test_releases_are_compared_over_the_days_of_both() -> None:
    table = counts(v1=[(5, 0)] * 50, v2=[(5, 0)] * 50, v3=[(5, 0)] * 50)
    days = pd.date_range(FIRST_DAY, LAST_DAY)
    table["first_day"], table["last_day"] = days[[0, 8, 20]], days[[15, 19, 27]]
    pairs = releases_before(table)
    assert pairs["version"].tolist() == ["2"], "3 came when 2 was gone"
    assert shared_days(pairs) == {
        "releases": ["2"],
        "befores": ["1"],
        "first_days": [days[8].date()],
        "last_days": [days[15].date()],
    }
    # an older one by number that came later, and a newer one that was gone sooner
    crossed = counts(v1=[(5, 0)] * 50, v2=[(5, 0)] * 50).assign(
        first_day=days[[6, 2]], last_day=days[[27, 9]]
    )
    (first,), (last,) = (shared_days(releases_before(crossed))[f"{end}_days"] for end in ENDS)
    assert (first, last) == (days[6].date(), days[9].date())
    # on these days every visitor of release 1 crashed, none of release 2
    shared = counts(v1=[(5, 5)] * 50, v2=[(5, 0)] * 50).rename(columns={"version": "counted"})
    health = release_health(table, pairs, shared.assign(version="2")).set_index("version")
    assert health["verdict"].to_dict() == {"3": TOO_FEW, "2": BETTER, "1": FIRST}
    assert health["crash_rate_before"]["2"] == 1
    assert health["crash_free_runs"]["1"] == 1, "of the whole period"
    # few visitors on these days, however many in total
    few = counts(v1=[(5, 5)] * 50, v2=[(5, 0)] * 9).rename(columns={"version": "counted"})
    verdicts = release_health(table, pairs, few.assign(version="2"))["verdict"]
    assert verdicts.tolist() == [TOO_FEW, TOO_FEW, FIRST]


def test_what_small_groups_hide_is_too_few() -> None:
    table = counts(v1=[(5, 0)] * 50, v2=[(5, 0)] * 50)
    pairs = releases_before(table)
    health = release_health(table, pairs, counted_on_shared_days(pairs, table).head(1))
    assert health["verdict"].tolist() == [TOO_FEW, FIRST]


def test_releases_that_never_ran_have_no_verdict() -> None:
    health = health_of(counts(v1=[(0, 0)] * 20, v2=[(0, 0)]))
    assert health["crash_free_runs"].isna().all()
    assert health["crash_free_runs_low"].isna().all()
    assert health["verdict"].tolist() == [TOO_FEW, FIRST]
    assert health_of(counts(v1=[(1, 0)]).head(0)).empty


def test_runs_taken_for_independent_would_find_what_is_not_there() -> None:
    # 12 of 60 visitors crash in each run, 20 of 60 in the other release
    sums = counts(
        v2=[(20, 20)] * 20 + [(20, 0)] * 40, v1=[(20, 20)] * 12 + [(20, 0)] * 48
    )[list(SUMS)]  # fmt: skip
    release, before = sums[:1], sums[1:].reset_index(drop=True)
    assert compared(release, before)["verdict"].tolist() == [NO_EVIDENCE]
    low, _ = difference(
        release["crashes"] / release["runs"], release["runs"],
        before["crashes"] / before["runs"], before["runs"],
    )  # fmt: skip
    assert low.item() > 0.05
