"""What the commands of `minigem` share: help, exit codes, the database, a progress bar."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import NoReturn

import psycopg
from tqdm import tqdm

from ingest_api.failure import CannotStartError, StoppedError, reason
from ingest_api.settings import Settings, read_settings
from sql.application import Application, default_application
from sql.database import EmbeddedDatabase
from sql.migrate import require_current
from sql.run_events import RunEventsError
from sql.statements import statement

DONE, STOPPED, CANNOT_START, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = "Exit codes: 0 done, 1 stopped by a failure, 2 could not start, 130 interrupted."
BAR_SECONDS_ON_TERMINAL, BAR_SECONDS_ELSEWHERE = 0.2, 5.0


def command_parser(
    program: str, description: str, notes: str = "", exit_codes: str = EXIT_CODES
) -> argparse.ArgumentParser:
    """Return a command's argument parser; its help ends with notes and the exit codes."""
    return argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=f"{notes}\n{exit_codes}" if notes else exit_codes,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


@dataclass(frozen=True)
class Command:
    """A command: its options, its work, which returns the exit code, and how to resume it."""

    parser: Callable[[], argparse.ArgumentParser]
    work: Callable[[argparse.Namespace, Settings, Application], int]
    _: KW_ONLY
    nothing: str  # starts the error line if nothing was done
    stopped: str = "Stopped"  # starts the error line if something was
    go_on: Callable[[argparse.Namespace], str] = lambda _: ""

    def __call__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
        """Run the command and return its exit code; if it stops early, print why in one line."""
        options = self.parser().parse_args(arguments)
        try:
            return self.work(options, *configured(environ))
        except (CannotStartError, RunEventsError) as error:
            tell(f"{self.nothing}: {error}")
            return CANNOT_START
        except (StoppedError, psycopg.Error, OSError) as error:
            tell(f"{self.stopped}: {reason(error)}. {self.go_on(options)}".rstrip())
            return STOPPED
        except KeyboardInterrupt:
            tell(f"Stopped. {self.go_on(options)}".rstrip())
            return INTERRUPTED


def configured(environ: Mapping[str, str]) -> tuple[Settings, Application]:
    """Read the environment. Raises CannotStartError, which names the invalid variable."""
    try:
        return read_settings(environ), default_application(environ)
    except ValueError as error:
        raise CannotStartError(str(error)) from None


@contextmanager
def connected(application: Application, name: str) -> Iterator[psycopg.Connection]:
    """Connect to an application's database as the login itself, in autocommit mode.

    Raises CannotStartError if the database doesn't exist, can't be reached, or has tables of
    another version: only a server migrates them, since it knows RUN_EVENTS.
    """
    database = application.database
    if isinstance(database, EmbeddedDatabase) and not database.is_made():
        # connecting would create an empty database
        raise CannotStartError(
            f"there is no database in {application.folder}: set DATABASE_URL or DATA_DIR as for "
            "the server; if they are in .env, run `set -a; . ./.env; set +a` first"
        )
    try:
        try:
            database.ensure_running()
            connection = psycopg.connect(database.conninfo, autocommit=True, application_name=name)
            require_current(connection)
            connection.execute(statement("queries/no_time_limits"))
        except (psycopg.Error, RuntimeError) as error:
            raise CannotStartError(f"the database can't be used: {reason(error)}") from error
        with connection:
            yield connection
    finally:
        database.release()


def add_days(parser: argparse.ArgumentParser) -> None:
    """Add the options --from and --to: `first` and `last`, UTC days or None."""
    for option, name in (("--from", "first"), ("--to", "last")):
        parser.add_argument(
            option, dest=name, type=read_day, metavar="YYYY-MM-DD",
            help=f"{name} day, UTC (default: all days with events)",
        )  # fmt: skip


def require_order(first: date | None, last: date | None) -> None:
    """Raise CannotStartError if the days are in the wrong order."""
    if first and last and first > last:
        raise CannotStartError(f"--from {first} is after --to {last}")


def read_day(text: str) -> date:
    """Read a day, YYYY-MM-DD."""
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
    """Write a line to standard error, above the progress bar, if any."""
    tqdm.write(line, file=sys.stderr)
