"""K_ANONYMITY: values with fewer than k visitors are not shown.

The rule for the values of one list: those with fewer than k distinct visitors become `other`. If
these have fewer than k visitors together, the smallest of the remaining values joins them, so that
`other` is not a small group either, and subtracting the rest from the total doesn't reveal one. If
no value remains, `other` is the total. Countries follow the rule within each continent too, and
daily lists on each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

from ingest_api.stats.group_sizes import Size
from ingest_api.stats.rows import OTHER

# the dimensions that have daily lists
DAILY = ("os", "exit")


class SmallGroups:
    """The hidden values of one window."""

    def __init__(self, sizes: Iterable[Size], k: int) -> None:
        """Find them. A list without `sizes` has no small groups."""
        visitors: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        together: dict[tuple[str, str], int] = {}
        for row in sizes:
            if row.value is None:
                together[row.dimension, row.part] = row.visitors
            else:
                visitors[row.dimension, row.part][row.value] = row.visitors
        self._folded: dict[tuple[str, str], set[str]] = {}
        for group, counts in visitors.items():
            self._folded[group] = folded(counts, together.get(group, 0), k)
        for (dimension, part), values in list(self._folded.items()):
            if dimension not in DAILY and part:
                self._folded[dimension, ""] |= values

    def of(self, dimension: str, day: date | None = None) -> set[str]:
        """Return the hidden values of a dimension, in the window or on one of its days."""
        values = self._folded.get((dimension, ""), set())
        return values if day is None else values | self._folded.get((dimension, str(day)), set())

    def fold(self, dimension: str, counts: dict[str, int]) -> dict[str, int]:
        """Return the counts by value with `other`, highest first."""
        found: dict[str, int] = defaultdict(int)
        hidden = self.of(dimension)
        for value, count in counts.items():
            found[OTHER if value in hidden else value] += count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def fold_days(self, rows: Iterable[Any]) -> list[Any]:
        """Return rows of `queries/stats/value_days` with `other` on each day."""
        found: dict[tuple[str, date, str], int] = defaultdict(int)
        for row in rows:
            value = OTHER if row.value in self.of(row.dimension, row.day) else row.value
            found[row.dimension, row.day, value] += row.events
        return [
            SimpleNamespace(dimension=dimension, day=day, value=value, events=events)
            for (dimension, day, value), events in found.items()
        ]


def folded(visitors: dict[str, int], together: int, k: int) -> set[str]:
    """Return the values to fold by the rule; the small ones have `together` visitors in all."""
    small = {value for value, count in visitors.items() if count < k}
    remaining = [(count, value) for value, count in visitors.items() if count >= k]
    if small and together < k and remaining:
        small.add(min(remaining)[1])
    return small
