"""Counters in memory shared by the parent and its workers, and `/metrics`, rendered from them.

prometheus-client's own multiprocess mode writes a file per process and takes several times as long
per increment. A worker's row in this table belongs to its number, so a restarted worker continues
its counts.
"""

from __future__ import annotations

import mmap
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from ingest_api.events.contract import ERROR_CODES
from ingest_api.metrics.shared_memory import create_shared_memory

PREFIX: Final = "telemetry"
COUNTERS: Final = {
    "received_events": "Events in all requests that could be read.",
    "accepted_events": "Acknowledged events.",
    "rate_limited_requests": "Requests over a rate limit.",
    "rate_limited_events": "Events of requests refused over `RATE_LIMIT_EVENTS`; not received.",
    "stalled_connections": "Connections closed because the client read nothing for 15 s.",
    "slow_connections": "Connections closed because a request was incomplete after 30 s.",
    "evicted_connections": "Waiting connections closed to make room for new ones.",
    "logged_events": "Events in the log, including those left by earlier runs or lost by the "
    "database.",
    "withdrawn_events": "Logged events that left the log without being loaded or rejected.",
    "loaded_events": "Loaded events, including those the database already had.",
    "reloaded_events": "Loaded events that the database lost; they are loaded again from the log.",
    "duplicate_events": "Duplicate events, by id.",
    "expired_events": "Log lines older than `RETENTION_DAYS` at loading.",
    "forgotten_events": "Log lines blanked by `forget`.",
    "rejected_events": "Log lines set aside because they can't be loaded.",
    "loader_rounds": "Rounds of the loader; stops growing if it hangs.",
    "lost_log_bytes": "Bytes of log files that were removed before they were loaded.",
}
GAUGES: Final = {
    "waiting_events": "Events in the log that are not in the database yet.",
    "lag_seconds": "Age of the oldest event that is not in the database yet.",
    "overdue_files": "Log files older than `LOG_RETENTION_DAYS` that are not loaded yet.",
    "workers": "Live worker processes.",
    "database_up": "1 if the loader reaches the database.",
}
SKIP_REASONS: Final = tuple(ERROR_CODES)
# the parent's background threads
TASKS: Final = ("loader", "refresher", "housekeeper")
# of names that clients choose
DIMENSIONS: Final = ("evt", "os", "ext", "vscode", "exception", "exit", "output")
# seconds; the last bucket is everything longer
BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
ROUTES: Final = ("/t", "/stats", "other")
# not exported: the log file that a worker writes and how much of it is synced; the same for the
# last file that was removed while it was being written
WATERMARK: Final = ("log_file", "log_synced")
REMOVED: Final = ("removed_file", "removed_synced")

COLUMNS: Final = {
    name: column
    for column, name in enumerate(
        (
            *COUNTERS,
            *GAUGES,
            *WATERMARK,
            *REMOVED,
            *(f"{cell}:{task}" for task in TASKS for cell in ("restarts", "success_ms")),
            *(f"skipped:{reason}" for reason in SKIP_REASONS),
            *(f"other:{dimension}" for dimension in DIMENSIONS),
            *(f"{route}:{bucket}" for route in ROUTES for bucket in (*BUCKETS, "inf", "sum_us")),
        )
    )
}
WIDTH: Final = len(COLUMNS)
CELL_BYTES: Final = 8


