"""The size of a run: smoke test, short or full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class Growth(NamedTuple):
    """A multiple of one property of a database."""

    events: int = 1
    visitors: int = 1
    versions: int = 1
    days: int = 1

    def __str__(self) -> str:
        """Return, for example, "25 x the visitors"."""
        return ", ".join(f"{n} x the {what}" for what, n in self._asdict().items() if n != 1)


@dataclass(frozen=True)
class Scale:
    """The sizes of one run."""

    name: str
    rounds: int
    slice_seconds: int  # of load, per round and server
    probes: int  # events timed on their way to /stats, per round
    backlog_events: int  # the backlog that the loader catches up with
    stored_events: tuple[int, ...]  # database sizes for /stats and views
    connections: tuple[int, ...] = (16, 64)  # for single events
    visitors: int = 20_000
    growth_events: int = 1_000_000  # of the base database
    growths: tuple[Growth, ...] = (
        Growth(events=5), Growth(events=20), Growth(visitors=25), Growth(versions=30),
        Growth(days=4),
    )  # fmt: skip
    workers: tuple[int, ...] = (1, 2, 4)


SMOKE: Final = Scale(
    "smoke", rounds=1, slice_seconds=1, probes=2, backlog_events=3_000, stored_events=(4_000,),
    connections=(16,), visitors=200, growth_events=2_000,
    growths=(Growth(events=2, visitors=2),), workers=(1,),
)  # fmt: skip
SHORT: Final = Scale(
    "short", rounds=3, slice_seconds=2, probes=40, backlog_events=400_000,
    stored_events=(1_000_000,),
)  # fmt: skip
FULL: Final = Scale(
    "full", rounds=3, slice_seconds=5, probes=100, backlog_events=1_000_000,
    stored_events=(1_000_000, 5_000_000, 20_000_000),
)  # fmt: skip
