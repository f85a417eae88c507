"""How far the database is behind the acknowledged events, as reported by the API."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import NamedTuple

SECONDS = 0.5
# without the environment's proxy: the API is on this machine
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Lag(NamedTuple):
    """The events in the log that are not in the database yet, and the age of the oldest."""

    events: int
    seconds: float


def loader_lag(environ: Mapping[str, str]) -> Lag | None:
    """Ask the API on this machine, at API_PORT or PORT; return None if it does not answer."""
    # honcho, which runs both, gives the dashboard another PORT
    port = environ.get("API_PORT") or environ.get("PORT") or "8088"
    try:
        with OPENER.open(f"http://127.0.0.1:{port}/dbhealth", timeout=SECONDS) as answer:
            lag = json.load(answer)["lag"]
            return Lag(int(lag["events"]), float(lag["seconds"]))
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return None
