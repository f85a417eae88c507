"""A process that runs the queries of the dashboard's pages as they do: in parallel.

`python -m bench.page_queries DATABASE FIRST LAST ROUNDS COUNTRY` prints JSON: ms by page and round,
for the window and for the window filtered by a country.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard_app.query import cache
from dashboard_app.query.database import MAX_CONNECTIONS, Reader
from dashboard_app.query.run import Answer, ask
from sql.database import ExternalDatabase

APP = Path("dashboard_app/streamlit_app.py").absolute()
PAGES = (
    "", "live", "activity", "geography", "versions", "release-health", "performance", "errors",
    "retention", "sessions", "explorer",
)  # fmt: skip
RUN_SECONDS = 120


@contextmanager
def noted() -> Iterator[list[str]]:
    """Records the SQL of all queries."""
    found: list[str] = []

    def note(*args: Any, **parameters: Any) -> Answer:
        answer = ask(*args, **parameters)
        found.append(answer.sql)
        return answer

    cache.ask = note  # type: ignore[attr-defined]
    try:
        yield found
    finally:
        cache.ask = ask  # type: ignore[attr-defined]


def asked_by(page: str, query: dict[str, str]) -> list[str]:
    """Return the SQL that a page runs when it is opened."""
    app = AppTest.from_file(APP, default_timeout=RUN_SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    if page:
        app._page_hash = calc_hash(page)
    cache._answer.clear()
    with noted() as found:
        app.run()
    assert not app.exception, app.exception
    return found


def time_queries(reader: Reader, asking: ThreadPoolExecutor, queries: list[str]) -> float:
    """Return the ms that all queries take."""

    def answer(query: str) -> int:
        return len(reader.read(lambda connection: connection.execute(query.encode()).fetchall()))

    began = time.perf_counter()
    for future in [asking.submit(answer, query) for query in queries]:
        future.result()
    return (time.perf_counter() - began) * 1000


def main(database: str, first: str, last: str, rounds: int, country: str) -> None:
    """Measure and print."""
    os.environ["DATABASE_URL"] = database
    days = {"period": "custom", "from": first, "to": last}
    reader = Reader(ExternalDatabase(database))
    found: dict[str, list[list[float]]] = {}
    with ThreadPoolExecutor(MAX_CONNECTIONS) as asking:
        for page in PAGES:
            both = [asked_by(page, days), asked_by(page, {**days, "country": country})]
            found[page or "overview"] = [
                [time_queries(reader, asking, queries) for _ in range(rounds)] for queries in both
            ]
    reader.close()
    print(msgspec.json.encode(found).decode())


if __name__ == "__main__":
    _, database, first, last, rounds, country = sys.argv
    main(database, first, last, int(rounds), country)