class Meters:
    """One process's row of the table, and a view of all rows."""

    def __init__(self, fd: int, row: int) -> None:
        self.fd = fd
        self._cells = memoryview(mmap.mmap(fd, 0)).cast("Q")
        self._offset = row * WIDTH
        self._lock = threading.Lock()

    @classmethod
    def create(cls, rows: int) -> Meters:
        """Create the table, with row 0 for the caller."""
        return cls(create_shared_memory(rows * WIDTH * CELL_BYTES), 0)

    def add(self, name: str, amount: int = 1) -> None:
        """Add to this process's counter."""
        with self._lock:
            self._cells[self._offset + COLUMNS[name]] += amount

    def set(self, name: str, value: int) -> None:
        """Set this process's gauge."""
        self._cells[self._offset + COLUMNS[name]] = value

    def count_ingest(self, accepted: int, skipped: Collection[str]) -> None:
        """Count one body's events; `skipped` has the reason for each skipped one."""
        cells, offset = self._cells, self._offset
        with self._lock:
            cells[offset + COLUMNS["accepted_events"]] += accepted
            received = accepted
            for reason, count in Counter(skipped).items() if skipped else ():
                cells[offset + COLUMNS[f"skipped:{reason}"]] += count
                received += count
            cells[offset + COLUMNS["received_events"]] += received

    def observe(self, route: str, seconds: float) -> None:
        """Count one response time."""
        first = self._offset + COLUMNS[f"{route}:{BUCKETS[0]}"]
        with self._lock:
            self._cells[first + bisect_left(BUCKETS, seconds)] += 1
            self._cells[first + len(BUCKETS) + 1] += int(seconds * 1e6)

    def note_success(self, task: str) -> None:
        """Record that a task has just succeeded, or starts."""
        # all processes share monotonic time, and setting the clock doesn't make it jump
        self.set(f"success_ms:{task}", int(time.monotonic() * 1000))

    def success_age(self, task: str) -> float:
        """Return how long ago a task last succeeded, in s."""
        return max(0.0, time.monotonic() - self.total(f"success_ms:{task}") / 1000)

    def total(self, name: str) -> int:
        """Return a counter's or gauge's sum over all processes."""
        return sum(self._cells[COLUMNS[name] :: WIDTH])

    def watermarks(self) -> dict[int, int]:
        """Return how many bytes of each open log file are synced, by the file's number."""
        marks = {}
        for pair in (REMOVED, WATERMARK):
            file_column, synced_column = (COLUMNS[name] for name in pair)
            for row in range(0, len(self._cells), WIDTH):
                number, synced = self._cells[row + file_column], self._cells[row + synced_column]
                # a writer that starts a new file sets the size to 0 first: check the number again
                if number and number == self._cells[row + file_column]:
                    marks[number] = synced
        return marks

    def render(self, *others: Metric) -> bytes:
        """Return all meters, and other metrics, in Prometheus's text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_MetersCollector(self, others))
        return generate_latest(registry)


class _MetersCollector(Collector):
    def __init__(self, meters: Meters, others: Iterable[Metric]) -> None:
        self._meters = meters
        self._others = others

    def collect(self) -> Iterator[Metric]:
        total = self._meters.total
        yield from self._others
        for name, text in COUNTERS.items():
            yield CounterMetricFamily(f"{PREFIX}_{name}", text, value=total(name))
        for name, text in GAUGES.items():
            yield GaugeMetricFamily(f"{PREFIX}_{name}", text, value=total(name))
        yield self._counts(
            "skipped", "reason", SKIP_REASONS, "Events that were not accepted, by reason."
        )
        yield from self._tasks()
        yield self._counts(
            "other",
            "dimension",
            DIMENSIONS,
            "Events that count as `(other)` in a dimension, past a day's `MAX_VALUES` names.",
        )
        latency = HistogramMetricFamily(
            f"{PREFIX}_answer_seconds", "Response time by route.", labels=["route"]
        )
        for route in ROUTES:
            counts = accumulate(total(f"{route}:{bucket}") for bucket in (*BUCKETS, "inf"))
            bounds = (*(str(bucket) for bucket in BUCKETS), "+Inf")
            latency.add_metric(
                [route],
                buckets=list(zip(bounds, counts, strict=True)),
                sum_value=total(f"{route}:sum_us") / 1e6,
            )
        yield latency

    def _counts(self, kind: str, label: str, values: Iterable[str], text: str) -> Metric:
        """Return the events of a kind by a label's values, without those that are 0."""
        family = CounterMetricFamily(f"{PREFIX}_{kind}_events", text, labels=[label])
        for value in values:
            if count := self._meters.total(f"{kind}:{value}"):
                family.add_metric([value], count)
        return family

    def _tasks(self) -> Iterator[Metric]:
        restarts = CounterMetricFamily(
            f"{PREFIX}_task_restarts",
            "Failures and restarts of a task.",
            labels=["task"],
        )
        ages = GaugeMetricFamily(
            f"{PREFIX}_task_success_age_seconds",
            "Time since a task's last success, or its start.",
            labels=["task"],
        )
        for task in TASKS:
            restarts.add_metric([task], self._meters.total(f"restarts:{task}"))
            ages.add_metric([task], self._meters.success_age(task))
        yield from (restarts, ages)
