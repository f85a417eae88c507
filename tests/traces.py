"""Search for a text in everything that a server stores and returns."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.server import RunningServer

TABLES = """
    select relname from pg_class
    where relnamespace = 'telemetry'::regnamespace and relkind in ('r', 'p', 'm')
"""


def traces(server: RunningServer, *needles: str) -> list[str]:
    """Return where one of the texts occurs: answers, tables, files in the data folder."""
    return [
        place
        for place, text in (*_answers(server), *_rows(server.database or ""), *files(server.data))
        if any(needle in text for needle in needles)
    ]


def _answers(server: RunningServer) -> Iterator[tuple[str, str]]:
    headers = {"X-Stats-Key": server.settings.get("STATS_SECRET", "")}
    for path in ("/debug/recent", "/debug/counts", "/metrics", "/stats?from=2017-01-01"):
        answer = server.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        yield path, answer.text
    yield "stderr", server.log_text()


def _rows(database: str) -> Iterator[tuple[str, str]]:
    with psycopg.connect(database) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            query = f"select t::text from telemetry.{table} as t".encode()
            for (row,) in connection.execute(query):
                yield table, row


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the files of a folder, unpacked, by name."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            packed = path.suffix == ".gz"
            content = gzip.decompress(content) if packed else content
            yield str(path.relative_to(folder)), content.decode(errors="replace")
