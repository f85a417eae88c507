"""Connections to a managed PostgreSQL: encrypted, to the right server, with few rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sql.database import external_conninfo
from tests.server import RunningServer, event
from tests.sql.managed import make_authority, managed_postgres

ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
USES = """
select application_name, bool_and(ssl), count(*)
from pg_stat_activity join pg_stat_ssl using (pid)
where application_name like 'telemetry%' group by 1
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the authority that signed the server's certificate."""
    return make_authority(tmp_path_factory.mktemp("authority"), "right")


@pytest.fixture(scope="module")
def managed(authority: Path) -> Iterator[str]:
    """The URL of a PostgreSQL with TLS."""
    with managed_postgres(authority) as url:
        yield url


def connect(url: str, **environ: str) -> psycopg.Connection:
    """Connect with the given settings."""
    conninfo = external_conninfo({"DATABASE_URL": url, "PG_SSL": "true", **environ})
    return psycopg.connect(conninfo or "")


def with_root(url: str, authority: Path) -> str:
    return f"{url}?sslrootcert={authority}"


def test_the_right_server_is_spoken_to_encrypted(managed: str, authority: Path) -> None:
    with connect(with_root(managed, authority)) as connection:
        assert connection.execute(ENCRYPTED).fetchone() == (True,)


def test_a_certificate_of_another_authority_is_refused(managed: str, tmp_path: Path) -> None:
    other = make_authority(tmp_path, "wrong")
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connect(with_root(managed, other))


def test_a_server_of_another_name_is_refused(managed: str, authority: Path) -> None:
    url = with_root(managed, authority).replace("@localhost:", "@127.0.0.1:")
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(url)


def test_without_a_certificate_it_is_encrypted_but_unverified(managed: str, tmp_path: Path) -> None:
    url = managed.replace("@localhost:", "@127.0.0.1:")
    with connect(url, HOME=str(tmp_path)) as connection:
        assert connection.execute(ENCRYPTED).fetchone() == (True,)


def test_the_whole_server_uses_it_and_makes_its_roles_there(
    managed: str, authority: Path, tmp_path: Path
) -> None:
    settings = {"PG_SSL": "true", "PGSSLROOTCERT": str(authority)}
    with RunningServer(managed, tmp_path / "data", **settings) as server:
        server.post(event())
        server.settle()
        assert server.get("/stats").json()["total"] == 1
        assert server.get("/dbhealth").ok
        with connect(with_root(managed, authority)) as connection:
            view = "select events from telemetry.daily_activity"
            server.wait_for(lambda: connection.execute(view).fetchone() == (1,), "the view")
            uses = connection.execute(USES).fetchall()
            assert {(name, encrypted) for name, encrypted, _ in uses} >= {
                ("telemetry loader", True), ("telemetry api", True),
            }  # fmt: skip
            for role in ("telemetry_ingest", "telemetry_reader"):
                connection.execute(f"set role {role}".encode())
        assert "rights of the login" not in server.log_text(), server.log_text()
