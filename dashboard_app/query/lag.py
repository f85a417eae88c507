"""How far the database is behind the events that were acknowledged, as the API knows it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import NamedTuple

SECONDS = 0.5
# no proxy of the environment's: it is on this machine
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Lag(NamedTuple):
    """Events that are in the log and not yet in the database, and how old the oldest is."""

    events: int
    seconds: float


def loader_lag(environ: Mapping[str, str]) -> Lag | None:
    """Ask the API on this machine, at API_PORT or PORT; return None where none answers."""
    # honcho, which runs both, gives the dashboard a PORT of its own
    port = environ.get("API_PORT") or environ.get("PORT") or "8088"
    try:
        with OPENER.open(f"http://127.0.0.1:{port}/dbhealth", timeout=SECONDS) as answer:
            lag = json.load(answer)["lag"]
            return Lag(int(lag["events"]), float(lag["seconds"]))
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return None
