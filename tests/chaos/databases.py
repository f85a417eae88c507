"""Databases in a PostgreSQL that the harness runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

numbers = itertools.count(1)


class Databases:
    """Creates and drops databases in one cluster."""

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster

    def administration(self) -> psycopg.Connection:
        """Connect to the cluster, in autocommit mode."""
        return psycopg.connect(self.cluster, dbname="postgres", autocommit=True)

    @contextmanager
    def own(self) -> Iterator[str]:
        """Create an empty database for the context; yield its connection string."""
        name = f"chaos_{next(numbers)}"
        with self.administration() as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield make_conninfo(self.cluster, dbname=name, options="-c timezone=UTC -c jit=off")
        with self.administration() as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )

    @contextmanager
    def shut(self, database: str) -> Iterator[None]:
        """Refuse connections to a database for the context: its servers can't reach it."""
        allow = sql.SQL("alter database {} allow_connections {}")
        name = sql.Identifier(self.name(database))
        with self.administration() as connection:
            connection.execute(allow.format(name, sql.SQL("false")))
            try:
                self.cut(database)
                yield
            finally:
                connection.execute(allow.format(name, sql.SQL("true")))

    def cut(self, database: str) -> None:
        """End all connections to a database."""
        with self.administration() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                [self.name(database)],
            )

    def name(self, database: str) -> str:
        """Return the database name in a connection string."""
        return str(conninfo_to_dict(database)["dbname"])
