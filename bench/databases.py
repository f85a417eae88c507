"""The benchmark's databases, in its own PostgreSQL; stored ones are kept between runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sql.database import CONNECTION_OPTIONS
from sql.migrate import migrate

SCRATCH = "scratch_"
EMPTY = f"{SCRATCH}empty"
FOLDER = Path(__file__).parent / "sql"


def bench_statement(name: str) -> bytes:
    """Return the statement in `bench/sql/<name>.sql`."""
    return (FOLDER / f"{name}.sql").read_bytes()


class Databases:
    """The databases of one cluster. Unfinished ones of an earlier run are dropped."""

    def __init__(self, url: str) -> None:
        self._url = url
        for name in self.names():
            if name.startswith(SCRATCH):
                self.drop(name)
        with psycopg.connect(self.create(EMPTY), autocommit=True) as connection:
            migrate(connection)

    def conninfo(self, name: str) -> str:
        """Return a database's connection string, with our servers' options."""
        return make_conninfo(self._url, **{**CONNECTION_OPTIONS, "dbname": name})

    def names(self) -> list[str]:
        """Return the names of all databases."""
        with self._connect() as connection:
            return [name for (name,) in connection.execute("select datname from pg_database")]

    def create(self, name: str, template: str = "template0", how: str = "wal_log") -> str:
        """Recreate a database as a copy of `template`; return its connection string.

        The strategy `file_copy` is faster for large templates and slower for small ones.
        """
        self.drop(name)
        with self._connect() as connection:
            text = f"create database {{}} template {{}} strategy {how}"
            names = (sql.Identifier(part) for part in (name, template))
            connection.execute(sql.SQL(text).format(*names))
        return self.conninfo(name)

    def empty(self, name: str) -> str:
        """Make a scratch database with our tables; return its connection string."""
        return self.create(SCRATCH + name, EMPTY)

    def copy(self, name: str, template: str) -> str:
        """Make a scratch copy of a stored database; return its connection string."""
        return self.create(SCRATCH + name, template, "file_copy")

    def drop(self, name: str) -> None:
        """Drop a database if it exists, and close its connections."""
        with self._connect() as connection:
            text = "drop database if exists {} with (force)"
            connection.execute(sql.SQL(text).format(sql.Identifier(name)))

    def keep(self, scratch: str, name: str) -> None:
        """Store a scratch database under a name that the next run finds."""
        with self._connect() as connection:
            old, new = sql.Identifier(SCRATCH + scratch), sql.Identifier(name)
            connection.execute(sql.SQL("alter database {} rename to {}").format(old, new))

    def version(self) -> str:
        """Return the version of PostgreSQL."""
        with self._connect() as connection:
            return f"{connection.info.server_version // 10_000}"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(make_conninfo(self._url, dbname="postgres"), autocommit=True)


def ask(conninfo: str, query: str | bytes) -> Any:
    """Return the first value of a query's first row."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        text = query if isinstance(query, bytes) else query.encode()
        row = connection.execute(text).fetchone()
        assert row is not None
        return row[0]
