"""The SQL of this folder, by name."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def statement(name: str, temporary: tuple[str, ...] = ()) -> bytes:
    """Return the statement in `<name>.sql`, such as `queries/stats/days`.

    Parameters are psycopg's named ones, `%(name)s`. In place of the tables named in `temporary` it
    reads and writes temporary ones of the same names. Raises FileNotFoundError if there is no file.
    """
    text = (FOLDER / f"{name}.sql").read_bytes()
    if temporary:
        tables = "|".join(map(re.escape, temporary)).encode()
        text = re.sub(rb"\btelemetry\.(%b)\b" % tables, rb"pg_temp.\1", text)
    return text


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of a folder's statements, in the order of their file names."""
    return tuple(f"{folder}/{path.stem}" for path in sorted((FOLDER / folder).glob("*.sql")))
