"""Run the dashboard's queries, for its pages and for notebooks."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
import psycopg

from sql.statements import statement

# what a column of PostgreSQL becomes, text where it is not named; days are midnights, UTC
DTYPES: dict[str, Any] = {
    "date": "datetime64[us, UTC]",
    "int4": "int64",
    "int8": "int64",
    "float8": "float64",
}


class Answer(NamedTuple):
    """What a query answered, and the SQL as it ran."""

    frame: pd.DataFrame
    sql: str


def ask(connection: psycopg.Connection, name: str, **parameters: Any) -> Answer:
    """Return the answer to `sql/queries/dashboard/<name>.sql`.

    The frame has the query's columns; those of text are `str`, for others see DTYPES. Raises
    psycopg.Error.
    """
    with psycopg.ClientCursor(connection) as cursor:
        query = cursor.mogrify(statement(f"queries/dashboard/{name}"), parameters)
        cursor.execute(query.encode())
        rows, columns = cursor.fetchall(), cursor.description or []
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    for column in columns:
        kind = connection.adapters.types[column.type_code].name
        values = frame[column.name]
        if kind == "date":
            values = pd.to_datetime(values, utc=True)
        frame[column.name] = values.astype(DTYPES.get(kind, "str"))
    return Answer(frame, query)
