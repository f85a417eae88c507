"""What is made anew when its files change: the functions, the views and the countries.

For each, `telemetry.made` keeps the files' digest and the version of the program that made it. They
only go forward: where a later version made them, an older program leaves them as they are.
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
    """Make anew what changed and give the roles their rights, all in one transaction.

    `connection` must not be in one. Raises psycopg.Error, with the file's name as a note.
    """
    try:
        _renew(connection, make_functions)
    except (errors.InvalidFunctionDefinition, errors.WrongObjectType):
        # another result, or another name of a parameter: that can't be replaced
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
                logger.info("left the %s as a later version made them", what)
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
    """Return the SHA-256 of what the functions, the views or the countries are made from."""
    content = countries() if what == "countries" else [(n, statement(n)) for n in names(what)]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def make_functions(connection: psycopg.Connection) -> None:
    """Make or replace all functions, and drop those that are no longer ours."""
    apply(connection, "functions")
    connection.execute(statement("maintenance/renew/drop_functions"))
    connection.execute(statement("maintenance/renew/note_functions"))


def remake_functions(connection: psycopg.Connection) -> None:
    """Drop our functions and make them."""
    connection.execute(statement("maintenance/renew/drop_functions"))
    make_functions(connection)


def make_views(connection: psycopg.Connection) -> None:
    """Drop our views and make them."""
    connection.execute(statement("maintenance/renew/drop_views"))
    connection.execute("delete from telemetry.views")
    apply(connection, "views")
    for name in names("views"):
        connection.execute(
            "insert into telemetry.views (name) values (%s)", [name.removeprefix("views/")]
        )


def fill_countries(connection: psycopg.Connection) -> None:
    """Write the ISO 3166 countries, as GeoNames has them, to `telemetry.countries`."""
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
