"""What the first reader would wait for, done while the server starts."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dashboard_app.charts.activity import activity_chart
from dashboard_app.query import cache
from dashboard_app.query.database import UnavailableError
from dashboard_app.server import assets
from dashboard_app.settings import SettingError
from dashboard_app.ui.unchecked import unchecked

logger = logging.getLogger(__name__)


@asynccontextmanager
async def warming(_: object) -> AsyncIterator[dict[str, Any]]:
    """Warm up beside the server, which answers meanwhile; release the database at the end."""
    threading.Thread(target=warm_up, name="warm up", daemon=True).start()
    yield {}
    # a server that is stopped ends by that signal, so nothing runs at the process's exit
    cache.reader.clear()


def warm_up() -> None:
    """Pack the scripts, draw a chart, and ask the database; all that is kept from then on."""
    assets.pack()
    today = datetime.now(UTC).date()
    days = pd.date_range(today, periods=2, tz="UTC")
    frame = pd.DataFrame({"day": days, "events": [1, 2], "visitors": [1, 1]})
    unchecked(activity_chart(frame, "events", today)).to_dict()
    frame.convert_dtypes(dtype_backend="pyarrow")  # in which Streamlit sends a chart's data
    try:
        cache.freshness(cache.environment_application())
    except (UnavailableError, SettingError) as error:
        # the pages say it too, and look again
        logger.info("not warmed up: %s", error)
