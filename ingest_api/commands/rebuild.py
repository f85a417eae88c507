"""`minigem rebuild`: recompute the rollups from the events."""

from __future__ import annotations

import argparse

from ingest_api.commands.command import (
    DONE,
    Command,
    add_days,
    command_parser,
    connected,
    progress,
    require_order,
)
from ingest_api.loading.rollups.rebuilding import Rebuild
from ingest_api.loading.view_refresh import Refresher
from ingest_api.settings import Settings, event_prefix
from sql.application import Application
from sql.run_events import REBUILD, require_run_events

DESCRIPTION = """\
Recompute the rollups from telemetry.events, one day per transaction. It takes the server's
settings: DATABASE_URL, DATA_DIR and so on. The server may be running, except with --run-events.
"""
NOTES = """\
It can be stopped and repeated. Days and first visits that RETENTION_DAYS deleted are not changed.
The rollups of any other day without events are deleted.
"""


def command_line() -> argparse.ArgumentParser:
    """Return the argument parser."""
    parser = command_parser(REBUILD, DESCRIPTION, NOTES)
    add_days(parser)
    parser.set_defaults(begun=None)  # the Rebuild, once it has started
    parser.add_argument(
        "--run-events", type=_read_prefix, metavar="PREFIX",
        help="new prefix of the run events' names, such as java.run; recomputes all days; no "
        "server may be connected to the database",
    )  # fmt: skip
    parser.add_argument(
        "--names", action="store_true",
        help="also choose each day's names again (MAX_VALUES), those with most events first, in "
        "case early names crowded out others",
    )  # fmt: skip
    return parser


def work(options: argparse.Namespace, settings: Settings, application: Application) -> int:
    """Rebuild the rollups; return the exit code."""
    require_order(options.first, options.last)
    with connected(application, "telemetry rebuild") as connection:
        if options.run_events is None:
            require_run_events(connection, settings.run_events)
        options.begun = Rebuild(
            connection,
            options.run_events,
            options.first,
            options.last,
            settings.max_values,
            names=options.names,
        )
        rebuild(options.begun)
        Refresher(application.database).refresh_changed(connection)
        return DONE


def rebuild(rollups: Rebuild) -> None:
    """Rebuild all days, then repair the visitors; print what was done."""
    with progress(len(rollups.days) + 1, "days") as bar:
        for day in rollups.days:
            rollups.make_day(day)
            bar.update()
        visitors = rollups.repair_visitors()
        bar.update()
    repaired = f", and those of {visitors:,} visitors repaired" if visitors else ""
    print(f"The rollups of {len(rollups.days):,} days were rebuilt{repaired}.")


def go_on(options: argparse.Namespace) -> str:
    """Return the command that continues with the rest."""
    command, begun = REBUILD, options.begun
    if begun is not None and not begun.changes_all:
        command += " --names" if options.names else ""
        command += f" --from {begun.next_day}" if begun.next_day else ""
        command += f" --to {options.last}" if options.last else ""
    return f"Continue with `{command}`."


main = Command(command_line, work, nothing="Nothing was rebuilt", go_on=go_on)


def _read_prefix(text: str) -> str:
    try:
        return event_prefix(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
