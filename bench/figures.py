"""What was measured: our numbers beside a yardstick's, taken in turns, and how they are told."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One quantity in each round: ours, and the yardstick's of the same round."""

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
        """Ours by the yardstick's, round for round: what slows a round slows both."""
        return [
            our / their if their else float("inf")
            for our, their in zip(self.ours, self.theirs, strict=True)
        ]

    def record(self) -> dict[str, Any]:
        """Return the figure for JSON."""
        medians = {"ours": self.ours, "theirs": self.theirs, "ratio": self.ratios}
        return {
            **asdict(self),
            "ratios": self.ratios,
            "median": {name: statistics.median(values) for name, values in medians.items()},
        }


def alternate(rounds: int, *runs: Callable[[], T]) -> list[list[T]]:
    """Return what each of `runs` returns in each of so many rounds, in which all take turns."""
    results: list[list[T]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, found in zip(runs, results, strict=True):
            found.append(run())
    return results


def markdown(figures: Iterable[Figure]) -> str:
    """Return a table in Markdown, the ratio first."""
    lines = [
        "| ratio | of rounds | better | measure | ours | yardstick | which |",
        "| ---: | --- | --- | --- | ---: | ---: | --- |",
    ]
    for figure in figures:
        ratios = figure.ratios
        cells = (
            f"**{number(statistics.median(ratios))}**",
            f"{number(min(ratios))} to {number(max(ratios))}" if len(ratios) > 1 else "",
            "more" if figure.more_is_better else "less",
            f"{figure.measure}: {figure.quantity}" + (f" ({figure.note})" if figure.note else ""),
            f"{number(statistics.median(figure.ours))} {figure.unit}",
            f"{number(statistics.median(figure.theirs))} {figure.unit}",
            figure.yardstick,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def number(value: float) -> str:
    """Return a number with three digits that count, more where it is large."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3g}"
