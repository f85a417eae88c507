"""`minigem rebuild`: make the rollups anew from the events."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

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
from ingest_api.loading.rollups.rebuilding import Rebuild
from ingest_api.loading.view_refresh import Refresher
from ingest_api.settings import SettingError, event_prefix, read_settings
from sql.run_events import REBUILD, RunEventsError, require_run_events

DESCRIPTION = """\
Recompute the rollups from telemetry.events, one day per transaction. It takes the server's
settings: DATABASE_URL, DATA_DIR and so on. The server may be running, except with --run-events.
"""
NOTES = """\
It can be stopped and repeated. Days and first visits that RETENTION_DAYS deleted stay as they are;
a day without events loses its rollups, unless RETENTION_DAYS deleted them.
"""


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = parser_of(REBUILD, DESCRIPTION, NOTES)
    add_days(parser)
    parser.add_argument(
        "--run-events", type=_read_prefix, metavar="PREFIX",
        help="the start of the run events' names from now on, such as java.run; recomputes all "
        "days, while no server is connected to the database",
    )  # fmt: skip
    parser.add_argument(
        "--names", action="store_true",
        help="also choose again which names each day keeps (MAX_VALUES), those with most events, "
        "if the first to come have shut out others",
    )  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = command_line().parse_args(arguments)
    work: Rebuild | None = None
    try:
        require_order(options.first, options.last)
        settings = read_settings(os.environ)
        with connected(settings, "telemetry rebuild") as (connection, database):
            days = options.first, options.last
            if options.run_events is None:
                require_run_events(connection, settings.run_events)
            work = Rebuild(
                connection, options.run_events, *days, settings.max_values, names=options.names
            )
            rebuild(work)
            Refresher(database).refresh_changed(connection)
            return DONE
    except (CannotStartError, RunEventsError, SettingError) as error:
        tell(f"Nothing was rebuilt: {error}")
        return CANNOT_START
    except (psycopg.Error, OSError) as error:
        tell(f"Stopped: {reason(error)}. {_go_on(work, options)}")
        return STOPPED
    except KeyboardInterrupt:
        tell(f"Stopped. {_go_on(work, options)}")
        return INTERRUPTED


def rebuild(work: Rebuild) -> None:
    """Make all days anew, then mend the visitors; say what was done."""
    with progress(len(work.days) + 1, "days") as bar:
        for day in work.days:
            work.make_day(day)
            bar.update()
        visitors = work.mend_visitors()
        bar.update()
    mended = f", {visitors:,} visitors mended" if visitors else ""
    print(f"The rollups of {len(work.days):,} days were made anew{mended}.")


def _go_on(work: Rebuild | None, options: argparse.Namespace) -> str:
    """Return what to run to go on with the rest."""
    command = REBUILD
    if work is not None and not work.changes_all:
        command += " --names" if options.names else ""
        command += f" --from {work.next_day}" if work.next_day else ""
        command += f" --to {options.last}" if options.last else ""
    return f"Go on with `{command}`."


def _read_prefix(text: str) -> str:
    try:
        return event_prefix(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
