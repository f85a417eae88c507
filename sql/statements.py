"""The SQL of this folder, by name."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def statement(name: str) -> bytes:
    """Return the statement in `<name>.sql`, such as `queries/stats/days`.

    Parameters are psycopg's named ones, `%(name)s`. Raises FileNotFoundError where there is none.
    """
    return (FOLDER / f"{name}.sql").read_bytes()


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of a folder's statements, in the order of their file names."""
    return tuple(f"{folder}/{path.stem}" for path in sorted((FOLDER / folder).glob("*.sql")))
