"""The figures of a run, as Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from tests.chaos.campaign import Row

HEADINGS: Final = (
    "fault",
    "repeats",
    "acknowledged",
    "lost",
    "duplicated",
    "rollup difference",
    "verify",
    "slowest recovery",
)


def markdown(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADINGS, ("---", *["---:"] * (len(HEADINGS) - 1))]
    for row in rows:
        numbers = [row.repeats, row.acknowledged, row.lost, row.doubled]
        numbers += [row.difference, row.unverified]
        shown = [f"{number:,}" for number in numbers]
        lines.append((row.fault, *shown, f"{row.slowest_recovery:.1f} s"))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def encoded(rows: Iterable[Row]) -> str:
    """Return the rows as JSON."""
    return json.dumps([row._asdict() for row in rows], indent=2)
