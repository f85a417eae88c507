"""Measured figures, ours compared with a yardstick's, and their Markdown table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One quantity per round: ours, and the yardstick's in the same round."""

    measure: str
    quantity: str
    unit: str
    more_is_better: bool
    yardstick: str
    ours: Sequence[float]
    theirs: Sequence[float]
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """Ours divided by the yardstick's, per round: a slow round slows both."""
        return [
            our / their if their else float("inf")
            for our, their in zip(self.ours, self.theirs, strict=True)
        ]

    def record(self) -> dict[str, Any]:
        """Return the figure as a JSON object."""
        medians = {"ours": self.ours, "theirs": self.theirs, "ratio": self.ratios}
        return {
            **asdict(self),
            "ratios": self.ratios,
            "median": {name: statistics.median(values) for name, values in medians.items()},
        }


def alternate(rounds: int, *runs: Callable[[], T]) -> list[list[T]]:
    """Run all `runs` in turn, `rounds` times; return the results of each."""
    results: list[list[T]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, found in zip(runs, results, strict=True):
            found.append(run())
    return results


def markdown(figures: Iterable[Figure]) -> str:
    """Return a Markdown table, with the ratio first."""
    lines = [
        "| ratio | range | better | measure | ours | yardstick | compared with |",
        "| ---: | --- | --- | --- | ---: | ---: | --- |",
    ]
    for figure in figures:
        ratios = figure.ratios
        cells = (
            f"**{number(statistics.median(ratios))}**",
            f"{number(min(ratios))} to {number(max(ratios))}" if len(ratios) > 1 else "",
            "higher" if figure.more_is_better else "lower",
            f"{figure.measure}: {figure.quantity}" + (f" ({figure.note})" if figure.note else ""),
            f"{number(statistics.median(figure.ours))} {figure.unit}",
            f"{number(statistics.median(figure.theirs))} {figure.unit}",
            figure.yardstick,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def number(value: float) -> str:
    """Format a number with three significant digits, or more if it is large."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3g}"
