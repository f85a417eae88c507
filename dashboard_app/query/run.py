"""Run the dashboard's queries, for its pages and for notebooks."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import pandas as pd
import psycopg

from sql.statements import names, statement

# dtypes by PostgreSQL type, all others become text; days are midnights in UTC
DTYPES: dict[str, Any] = {
    "date": "datetime64[us, UTC]",
    "timestamptz": "datetime64[us, UTC]",
    "bool": "bool",
    "int4": "int64",
    "int8": "int64",
    "float8": "float64",
}


# NUL and halves of surrogate pairs, which PostgreSQL's text, and so any event, can't contain
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


class Answer(NamedTuple):
    """A query's answer, and the SQL as it ran."""

    frame: pd.DataFrame
    sql: str


def variant(name: str, *, filtered: bool) -> str:
    """Return the name of the query to run: with a filter, the query's filtered twin, if any.

    `<name>.sql` may read a rollup that can't be filtered; `<name>_filtered.sql` has the same
    columns.
    """
    twin, folder = f"{name}_filtered", f"queries/dashboard/{name.rpartition('/')[0]}"
    return twin if filtered and f"queries/dashboard/{twin}" in names(folder) else name


def ask(connection: psycopg.Connection, name: str, **parameters: Any) -> Answer:
    """Return the answer to `sql/queries/dashboard/<name>.sql`, such as `geography/countries`.

    The frame has the query's columns; text is `str`, for other types see DTYPES. Raises
    psycopg.Error.
    """
    with psycopg.ClientCursor(connection) as cursor:
        query = cursor.mogrify(
            statement(f"queries/dashboard/{name}"),
            {key: _storable(value) for key, value in parameters.items()},
        )
        cursor.execute(query.encode())
        rows, columns = cursor.fetchall(), cursor.description or []
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    for column in columns:
        kind = connection.adapters.types[column.type_code].name
        values = frame[column.name]
        if kind in ("date", "timestamptz"):
            values = pd.to_datetime(values, utc=True)
        frame[column.name] = values.astype(DTYPES.get(kind, "str"))
    return Answer(frame, query)


def _storable(value: Any) -> Any:
    """Return a parameter with unstorable characters replaced, so that it matches nothing."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    return [_storable(part) for part in value] if isinstance(value, list | tuple) else value
