"""Meters: shared by processes, shown as Prometheus expects."""

from __future__ import annotations

import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

from ingest_api.metrics.meters import Meters

COUNT_IN_ANOTHER_PROCESS = """
import sys
from ingest_api.metrics.meters import Meters
Meters(int(sys.argv[1]), 1).count_ingest(2, ["invalid_t"])
"""


def samples(meters: Meters) -> dict[str, float]:
    """Return each sample's value by its name and labels."""
    families = text_string_to_metric_families(meters.render().decode())
    return {
        f"{sample.name}{dict(sorted(sample.labels.items())) or ''}": sample.value
        for family in families
        for sample in family.samples
    }


def test_processes_count_in_one_table() -> None:
    meters = Meters.create(2)
    meters.count_ingest(1, [])
    subprocess.run(
        [sys.executable, "-c", COUNT_IN_ANOTHER_PROCESS, str(meters.fd)],
        pass_fds=[meters.fd],
        check=True,
    )
    found = samples(meters)
    assert found["telemetry_received_events_total"] == 4
    assert found["telemetry_accepted_events_total"] == 3
    assert found["telemetry_skipped_events_total{'reason': 'invalid_t'}"] == 1


def test_answer_times_are_a_histogram() -> None:
    meters = Meters.create(1)
    for seconds in (0.0005, 0.015, 0.015, 60.0):
        meters.observe("/t", seconds)
    found = samples(meters)
    name = "telemetry_answer_seconds_bucket{'le': '%s', 'route': '/t'}"
    assert [found[name % bound] for bound in ("0.001", "0.01", "0.02", "5.0", "+Inf")] == [
        1,
        1,
        3,
        3,
        4,
    ]
    assert found["telemetry_answer_seconds_sum{'route': '/t'}"] == 60.0305


def test_gauges_show_the_last_value() -> None:
    meters = Meters.create(1)
    meters.set("waiting_events", 7)
    meters.set("waiting_events", 5)
    assert samples(meters)["telemetry_waiting_events"] == 5
