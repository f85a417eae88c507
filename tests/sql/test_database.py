"""The environment's database, else the embedded one; TLS is verified if possible."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from sql.database import EmbeddedDatabase, external_conninfo, find

URL = "postgresql://user:hunter2@db.example:5433/name"


def test_no_name_means_our_own(tmp_path: Path) -> None:
    database = find({}, tmp_path)
    assert isinstance(database, EmbeddedDatabase)
    assert str(tmp_path) in database.conninfo


@pytest.mark.parametrize(
    "environ",
    [
        {"DATABASE_URL": URL},
        {"PG_URL": URL},
        {"DATABASE_URL": URL, "PG_URL": "postgresql://other/x"},
    ],
)
def test_the_url_is_taken(environ: dict[str, str]) -> None:
    found = conninfo_to_dict(external_conninfo(environ) or "")
    assert (found["host"], found["port"], found["dbname"]) == ("db.example", "5433", "name")
    assert found["user"] == "user"


@pytest.mark.parametrize("variable", ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"])
def test_libpq_variables_are_left_to_libpq(variable: str) -> None:
    found = conninfo_to_dict(external_conninfo({variable: "x"}) or "")
    assert "host" not in found
    assert "dbname" not in found


def test_it_is_named_without_the_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = "the database name on db.example, port 5433"
    assert find({"DATABASE_URL": URL}, tmp_path).name() == named
    for variable, value in (("PGHOST", "db.example"), ("PGPORT", "5433"), ("PGDATABASE", "name"),
                            ("PGPASSWORD", "hunter2")):  # fmt: skip
        monkeypatch.setenv(variable, value)
    assert find({"PGHOST": "db.example"}, tmp_path).name() == named
    assert find({}, tmp_path).name() == f"the embedded database in {tmp_path}"


def test_what_the_url_says_wins() -> None:
    found = conninfo_to_dict(external_conninfo({"DATABASE_URL": URL + "?connect_timeout=9"}) or "")
    assert found["connect_timeout"] == "9"


def test_a_bad_url_is_named_and_not_shown() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL is not") as caught:
        external_conninfo({"DATABASE_URL": "postgres:/user:hunter2@host"})
    assert "hunter2" not in str(caught.value)


def test_tls_is_verified_with_a_root_certificate(tmp_path: Path) -> None:
    def mode(**environ: str) -> str | None:
        found = conninfo_to_dict(external_conninfo({"DATABASE_URL": URL, **environ}) or "")
        value = found.get("sslmode")
        return None if value is None else str(value)

    assert mode() is None
    assert mode(PG_SSL="false") is None
    assert mode(PG_SSL="true", PGSSLROOTCERT="system") == "verify-full"
    assert mode(PG_SSL="true", HOME=str(tmp_path)) == "require"
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").touch()
    assert mode(PG_SSL="true", HOME=str(tmp_path)) == "verify-full"
    assert mode(PG_SSL="true", PGSSLMODE="verify-full") is None  # as set by libpq's own variable
    assert mode(PG_SSL="true", PGSSLMODE="prefer") == "require"
    with pytest.raises(ValueError, match="PG_SSL"):
        mode(PG_SSL="verify-full")


def test_a_database_that_was_released_is_not_started_again(tmp_path: Path) -> None:
    database = find({}, tmp_path)
    database.release()
    with pytest.raises(RuntimeError, match="released"):
        database.ensure_running()
