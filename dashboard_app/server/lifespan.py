"""Startup and shutdown of the server: connect to the database, and release it."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dashboard_app.query import cache
from dashboard_app.query.database import UnavailableError
from dashboard_app.settings import SettingError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[dict[str, Any]]:
    """Connect to the database in the background; release it at the end."""
    # otherwise the first reader would wait a second or more for an embedded one to start
    threading.Thread(target=take_database, name="take database", daemon=True).start()
    yield {}
    # a stopped server ends by the signal itself, so exit handlers don't run
    cache.reader.clear()


def take_database() -> None:
    """Query the database, so that it is running and a connection is open."""
    try:
        cache.freshness(cache.environment_application())
    except (UnavailableError, SettingError) as error:
        # the pages say so too, and retry
        logger.info("no database yet: %s", error)
