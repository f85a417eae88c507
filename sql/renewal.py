"""Re-create functions, views and the list of countries when their files change.

For each, `telemetry.made` keeps the digest of the files and the version of the program that used
them. An older program doesn't replace what a later version made.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from importlib.metadata import version
from typing import Final

import psycopg
from psycopg import errors

from sql.countries import countries
from sql.roles import grant_rights
from sql.statements import names, statement

logger = logging.getLogger(__name__)

# such as [1, 2, 3]
PROGRAM: Final = [int(n) for n in re.findall(r"\d+", version("minigem-telemetry"))[:3]]


def renew(connection: psycopg.Connection) -> None:
    """Re-create what changed and grant the roles their rights, in one transaction.

    `connection` must not be in a transaction. Raises psycopg.Error with the file's name as a note.
    """
    try:
        _renew(connection, make_functions)
    except (errors.InvalidFunctionDefinition, errors.WrongObjectType):
        # the result or a parameter's name changed: `create or replace` can't do that
        _renew(connection, remake_functions)


def _renew(connection: psycopg.Connection, functions: Callable[[psycopg.Connection], None]) -> None:
    makers = {"functions": functions, "views": make_views, "countries": fill_countries}
    with connection.transaction():
        for what, make in makers.items():
            wanted = digest(what)
            made = connection.execute(
                "select digest, version from telemetry.made where name = %s", [what]
            ).fetchone()
            if made is not None and made[0] == wanted:
                continue
            if made is not None and made[1] > PROGRAM:
                logger.info("kept the %s of a later version", what)
                continue
            make(connection)
            connection.execute(
                "insert into telemetry.made (name, digest, version) values (%s, %s, %s)"
                " on conflict (name) do update"
                " set digest = excluded.digest, version = excluded.version",
                [what, wanted, PROGRAM],
            )
            logger.info("made the %s", what)
        grant_rights(connection)


def digest(what: str) -> str:
    """Return the SHA-256 of the files of the functions, the views or the countries."""
    content = countries() if what == "countries" else [(n, statement(n)) for n in names(what)]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def make_functions(connection: psycopg.Connection) -> None:
    """Create or replace all functions, and drop those that have no file any more."""
    apply(connection, "functions")
    connection.execute(statement("maintenance/renew/drop_functions"))
    connection.execute(statement("maintenance/renew/note_functions"))


def remake_functions(connection: psycopg.Connection) -> None:
    """Drop and create our functions."""
    connection.execute(statement("maintenance/renew/drop_functions"))
    make_functions(connection)


def make_views(connection: psycopg.Connection) -> None:
    """Drop and create our views."""
    connection.execute(statement("maintenance/renew/drop_views"))
    connection.execute("delete from telemetry.views")
    apply(connection, "views")
    for name in names("views"):
        connection.execute(
            "insert into telemetry.views (name) values (%s)", [name.removeprefix("views/")]
        )


def fill_countries(connection: psycopg.Connection) -> None:
    """Write the ISO 3166 countries, with GeoNames' names, to `telemetry.countries`."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into telemetry.countries (code, name, continent) values (%s, %s, %s) "
            "on conflict (code) do update set name = excluded.name, continent = excluded.continent",
            countries(),
        )


def apply(connection: psycopg.Connection, folder: str) -> None:
    """Run a folder's files."""
    for name in names(folder):
        try:
            connection.execute(statement(name))
        except psycopg.Error as error:
            error.add_note(f"{name} was not applied")
            raise
