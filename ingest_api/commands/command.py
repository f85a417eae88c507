"""What the commands of `python -m ingest_api` share: exit codes, the database, words."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NoReturn

import psycopg
from tqdm import tqdm

from ingest_api.commands.import_events.failure import CannotStartError, reason
from ingest_api.settings import Settings
from sql.database import Database, EmbeddedDatabase, find
from sql.migrate import require_current
from sql.statements import statement

DONE, STOPPED, CANNOT_START, INTERRUPTED = 0, 1, 2, 130
BAR_SECONDS_ON_TERMINAL, BAR_SECONDS_ELSEWHERE = 0.2, 5.0


@contextmanager
def connected(
    settings: Settings, application: str
) -> Iterator[tuple[psycopg.Connection, Database]]:
    """Connect to the settings' database as the login itself, in autocommit mode.

    Raises CannotStartError if there is none, if it can't be reached, or if its tables are not of
    this version: only a server's start changes them, it knows RUN_EVENTS.
    """
    try:
        database = find(os.environ, settings.data_dir.absolute() / "postgres")
    except ValueError as error:
        raise CannotStartError(str(error)) from None
    if isinstance(database, EmbeddedDatabase) and not database.is_made():
        # an empty one would be made, and nothing found in it
        raise CannotStartError(
            f"there is no database in {settings.data_dir}: set DATABASE_URL or DATA_DIR as the "
            "server has it; where they stand in .env, `set -a; . ./.env; set +a` does that"
        )
    try:
        try:
            database.ensure_running()
            connection = psycopg.connect(
                database.conninfo, autocommit=True, application_name=application
            )
            require_current(connection)
            connection.execute(statement("queries/no_time_limits"))
        except (psycopg.Error, RuntimeError) as error:
            raise CannotStartError(f"the database can't be used: {reason(error)}") from error
        with connection:
            yield connection, database
    finally:
        database.release()


def add_days(parser: argparse.ArgumentParser) -> None:
    """Add the options --from and --to: `first` and `last`, UTC days or None."""
    for option, name in (("--from", "first"), ("--to", "last")):
        parser.add_argument(
            option, dest=name, type=_read_day, metavar="YYYY-MM-DD",
            help=f"the {name} day, UTC; all that have events unless given",
        )  # fmt: skip


def require_order(first: date | None, last: date | None) -> None:
    """Raise CannotStartError for days in the wrong order."""
    if first and last and first > last:
        raise CannotStartError(f"--from {first} is after --to {last}")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, YYYY-MM-DD") from None


def progress(total: int, unit: str) -> tqdm[NoReturn]:
    """Return a progress bar."""
    on_terminal = sys.stderr.isatty()
    return tqdm(
        total=total,
        unit=f" {unit}",
        unit_scale=True,
        file=sys.stderr,
        dynamic_ncols=on_terminal,
        mininterval=BAR_SECONDS_ON_TERMINAL if on_terminal else BAR_SECONDS_ELSEWHERE,
    )


def tell(line: str) -> None:
    """Write a line to standard error."""
    print(line, file=sys.stderr)
