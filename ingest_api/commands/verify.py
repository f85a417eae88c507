"""`minigem verify`: recompute every rollup from the events, and say what differs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

import psycopg

from ingest_api.commands.command import (
    CANNOT_START,
    DONE,
    INTERRUPTED,
    STOPPED,
    add_days,
    connected,
    parser_of,
    progress,
    require_order,
    tell,
)
from ingest_api.commands.import_events.failure import CannotStartError, reason
from ingest_api.loading.rollups.verification import Verification
from ingest_api.settings import SettingError, read_settings
from sql.run_events import REBUILD, RunEventsError

PROGRAM = "minigem verify"
DESCRIPTION = """\
Compare every rollup with telemetry.events, and print what differs: a line per table and day. It
takes the server's settings: DATABASE_URL, DATA_DIR and so on. The server may be running; nothing is
changed.
"""
NOTES = """\
The rollups visitors and visitor_years have no days: they are always compared as a whole, with
visitor_days. Taken as given: the days and first visits that RETENTION_DAYS deleted, and which names
were admitted on a day (MAX_VALUES).
"""
EXIT_CODES = """\
Exit codes: 0 all equal, 1 something differs or could not be compared, 2 could not start,
130 interrupted.\
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = parser_of(PROGRAM, DESCRIPTION, NOTES, EXIT_CODES)
    add_days(parser)
    options = parser.parse_args(arguments)
    try:
        require_order(options.first, options.last)
        settings = read_settings(os.environ)
        with connected(settings, "telemetry verify") as (connection, _):
            return verify(connection, options.first, options.last)
    except (CannotStartError, SettingError) as error:
        tell(f"Nothing was compared: {error}")
        return CANNOT_START
    except (RunEventsError, psycopg.Error, OSError) as error:
        tell(f"Stopped: {reason(error)}")
        return STOPPED
    except KeyboardInterrupt:
        tell("Stopped.")
        return INTERRUPTED


def verify(connection: psycopg.Connection, first: date | None, last: date | None) -> int:
    """Compare, and print what differs; return the exit code."""
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
        print(f"{differences:,} differences in {len(days):,} days; `{REBUILD}` mends them.")
        return STOPPED
    print(f"The rollups of {len(days):,} days equal the events.")
    return DONE
