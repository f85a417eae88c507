"""How long to pause before the next try.

The pause alone: tenacity's belong to calls that it repeats and sleeps between, while ours wait for
a stop too, or look at several workers.
"""

from __future__ import annotations


class Backoff:
    """Pauses in s that double with each failure in a row, up to the longest."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def fail(self) -> float:
        """Note a failure; return how long to pause."""
        pause = self._next
        self._next = min(2 * pause, self._longest)
        return pause

    def succeed(self) -> None:
        """Note a success: the next pause is the first again."""
        self._next = self._first
