"""`GET /metrics`: the meters, for Prometheus."""

from __future__ import annotations

import falcon
from prometheus_client import CONTENT_TYPE_LATEST

from ingest_api.meters import Meters


class Metrics:
    """The meters of all processes of this server."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer in Prometheus's text format."""
        resp.content_type = CONTENT_TYPE_LATEST
        resp.data = self._meters.render()

    on_head = on_get
