"""A managed PostgreSQL: the system's own, with TLS, passwords and few rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sql.embedded.account import unprivileged_account
from tests.server import free_port, wait_until

PASSWORD = "managed-password"
OPENSSL = ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"]


def programs() -> list[Path]:
    """Return the folders of the system's PostgreSQLs, by version; the embedded one has no TLS."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return sorted(found, key=lambda folder: int(folder.parent.name))
    named = shutil.which("postgres")
    if not named:
        pytest.fail("no PostgreSQL with TLS: apt-get install postgresql", pytrace=False)
    return [Path(named).resolve().parent]


def make_authority(folder: Path, name: str) -> Path:
    """Create a certificate authority; return its certificate."""
    certificate = folder / f"{name}.crt"
    subject = ["-subj", f"/CN={name}", "-keyout", str(folder / f"{name}.key")]
    subject += ["-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *OPENSSL, *subject], check=True, capture_output=True)
    return certificate


def make_certificate(folder: Path, authority: Path, host: str) -> tuple[Path, Path]:
    """Create a server's certificate and key, for one host name."""
    certificate, key = folder / "server.crt", folder / "server.key"
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    signed = ["-CA", str(authority), "-CAkey", str(authority.with_suffix(".key"))]
    written = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", *OPENSSL, *subject, *signed, *written],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


@contextmanager
def managed_postgres(authority: Path, which: int = -1) -> Iterator[str]:
    """Run a server on a port of localhost, the only name in its certificate; yield its URL.

    `which` of the system's versions: 0 for the oldest; the newest by default.

    Its login `managing` owns the database and may create roles, but isn't a superuser.
    """
    folder_of_programs = programs()[which]
    with tempfile.TemporaryDirectory(prefix="managed-", ignore_cleanup_errors=True) as temporary:
        folder, port = Path(temporary), free_port()
        certificate, key = make_certificate(folder, authority, "localhost")
        (folder / "password").write_text(PASSWORD)
        account = unprivileged_account(folder / "data")
        run_as: dict[str, Any] = {}
        if account is not None:
            run_as = {"user": account.uid, "group": account.gid, "extra_groups": []}
            for path in (folder, *folder.iterdir()):
                os.chown(path, *account)
        subprocess.run(
            [
                folder_of_programs / "initdb", "-D", folder / "data", "--auth=scram-sha-256",
                "--username=postgres", f"--pwfile={folder / 'password'}", "--no-sync",
            ],
            check=True, capture_output=True, cwd=folder, **run_as,
        )  # fmt: skip
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
            "ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key, "fsync": "off",
        }  # fmt: skip
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [folder_of_programs / "postgres", "-D", folder / "data", *options],
                cwd=folder, stdout=log, stderr=log, **run_as,
            )  # fmt: skip
        try:
            admin = make_conninfo(
                host="localhost", port=port, user="postgres", password=PASSWORD, dbname="postgres"
            )
            wait_until(lambda: _prepared(admin, process, folder / "log"), "a managed PostgreSQL")
            yield f"postgresql://managing:{PASSWORD}@localhost:{port}/telemetry"
        finally:
            process.terminate()
            process.wait(30)


def _prepared(admin: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"create role managing login createrole password '{PASSWORD}'")
            connection.execute("create database telemetry owner managing")
    except psycopg.OperationalError:
        return False
    return True
