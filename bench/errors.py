"""The error that ends a run."""

from __future__ import annotations


class BenchError(Exception):
    """Measuring is impossible; the message says what to do."""
