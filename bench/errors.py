"""What ends a run."""

from __future__ import annotations


class BenchError(Exception):
    """Nothing can be measured; the message says what to do."""
