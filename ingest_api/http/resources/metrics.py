"""`GET /metrics`: the meters, for Prometheus."""

from __future__ import annotations

import shutil
from pathlib import Path

import falcon
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from ingest_api.metrics.meters import PREFIX, Meters
from ingest_api.version import VERSION


class Metrics:
    """Answers with the meters of all the server's processes, its version, and its disk space."""

    def __init__(self, meters: Meters, log_folder: Path) -> None:
        self._meters = meters
        self._log_folder = log_folder

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer in Prometheus's text format."""
        resp.content_type = CONTENT_TYPE_LATEST
        build = InfoMetricFamily(f"{PREFIX}_build", "This server's version.", {"version": VERSION})
        free = GaugeMetricFamily(
            f"{PREFIX}_log_disk_free_bytes",
            "Free bytes on the log's disk.",
            shutil.disk_usage(self._log_folder).free,
        )
        resp.data = self._meters.render(build, free)

    on_head = on_get
