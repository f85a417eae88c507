"""`minigem verify`: recompute every rollup from the events, and report differences."""

from __future__ import annotations

import argparse
from datetime import date

import psycopg

from ingest_api.commands.command import (
    DONE,
    STOPPED,
    Command,
    add_days,
    command_parser,
    connected,
    progress,
    require_order,
)
from ingest_api.failure import StoppedError
from ingest_api.loading.rollups.verification import Verification
from ingest_api.settings import Settings
from sql.application import Application
from sql.run_events import REBUILD, RunEventsError

DESCRIPTION = """\
Compare every rollup with telemetry.events, and print the differences: one line per table and day.
It takes the server's settings: DATABASE_URL, DATA_DIR and so on. The server may be running; nothing
is changed.
"""
NOTES = """\
The rollups visitors and visitor_years have no days: they are always compared in full, with
visitor_days. Not checked: the days and first visits that RETENTION_DAYS deleted, and which names
were admitted on a day (MAX_VALUES).
"""
EXIT_CODES = """\
Exit codes: 0 all equal, 1 something differs or could not be compared, 2 could not start,
130 interrupted.\
"""


def command_line() -> argparse.ArgumentParser:
    """Return the argument parser."""
    parser = command_parser("minigem verify", DESCRIPTION, NOTES, EXIT_CODES)
    add_days(parser)
    return parser


def work(options: argparse.Namespace, _: Settings, application: Application) -> int:
    """Compare the rollups with the events; return the exit code."""
    require_order(options.first, options.last)
    with connected(application, "telemetry verify") as connection:
        try:
            return verify(connection, options.first, options.last)
        except RunEventsError as error:  # a rebuild started meanwhile
            raise StoppedError(str(error)) from error


main = Command(command_line, work, nothing="Nothing was compared")


def verify(connection: psycopg.Connection, first: date | None, last: date | None) -> int:
    """Compare and print the differences; return the exit code."""
    verification = Verification(connection)
    days = verification.days(first, last)
    differences = 0
    with progress(len(days) + 1, "days") as bar:
        for day in [*days, None]:
            found = verification.of_day(day) if day else verification.of_visitors()
            for difference in found:
                bar.write(str(difference))
            differences += len(found)
            bar.update()
    if differences:
        print(f"{differences:,} differences in {len(days):,} days; `{REBUILD}` fixes them.")
        return STOPPED
    print(f"The rollups of {len(days):,} days match the events.")
    return DONE
