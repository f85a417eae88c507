"""A window: the days that the dashboard shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Window:
    """The UTC days `first` to `last`, both included. Raises ValueError if they are reversed."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"the first day, {self.first}, is after the last, {self.last}")

    @classmethod
    def up_to(cls, last: date, days: int) -> Window:
        """Return the window of `days` days that ends on `last`."""
        return cls(last - timedelta(days=days - 1), last)

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def but_last(self) -> Window:
        """Return the window without its last day. Raises ValueError if that leaves none."""
        return Window(self.first, self.last - timedelta(days=1))

    def before(self) -> Window:
        """Return the window of the same length that ends the day before this one."""
        return Window.up_to(self.first - timedelta(days=1), self.days)

    def __str__(self) -> str:
        if self.first == self.last:
            return day_text(self.first)
        return f"{day_text(self.first)} – {day_text(self.last)}"


def day_text(day: date) -> str:
    """Return a day as text: 3 Nov 2026."""
    return f"{day.day} {day:%b %Y}"
