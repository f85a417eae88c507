"""`minigem forget`: erase all data about one visitor.

First the log: the visitor's lines are blanked, so that they can't be loaded again. If a server is
running, the command then waits for its loader, which may already have read such lines. Last, the
database. Each step can be repeated, so if the command is stopped, just run it again.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path

import psycopg

from ingest_api.commands.command import (
    DONE,
    STOPPED,
    Command,
    command_parser,
    connected,
    tell,
)
from ingest_api.commands.forget.loader_wait import wait_for_loader
from ingest_api.commands.forget.log_lines import LogLines, blank_log, blank_rejected
from ingest_api.commands.forget.rows import Rows
from ingest_api.commands.import_events.target import lock_imports
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.salt import has_salt, read_salt
from ingest_api.failure import CannotStartError
from ingest_api.loading.view_refresh import Refresher
from ingest_api.log.folder import IMPORT_FOLDER, IMPORT_REJECTED_FILES, REJECTED_FILES, server_id
from ingest_api.settings import Settings
from sql.application import Application
from sql.run_events import hold_run_events
from sql.statements import statement

DESCRIPTION = """\
Erase one visitor: from the events, from every rollup, session and list, and from the log, its
archives and rejected lines. It takes the server's settings: DATABASE_URL, DATA_DIR, LOG_DIR,
YEARLY_SALT and so on. The server may be running.
"""
NOTES = """\
Events that the visitor sends afterwards are stored as a new visitor's. Events from before a change
of the salt have another id: find them with --visitor. Servers on other machines have their own
logs: repeat the command there. Backups are not changed.
"""
ENDING_DIGITS = 6


def command_line() -> argparse.ArgumentParser:
    """Return the argument parser."""
    parser = command_parser("minigem forget", DESCRIPTION, NOTES)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--anon", metavar="ID",
        help="the user's id as the client sends it; `-` reads it from standard input, which keeps "
        "it out of the process list and the shell history",
    )  # fmt: skip
    who.add_argument(
        "--visitor", metavar="UUID",
        help="the anonymised id, as in the tables; the last six or more digits, as in "
        "“Visitor abc123”, are enough if they are unique",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="only report what would be removed; change nothing"
    )
    return parser


def work(options: argparse.Namespace, settings: Settings, application: Application) -> int:
    """Find the visitor and erase their data; return the exit code."""
    with ExitStack() as stack:
        if application.folder.exists():
            lock = lock_imports(application.folder)
            stack.callback(os.close, lock)
        connection = stack.enter_context(connected(application, "telemetry forget"))
        visitor = (
            visitor_of(connection, options.visitor)
            if options.anon is None
            else hashed(options.anon, settings, application.folder)
        )
        code = forget(connection, application, visitor, options.dry_run)
        if not options.dry_run:
            Refresher(application.database).refresh_changed(connection)
        return code


main = Command(
    command_line,
    work,
    nothing="Nothing was removed",
    go_on=lambda _: "Repeat the command to continue.",
)


def hashed(anon: str, settings: Settings, folder: Path) -> uuid.UUID:
    """Return the visitor with a raw id. Raises CannotStartError without the salt."""
    if anon == "-":
        anon = sys.stdin.readline().rstrip("\r\n")
    if not 1 <= len(anon) <= 128:
        raise CannotStartError("an id has 1 to 128 characters")
    if not has_salt(settings, folder):
        raise CannotStartError(
            f"there is no salt in {folder}: set DATA_DIR or YEARLY_SALT as for the server"
        )
    return uuid.UUID(Anonymiser(read_salt(settings, folder)).visitor(anon))


def visitor_of(connection: psycopg.Connection, text: str) -> uuid.UUID:
    """Return the visitor with an anonymised id, or with its last digits.

    Raises CannotStartError if no visitor has them, or several do.
    """
    digits = re.split("[# ]", text.lower())[-1].replace("-", "")
    if not re.fullmatch(rf"[0-9a-f]{{{ENDING_DIGITS},32}}", digits):
        raise CannotStartError(
            f"--visitor should be a uuid, or its last {ENDING_DIGITS} digits or more"
        )
    if len(digits) == 32:
        return uuid.UUID(digits)
    found = connection.execute(
        statement("maintenance/forget/visitors_ending"), {"ending": digits}
    ).fetchall()
    if not found:
        raise CannotStartError(f"no visitor's anonymised id ends with {digits}")
    if len(found) > 1:
        each = "".join(f"\n  {anon}  {first} to {last}" for anon, first, last in found)
        raise CannotStartError(f"{digits} is ambiguous; use one of these ids:{each}")
    return uuid.UUID(str(found[0][0]))


def forget(
    connection: psycopg.Connection, application: Application, visitor: uuid.UUID, dry_run: bool
) -> int:
    """Erase a visitor, or only count what would be removed; print it, return the exit code."""
    rows = Rows(connection, visitor, hold_run_events(connection))
    counts, days = rows.count(), rows.days()
    lines = LogLines()
    for folder in log_folders(application):
        blanked = blank_log(folder, visitor.hex, dry_run)
        lines.add(blanked)
        if not dry_run:
            wait_for_loader(connection, folder, blanked.ends)
        # after the wait, since the loader may have set lines aside
        lines.rejected += blank_rejected(folder.glob(REJECTED_FILES), visitor.hex, dry_run)
    imported = application.folder.glob(IMPORT_REJECTED_FILES)
    lines.rejected += blank_rejected(imported, visitor.hex, dry_run)
    if not dry_run:
        rows.forget()
    print(summary(visitor, counts, len(days), lines, dry_run))
    if others := other_logs(connection, application.log_folder):
        tell(f"The database has events of {others} other logs: repeat this on their servers.")
    for path in lines.damaged:
        tell(f"{path} is damaged and could not be searched: delete it, or its contents remain.")
    return STOPPED if lines.damaged else DONE


def log_folders(application: Application) -> list[Path]:
    """Return the existing log folders: the server's, and one left by a killed import."""
    folders = (application.log_folder, application.folder / IMPORT_FOLDER)
    return [folder for folder in folders if folder.exists()]


def other_logs(connection: psycopg.Connection, folder: Path) -> int:
    """Return how many other log folders have fed the database."""
    server = server_id(folder) if (folder / "server-id").exists() else None
    row = connection.execute(
        statement("maintenance/forget/other_logs"), {"server": server}
    ).fetchone()
    return int(row[0]) if row else 0


def summary(
    visitor: uuid.UUID, counts: dict[str, int], days: int, lines: LogLines, dry_run: bool
) -> str:
    """Describe what was removed, or would be."""
    name = f"Student #{visitor.hex[-ENDING_DIGITS:]}"
    if not counts and not lines.total():
        return f"{name}: this visitor has no data."
    counts = dict(counts)
    events = counts.pop("events", 0)
    rows = ", ".join(f"{count:,} of {table}" for table, count in counts.items()) or "none"
    return (
        f"{name}: {'would be removed' if dry_run else 'removed'}\n"
        f"  from the database: {events:,} events of {days:,} days; rows: {rows}\n"
        f"  from the log: {lines.log:,} lines, {lines.archived:,} in archives, "
        f"{lines.rejected:,} set aside"
    )
