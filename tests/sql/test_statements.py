"""Statements by name, with their fragments filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sql import statements
from sql.statements import CALL, FOLDER, FragmentError, statement

# a fragment that stands for a table, and what follows
TABLE = re.compile(rf"\b(?:from|join)\s+{CALL.pattern}(\s+as\b)?")
USED = re.compile(r"\bfragments\.(\w+)")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in place of `sql/`, with some fragments."""
    (tmp_path / "fragments").mkdir()
    write = {
        "numbers": "-- Up to `last`.\nselect n from generate_series(1, %(last)s::integer) as n\n",
        "even": "select n from fragments.numbers as n where n %% 2 = 0",
        "double": "2 * n",
        "shifted": "n + %(by)s",
    }
    for name, text in write.items():
        (tmp_path / "fragments" / f"{name}.sql").write_text(text)
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    statement.cache_clear()
    yield tmp_path
    statement.cache_clear()


def read(folder: Path, text: str) -> bytes:
    """Return a statement as it is read."""
    (folder / "asked.sql").write_text(text)
    statement.cache_clear()
    return statement("asked")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select n from fragments.numbers as n", [1, 2, 3, 4]),
        ("select n from fragments.even as n", [2, 4]),
        ("select n from fragments.numbers(last => 2) as n", [1, 2]),
        ("select n from fragments.numbers(last => %(last)s - 1) as n", [1, 2, 3]),
        ("select n from fragments.even(last => (%(last)s + (3 - 1))::integer) as n", [2, 4, 6]),
        ("select 1 + fragments.double from fragments.numbers(\n    last => 2\n) as n", [3, 5]),
        ("select fragments.shifted(by => 1) from fragments.numbers(last => 2) as n", [2, 3]),
        ("select n from fragments.numbers(last => coalesce(null, 2)) as n", [1, 2]),
    ],
)
def test_a_fragment_is_put_in(
    folder: Path, connection: psycopg.Connection, text: str, expected: list[int]
) -> None:
    found = connection.execute(read(folder, text), {"last": 4}).fetchall()
    assert [value for (value,) in found] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select n from fragments.lost as n", "there is no fragment lost"),
        ("select n from fragments.numbers(upto => 2) as n", "numbers has no parameter upto"),
        ("select n from fragments.numbers(2) as n", "arguments of numbers should look like"),
        ("select n from fragments.numbers() as n", "arguments of numbers should look like"),
        ("select n from fragments.numbers(last => ((((2))))) as n", "arguments of numbers"),
    ],
)
def test_a_fragment_that_can_t_be_put_in_is_an_error(folder: Path, text: str, message: str) -> None:
    with pytest.raises(FragmentError, match=message):
        read(folder, text)


def test_an_argument_that_is_missing_is_named(folder: Path, connection: psycopg.Connection) -> None:
    text = read(folder, "select fragments.shifted from fragments.numbers as n")
    with pytest.raises(psycopg.ProgrammingError, match="by"):
        connection.execute(text, {"last": 4})


def all_statements() -> list[str]:
    """Return the names of all statements."""
    return sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.sql"))


@pytest.mark.parametrize("name", all_statements())
def test_every_statement_can_be_read(name: str) -> None:
    text = (FOLDER / f"{name}.sql").read_text()
    assert "fragments." not in statement(name).decode()
    # PostgreSQL 14 and 15 require an alias for a subquery
    assert all(found[-1] for found in TABLE.findall(text))


def test_every_fragment_is_used() -> None:
    used = {name for path in FOLDER.rglob("*.sql") for name in USED.findall(path.read_text())}
    assert used == {path.stem for path in (FOLDER / "fragments").glob("*.sql")}
