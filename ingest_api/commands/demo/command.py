"""`minigem demo`: send realistic events to a running server."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from ingest_api.commands.command import (
    DONE,
    INTERRUPTED,
    STOPPED,
    command_parser,
    progress,
    read_day,
    tell,
)
from ingest_api.commands.demo.batches import Batch, batches
from ingest_api.commands.demo.generator import History
from ingest_api.commands.demo.landing import wait_until_loaded
from ingest_api.commands.demo.period import period_up_to
from ingest_api.commands.demo.sender import Answer, Sender, SendError
from ingest_api.commands.welcome import api_url, dashboard_url

DESCRIPTION = """\
Send a realistic history of an editor extension that runs Java code to a running server. The same
options produce the same events, and the server stores each once, however often it is sent.
"""
EXIT_CODES = (
    "Exit codes: 0 all is in /stats, 1 stopped by a failure, 2 wrong options, 130 interrupted."
)


def whole_number(text: str) -> int:
    """Read a whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: should be a whole number, 1 or more")
    return int(text)


def command_line(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the argument parser."""
    parser = command_parser("minigem demo", DESCRIPTION, exit_codes=EXIT_CODES)
    parser.add_argument(
        "--events", type=whole_number, default=60_000, metavar="N",
        help="exact number of events (default: 60000)",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=whole_number, default=90, metavar="N",
        help="number of UTC days (default: 90)",
    )  # fmt: skip
    parser.add_argument(
        "--url", default=api_url(environ), metavar="URL",
        help="URL of the server (default: this machine, at PORT or 8088)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N",
        help="random seed; another one gives other visitors (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--end", type=read_day, metavar="YYYY-MM-DD",
        help="last UTC day (default: today, up to the last full hour)",
    )  # fmt: skip
    return parser


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command; return its exit code."""
    parser = command_line(environ)
    options = parser.parse_args(arguments)
    now = datetime.now(UTC)
    try:
        period = period_up_to(options.end or now.date(), options.days, now)
        sender = Sender(options.url, tell)
    except ValueError as error:
        parser.error(str(error))
    try:
        sender.check()
        tell(f"Sending {options.events:,} events from {period.first} to {period.last}:")
        history = History(options.seed, options.events, period)
        answers: list[Answer] = []
        with progress(options.events, "events") as bar:

            def acknowledge(batch: Batch, answer: Answer) -> None:
                answers.append(answer)
                bar.update(batch.events)

            sender.send(batches(history.arrivals()), acknowledge)
        wait_until_loaded(sender.database_health, tell)
    except SendError as error:
        tell(str(error))
        return STOPPED
    except KeyboardInterrupt:
        tell("Stopped. Repeat the command to send the rest: nothing is stored twice.")
        return INTERRUPTED
    accepted = sum(answer.accepted for answer in answers)
    skipped = sum(answer.skipped for answer in answers)
    print(
        f"{accepted:,} events accepted, {skipped:,} skipped, from {history.visitors:,} "
        f"visitors over {period.days:,} days. Look at {dashboard_url(environ)} or "
        f"{options.url.rstrip('/')}/stats?from={period.first}&to={period.last}"
    )
    return DONE
