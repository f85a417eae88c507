"""SQL injection: values are parameters, never pasted into a statement."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.server import RunningServer
from tests.sql_reading import pasted

ROOT = Path(__file__).parent.parent
ATTACKS = (
    *("'; drop table telemetry.events; --", "2026-01-01' or '1'='1", "2026-01-01; select 1"),
    *("%s", "%(first)s", "{first}", "$1", "\\", '"', "\0", "\n", "2026-01-01\n", " 2026-01-01"),
    *("", "0", "-1", "today", "infinity", "-infinity", "epoch", "now()", "null", "NaN", "1e9"),
    *("0000-00-00", "0000-01-01", "2026-02-30", "2026-13-01", "99999-01-01", "2026-1-1"),
    *("20260101", "2026-W01-1", "2026-01-01T00:00", "2026-01-01Z", "２０２６-01-01", "٢٠٢٦-01-01"),
    *("\ud800", "\U0010ffff", "😀", "a" * 8000, "2026-01-01,2026-01-02", "[2026-01-01]"),
)


# reviewed: our own constants, where SQL takes no parameters
REVIEWED = {
    "sql/embedded/server.py: f'create database {DATABASE}'",
    "ingest_api/stats/database.py: f'set statement_timeout = {STATEMENT_MS}'",
    "dashboard_app/query/database.py: f'set statement_timeout = {STATEMENT_MS}'",
}
PASTED = """
c.execute(f"select {x}")
c.execute("select %s" % x)
c.execute("a" + x)
c.execute("select {}".format(x))
c.execute(" and ".join(parts))
execute("select " + x)
query = f"select {x}"; c.execute(query)
text = "select 1"; text += x; c.copy(text)
wrong = "select " + x; cursor.executemany(wrong.encode(), rows)
def ask(c, given): c.execute(given)
def ask(self): self.words = "a" + x; self.c.execute(self.words)
for part in parts: c.execute(part)
sql.SQL(f"select {x}")
SQL("select " + x).format(Identifier(y))
c.execute(sql.SQL("select {}").format(x))
c.execute(sql.SQL("select {}").format(sql.SQL(x)))
c.execute(statement("a") + x)
c.execute(statement("a").format(x))
c.execute(statement("a").replace("b", x))
c.execute("select 1" if y else x)
c.execute(cursor.mogrify("select " + x))
"""
WRITTEN = """
c.execute("select %s", [x])
c.execute(statement(x), {"x": x})
query = "select 1"; c.execute(query.encode())
query = cursor.mogrify(statement("a"), x); c.execute(query)
TEXT = sql.SQL("select {}"); name = sql.Identifier(x); c.execute(TEXT.format(name))
c.execute("select 1" if x else "select 2")
frame.copy()
"""


def test_no_statement_is_built_from_strings() -> None:
    files = [
        p for room in ("sql", "ingest_api", "dashboard_app") for p in (ROOT / room).rglob("*.py")
    ]
    assert len(files) > 50
    found = {f"{p.relative_to(ROOT)}: {text}" for p in files for text in pasted(p.read_text())}
    assert found == REVIEWED


@pytest.mark.parametrize("line", PASTED.strip().splitlines())
def test_a_pasted_statement_would_be_found(line: str) -> None:
    assert list(pasted(line))


@pytest.mark.parametrize("line", WRITTEN.strip().splitlines())
def test_a_literal_statement_is_accepted(line: str) -> None:
    assert not list(pasted(line))


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_hostile_day_is_a_bad_range(shared_server: RunningServer, name: str) -> None:
    for attack in ATTACKS:
        value = quote(attack.encode("utf-8", "surrogatepass"))
        for query in (f"{name}={value}", f"{name}={value}&{name}={value}"):
            answer = shared_server.get(f"/stats?{query}")
            assert (answer.status_code, answer.json()["error"]) == (400, "bad_range"), attack
    assert shared_server.get("/stats").status_code == 200
    assert shared_server.database is not None
    with psycopg.connect(shared_server.database) as connection:
        assert connection.execute("select to_regclass('telemetry.events')").fetchone() != (None,)
