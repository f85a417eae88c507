"""Describe how a rollup differs from the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

ENDING_DIGITS: Final = 6
LONGEST_SHOWN: Final = 60


class Difference(NamedTuple):
    """The wrong rows of a rollup, on a day or (None) overall: their number and an example."""

    rollup: str
    day: date | None
    missing: int
    surplus: int
    changed: int
    key: Sequence[str]
    expected: Mapping[str, Any] | None  # None: the example should not exist
    stored: Mapping[str, Any] | None  # None: the example is missing

    def rows(self) -> int:
        """Return the number of wrong rows."""
        return self.missing + self.surplus + self.changed

    def __str__(self) -> str:
        """Return one line that shows no more of a visitor's id than the pages do."""
        counts = (
            (self.missing, "missing"), (self.surplus, "too many"), (self.changed, "changed"),
        )  # fmt: skip
        wrong = ", ".join(f"{count:,} {what}" for count, what in counts if count)
        where = f"{self.day} {self.rollup}" if self.day else self.rollup
        return f"{where}: {wrong}; for example {self._example()}"

    def _example(self) -> str:
        row = self.expected or self.stored or {}
        name = ", ".join(
            f"{column} {_shown(column, row[column])}" for column in self.key if column != "day"
        )
        name = name or "the day"
        if self.stored is None:
            return f"{name} is missing"
        if self.expected is None:
            return f"{name} should not exist"
        wrong = (
            _shown_difference(column, self.stored[column], value)
            for column, value in self.expected.items()
            if self.stored[column] != value
        )
        return f"{name}: {', '.join(wrong)}"


def _shown(column: str, value: Any) -> str:
    if column in ("anon", "session_id"):  # hashes
        return f"…{str(value)[-ENDING_DIGITS:]}"
    return str(value)


def _shown_difference(column: str, stored: Any, expected: Any) -> str:
    if max(len(str(stored)), len(str(expected))) > LONGEST_SHOWN:
        return f"{column} differs"  # a histogram, or the bits of a year
    return f"{column} is {_shown(column, stored)}, not {_shown(column, expected)}"
