"""How long to pause before the next attempt.

This computes the pauses only. tenacity also makes the calls and sleeps in between, but our callers
must watch for a stop, or for several workers, while they wait.
"""

from __future__ import annotations


class Backoff:
    """Pauses in seconds that double with each consecutive failure, up to the longest."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def fail(self) -> float:
        """Record a failure; return how long to pause."""
        pause = self._next
        self._next = min(2 * pause, self._longest)
        return pause

    def succeed(self) -> None:
        """Record a success: start again with the first pause."""
        self._next = self._first
