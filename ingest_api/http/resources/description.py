"""`GET /openapi.json`: the machine-readable API description."""

from __future__ import annotations

from importlib.resources import files

import falcon
import msgspec


class Description:
    """Answers with `openapi.yaml` as JSON."""

    def __init__(self) -> None:
        text = (files("ingest_api") / "openapi.yaml").read_bytes()
        self._content = msgspec.json.encode(msgspec.yaml.decode(text))

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with the description."""
        resp.data = self._content

    on_head = on_get
