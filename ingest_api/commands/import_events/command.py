"""`minigem import`: copy the events of the original Node server, or of another database of ours.

It reads the table in one snapshot, and needs only the two databases and the salt; both servers may
be running. Every row is stored once, however often the command is stopped and repeated; a later
run adds newer rows.

Odd rows are never dropped without being counted:
- A row without a valid `t`, `anon` or `evt`, or with an `m` that is not an object, is rejected.
- `os`, `ext`, `vscode` longer than 30 characters are cut to 30: the old server had no such limit in
  its table, and a row with a long label is worth more than no row.
- A country that isn't two letters, or a region that isn't a code, is left empty.
- A value that doesn't fit its column (a duration below 0 or past 2^31) stays in `m`.

Events stored by this product, including version 0.1, are copied unchanged: see `stored`.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from contextlib import closing

import msgspec

from ingest_api.commands.command import (
    DONE,
    Command,
    command_parser,
    progress,
    tell,
)
from ingest_api.commands.import_events.rejected_rows import RejectedRows
from ingest_api.commands.import_events.rows import Converter
from ingest_api.commands.import_events.source import EXAMPLE, Source
from ingest_api.commands.import_events.stored import StoredConverter
from ingest_api.commands.import_events.target import Target
from ingest_api.commands.import_events.transfer import Refused, transfer
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.expiry import first_kept_ms
from ingest_api.events.salt import has_salt, read_salt
from ingest_api.failure import CannotStartError
from ingest_api.settings import Settings
from sql.application import Application

DESCRIPTION = """\
Copy the events of the original Node server, or of version 0.1 of this one, from its database into
this one. It uses the server's settings: DATABASE_URL and DATA_DIR are the target, YEARLY_SALT is
the salt. Both servers may be running. You can stop and repeat the command: every row is stored
once, and a later run adds newer rows.
"""
NOTES = """\
The ids of users and sessions are hashed during the import. A user's old and new events get the same
id if the old table holds the ids that clients send today, as the original server's does, and if the
salt has not changed since. Version 0.1 stored hashed ids, so its salt is needed.

Rejected, and written to a file with the reason: rows without a valid time (from 1973 to a day ahead
of now), user id (1 to 128 characters) or event name (1 to 64 of A-Z a-z 0-9 . _ : -), and rows
whose m is not an object. Kept, and counted: os, ext and vscode past 30 characters are cut;
countries that are not two letters and regions that are not a code are left empty. Values that don't
fit their column stay in m.
"""


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser("minigem import", DESCRIPTION, NOTES)
    parser.add_argument(
        "--from", dest="source", required=True, metavar="URL",
        help=f"the old database, {EXAMPLE}; the password may be in ~/.pgpass instead",
    )  # fmt: skip
    parser.add_argument(
        "--table", metavar="NAME",
        help="its table, or schema.table, spelled exactly (default: whichever exists of "
        "telemetry_events and telemetry.events)",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="only read and check the rows; write nothing"
    )
    return parser


def work(options: argparse.Namespace, settings: Settings, application: Application) -> int:
    """Read the old table and copy it, or only check it; return the exit code."""
    with Source(options.source, options.table) as source:
        if not options.dry_run:
            tell(f"Copying into {application.database.name()}.")
        if missing := source.missing_columns():
            tell(f"{source.name} has no column {', '.join(missing)}: left empty.")
        if options.dry_run:
            print(check_rows(source, settings))
        else:
            print(copy_rows(source, settings, application))
    return DONE


main = Command(
    command_line,
    work,
    nothing="The import can't start",
    stopped="The import stopped",
    go_on=lambda _: "Run the same command again to continue: every row is stored once.",
)


class Moment(msgspec.Struct):
    """The time of a log line."""

    t: int


class Nowhere:
    """A target for dry runs: stores nothing, counts the lines past RETENTION_DAYS."""

    def __init__(self, retention_days: int | None) -> None:
        self.expired = 0
        self._first_kept = first_kept_ms(int(time.time() * 1000), retention_days)
        self._moments = msgspec.json.Decoder(Moment).decode_lines

    def store(self, lines: bytes) -> Refused:
        """Count the lines that the database would not keep."""
        self.expired += sum(moment.t < self._first_kept for moment in self._moments(lines))
        return []


def check_rows(source: Source, settings: Settings) -> str:
    """Read and check all rows; return what an import would copy."""
    rejected = RejectedRows(None)
    converter = converter_of(source, Anonymiser("none: the lines go nowhere"))
    nowhere = Nowhere(settings.retention_days)
    rows = source.count()
    with progress(rows, "rows") as bar:
        transfer(source.rows(), converter, rejected, nowhere.store, bar.update)
    return (
        f"Of {rows:,} rows {rows - rejected.reasons.total() - nowhere.expired:,} can be copied"
        f"{left_out(nowhere.expired)}{remarks(rejected, converter)}. Nothing was written."
    )


def copy_rows(source: Source, settings: Settings, application: Application) -> str:
    """Copy all rows; return what was copied."""
    rows = source.count()
    kept = settings.retention_days, settings.max_values
    with (
        closing(Target(application, settings.run_events, *kept)) as target,
        closing(RejectedRows(application.folder / rejected_name())) as rejected,
    ):
        salt = salt_of(source, target, settings, application)
        converter = converter_of(source, Anonymiser(salt))
        with progress(rows, "rows") as bar:
            transfer(source.rows(), converter, rejected, target.store, bar.update)
        return (
            f"{target.copied():,} events copied, {target.known():,} were already stored"
            f"{left_out(target.expired())}{remarks(rejected, converter)}."
        )


def converter_of(source: Source, anonymiser: Anonymiser) -> Converter | StoredConverter:
    """Return the converter from the source's rows to log lines."""
    now_ms = int(time.time() * 1000)
    if not source.is_stored():
        return Converter(anonymiser, now_ms)
    return StoredConverter(anonymiser.session if source.has_raw_sessions() else None, now_ms)


def salt_of(source: Source, target: Target, settings: Settings, application: Application) -> str:
    """Return the server's salt. Raises CannotStartError if it is missing."""
    absent = not has_salt(settings, application.folder)
    if absent and (source.is_stored() or target.has_events()):
        which = "old database" if source.is_stored() else "database"
        raise CannotStartError(
            f"the {which} has events, but their salt is not in {application.folder}: "
            "set DATA_DIR or YEARLY_SALT to the server's value"
        )
    return read_salt(settings, application.folder)


def rejected_name() -> str:
    """Return the name of this run's file of rejected rows."""
    return time.strftime("import-rejected-%Y%m%dT%H%M%SZ.jsonl", time.gmtime())


def left_out(expired: int) -> str:
    """Return how many events are too old, as part of a sentence."""
    return f", {expired:,} past RETENTION_DAYS" if expired else ""


def remarks(rejected: RejectedRows, converter: Converter | StoredConverter) -> str:
    """Return what was rejected or changed, as the end of a sentence."""
    reasons = rejected.reasons
    said = f", {reasons.total():,} rejected"
    if reasons:
        said += f" ({listed(reasons)})"
        said += f", see {rejected.path}" if rejected.path else ""
    return said + (f"; changed: {listed(converter.changes)}" if converter.changes else "")


def listed(counts: Counter[str]) -> str:
    """Return counts in words, highest first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {what}" for what, count in ordered)
