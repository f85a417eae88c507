"""What is done while the server starts and when it ends: the database is taken, and given back."""

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
    """Take the database beside the server, which answers meanwhile; release it at the end."""
    # the first reader would wait for an embedded one to start, a second or more
    threading.Thread(target=take_database, name="take database", daemon=True).start()
    yield {}
    # a server that is stopped ends by that signal, so nothing runs at the process's exit
    cache.reader.clear()


def take_database() -> None:
    """Ask the database something, so that it runs and a connection is there."""
    try:
        cache.freshness(cache.environment_application())
    except (UnavailableError, SettingError) as error:
        # the pages say it too, and look again
        logger.info("no database yet: %s", error)
