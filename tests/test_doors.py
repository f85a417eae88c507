"""The doors between the rooms: what each may never import."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEVER = {
    "sql": {"ingest_api", "dashboard_app", "streamlit", "pandas", "altair"},
    "ingest_api": {"dashboard_app", "streamlit", "pandas", "altair", "numpy"},
    "dashboard_app": {"ingest_api"},
    "dashboard_app/charts": {"ingest_api", "streamlit", "psycopg", "psycopg_pool", "sql"},
}


def imported(path: Path) -> set[str]:
    """Return the top-level modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("room", NEVER)
def test_a_room_imports_nothing_it_must_not_know(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    wrong = {
        str(path.relative_to(ROOT)): bad for path in files if (bad := imported(path) & NEVER[room])
    }
    assert not wrong


def test_no_file_is_past_300_lines() -> None:
    code = [
        path
        for room in ("sql", "ingest_api", "dashboard_app", "tests")
        for path in (ROOT / room).rglob("*")
    ]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in code
        if path.suffix in (".py", ".sql")
    }
    assert not {name: length for name, length in lengths.items() if length > 300}


def test_no_values_are_pasted_into_sql() -> None:
    for path in (ROOT / "sql").rglob("*.sql"):
        statement = path.read_text()
        assert "%s" not in statement, f"{path.name}: parameters have names"
        assert "{" not in statement, f"{path.name}: SQL is not a template"
