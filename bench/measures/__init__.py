"""The measures by their names in `--only`, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.figures import Figure
from bench.measures.batches import measure_batches
from bench.measures.catch_up import measure_catch_up
from bench.measures.cold_start import measure_cold_start
from bench.measures.dashboard import measure_dashboard
from bench.measures.disk import measure_disk
from bench.measures.freshness import measure_freshness
from bench.measures.growth import measure_growth, measure_workers
from bench.measures.memory import measure_memory
from bench.measures.single_events import measure_single_events
from bench.measures.stats import measure_stats
from bench.measures.views import measure_views
from bench.site import Site

MEASURES: Final[dict[str, Callable[[Site], list[Figure]]]] = {
    "start": measure_cold_start,
    "single": measure_single_events,
    "batches": measure_batches,
    "memory": measure_memory,
    "freshness": measure_freshness,
    "loader": measure_catch_up,
    "stats": measure_stats,
    "views": measure_views,
    "dashboard": measure_dashboard,
    "disk": measure_disk,
    "growth": measure_growth,
    "workers": measure_workers,
}

# skipped in the short form: their databases take minutes to build
LONG: Final = frozenset({"growth", "workers"})
