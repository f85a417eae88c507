"""SQL and what comes from outside: values are parameters, never pasted into a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.server import RunningServer

ROOT = Path(__file__).parent.parent
EXECUTING = {"execute", "executemany", "copy", "stream"}
ATTACKS = (
    *("'; drop table telemetry.events; --", "2026-01-01' or '1'='1", "2026-01-01; select 1"),
    *("%s", "%(first)s", "{first}", "$1", "\\", '"', "\0", "\n", "2026-01-01\n", " 2026-01-01"),
    *("", "0", "-1", "today", "infinity", "-infinity", "epoch", "now()", "null", "NaN", "1e9"),
    *("0000-00-00", "0000-01-01", "2026-02-30", "2026-13-01", "99999-01-01", "2026-1-1"),
    *("20260101", "2026-W01-1", "2026-01-01T00:00", "2026-01-01Z", "２０２６-01-01", "٢٠٢٦-01-01"),
    *("\ud800", "\U0010ffff", "😀", "a" * 8000, "2026-01-01,2026-01-02", "[2026-01-01]"),
)


def pasted(path: Path) -> Iterator[str]:
    """Yield the calls in a file that execute a string put together on the spot."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if node.func.attr not in EXECUTING:
            continue
        if ast.unparse(node.args[0]).startswith("statement("):
            continue  # a file's name, not SQL
        for part in ast.walk(node.args[0]):
            is_format = (
                isinstance(part, ast.Call)
                and isinstance(part.func, ast.Attribute)
                and part.func.attr in ("format", "join", "replace")
                and not ast.unparse(part.func).startswith(("sql.SQL", "SQL", "pgsql.SQL"))
            )
            is_sum = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Mod)
            if is_format or is_sum or isinstance(part, ast.JoinedStr):
                place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
                yield f"{place}: {ast.unparse(node.args[0])}"


# reviewed: constants of our own where SQL takes no parameters, and a quoted identifier (sql.SQL)
REVIEWED = {
    "sql/embedded.py: f'create database {DATABASE}'",
    "ingest_api/database_reader.py: f'set statement_timeout = {STATEMENT_MS}'",
    "dashboard_app/reader.py: f'set statement_timeout = {STATEMENT_MS}'",
    "ingest_api/importing/source.py: ROWS.format(self._table)",
    "ingest_api/importing/source.py: COUNT.format(self._table)",
}


def test_no_statement_is_put_together_from_strings() -> None:
    files = [
        p for room in ("sql", "ingest_api", "dashboard_app") for p in (ROOT / room).rglob("*.py")
    ]
    assert len(files) > 50
    assert {found for path in files for found in pasted(path)} == REVIEWED


def test_a_pasted_statement_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "pasted.py"
    file.write_text("c.execute(f'select {x}')\nc.execute('select %s' % x)\nc.execute('a' + x)\n")
    assert len(list(pasted(file))) == 3


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
