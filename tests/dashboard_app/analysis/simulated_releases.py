"""Releases whose true crash rates are known, and how often the statistics are wrong about them.

    python -m tests.dashboard_app.analysis.simulated_releases 20000

prints the worst cells and the power that docs/dashboard.md quotes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard_app.analysis.release_health import (
    NO_EVIDENCE,
    TOO_FEW,
    compared,
    correlation,
    effective_runs,
    interval,
)

Numbers = NDArray[np.float64]
SIZES: Final = ((10, 10), (30, 30), (100, 100), (300, 300), (10, 300))
LARGE: Final = ((1000, 1000), (30, 1000))
RUNS: Final = ((2, 2), (10, 10), (30, 30), (4, 12))
CRASHES: Final = ("independent", "clustered", "in a few")
RATES: Final = (0.02, 0.1)
OVERLAPS: Final = (0.0, 0.6)
CHUNK: Final = 500_000  # visitors per batch


class Cell(NamedTuple):
    """Two releases: visitors and mean runs of a visitor in each, how crashes spread over visitors,
    the true crash rate of each, and which share of the smaller one's visitors ran both."""

    visitors: tuple[int, int]
    runs: tuple[int, int]
    crashes: str
    rates: tuple[float, float]
    overlap: float


class Wrong(NamedTuple):
    """How often equal releases were called different, and how often the two releases' intervals
    held the true rates: shares from 0 to 1."""

    different: float
    coverage: float
    coverage_before: float


def cells() -> Iterator[Cell]:
    """Yield the scenarios to test; only some of the large ones, which take long."""
    for visitors, runs, crashes, rate, overlap in product(SIZES, RUNS, CRASHES, RATES, OVERLAPS):
        yield Cell(visitors, runs, crashes, (rate, rate), overlap)
    for visitors, crashes in product(LARGE, CRASHES):
        yield Cell(visitors, (4, 12), crashes, (0.02, 0.02), 0.3)


def simulate(cell: Cell, repeats: int, chance: np.random.Generator) -> list[pd.DataFrame]:
    """Return the sums of the release and of the one before, one row per repetition."""
    chunk = max(1, CHUNK // sum(cell.visitors))
    parts = []
    for done in range(0, repeats, chunk):
        rows = min(chunk, repeats - done)
        both = round(cell.overlap * min(cell.visitors))
        release, before = (
            _proneness(cell.crashes, (rows, number), chance) for number in cell.visitors
        )
        before[:, :both] = release[:, :both]
        parts.append(
            [
                _sums(_rates(cell.crashes, prone, rate), runs, chance)
                for prone, rate, runs in zip((release, before), cell.rates, cell.runs, strict=True)
            ]
        )
    return [pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True)]


def how_wrong(cell: Cell, repeats: int, chance: np.random.Generator) -> Wrong:
    """Return how often the statistics are wrong about two equal releases."""
    release, before = simulate(cell, repeats, chance)
    alike = correlation(release + before)
    coverage = []
    for sums, rate in zip((release, before), cell.rates, strict=True):
        low, high = interval(sums["crashes"] / sums["runs"], effective_runs(sums, alike))
        coverage.append(float(((low <= rate) & (rate <= high)).mean()))
    return Wrong(found(release, before), *coverage)


def found(release: pd.DataFrame, before: pd.DataFrame) -> float:
    """Return how often the two releases are called different."""
    verdicts = compared(release, before)["verdict"]
    return float((~verdicts.isin([NO_EVIDENCE, TOO_FEW])).mean())


def _proneness(crashes: str, shape: tuple[int, int], chance: np.random.Generator) -> Numbers:
    """Return each visitor's own share, whatever the release's rate."""
    return chance.beta(0.4, 3.6, shape) if crashes == "clustered" else chance.random(shape)


def _rates(crashes: str, proneness: Numbers, rate: float) -> Numbers:
    """Return each visitor's crash rate, `rate` on average."""
    if crashes == "independent":
        return np.full_like(proneness, rate)
    if crashes == "clustered":
        return np.minimum(10 * rate * proneness, 1)
    return np.where(proneness < 2 * rate, 0.5, 0.0)


def _sums(rates: Numbers, mean_runs: int, chance: np.random.Generator) -> pd.DataFrame:
    runs = chance.geometric(1 / mean_runs, rates.shape)
    crashes = chance.binomial(runs, rates)
    return pd.DataFrame(
        {
            "visitors": np.full(len(runs), float(runs.shape[1])),
            "runners": np.full(len(runs), float(runs.shape[1])),
            "crashed_visitors": (crashes > 0).sum(axis=1).astype(float),
            "runs": runs.sum(axis=1).astype(float),
            "crashes": crashes.sum(axis=1).astype(float),
            "runs_squared": (runs**2).sum(axis=1).astype(float),
            "crashes_squared_by_runs": (crashes**2 / runs).sum(axis=1),
        }
    )


def main(repeats: int) -> None:
    """Print the worst cells, and which rise of a crash rate of 5 % is found in 4 of 5 cases."""
    chance = np.random.default_rng(2)
    rows = [(*cell, *how_wrong(cell, repeats, chance)) for cell in cells()]
    table = pd.DataFrame(rows, columns=[*Cell._fields, *Wrong._fields])
    for column in ("different", "coverage", "coverage_before"):
        by = table.sort_values(column, ascending=column != "different")
        print(by.head(6).to_string(index=False), end="\n\n")
    for visitors, crashes in product((50, 200, 1000), CRASHES):
        for rise in range(1, 51):
            rates = (0.05 + rise / 100, 0.05)
            cell = Cell((visitors, visitors), (10, 10), crashes, rates, 0)
            if found(*simulate(cell, max(500, repeats // 20), chance)) >= 0.8:
                print(f"{visitors} visitors, {crashes}: 5 % to {5 + rise} %")
                break


if __name__ == "__main__":
    main(int(sys.argv[1]))
