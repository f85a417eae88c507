"""The command line: `minigem`, or `python -m ingest_api`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, NoReturn

from ingest_api.failure import CannotStartError
from ingest_api.serving.operational_log import set_up_logging
from ingest_api.serving.parent import Server
from ingest_api.settings import read_settings
from sql.application import default_application

# each module has a `main(arguments, environ)` that returns the exit code
COMMANDS: Final = {
    "demo": "ingest_api.commands.demo.command",
    "import": "ingest_api.commands.import_events.command",
    "forget": "ingest_api.commands.forget.command",
    "verify": "ingest_api.commands.verify",
    "rebuild": "ingest_api.commands.rebuild",
}
USAGE: Final = """\
usage: minigem [COMMAND]

  serve     run the ingest API (the default)
  demo      send realistic events to a running server
  import    copy the events of the original Node server
  forget    erase one visitor
  verify    compare every rollup with the events
  rebuild   recompute the rollups from the events

The settings are environment variables: see docs/settings.md. Each command has --help.\
"""
SERVE_DESCRIPTION: Final = """\
Run the ingest API: accept events, load them into the database, answer /stats. The settings are
environment variables: see docs/settings.md.
"""
SERVE_EXIT_CODES: Final = (
    "Exit codes: 0 stopped by SIGTERM or Ctrl-C, 2 could not start, 130 stopped before it served."
)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Serve, or run a command; return the exit code."""
    if not arguments or arguments[0] == "serve":
        return serve(arguments[1:], environ)
    if arguments[0] in COMMANDS:
        # SIGTERM means the same as Ctrl-C; SIGINT may have been inherited as ignored
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.default_int_handler)
        code: int = import_module(COMMANDS[arguments[0]]).main(arguments[1:], environ)
        return code
    asked = arguments[0] in ("-h", "--help")
    print(USAGE, file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def serve(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Serve; return the exit code."""
    options = serve_parser().parse_args(arguments)
    os.umask(0o077)  # only our own user may read our files
    # until the server handles it: it may have been inherited as ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        settings = read_settings(environ)
        set_up_logging(settings.log_level)
        Server(settings, default_application(environ), plain=options.plain).run()
    except (CannotStartError, ValueError, OSError) as error:
        print(f"minigem-telemetry can't start: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("minigem-telemetry was stopped before it started serving", file=sys.stderr)
        return 130
    return 0


def serve_parser() -> argparse.ArgumentParser:
    """Return the argument parser of `minigem serve`."""
    parser = argparse.ArgumentParser(
        prog="minigem serve",
        description=SERVE_DESCRIPTION,
        epilog=SERVE_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--plain", action="store_true",
        help="use only Waitress's public interface: slower, but works with newer releases of "
        "Waitress",
    )  # fmt: skip
    return parser


def run() -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        code = main(sys.argv[1:], os.environ)
    except SystemExit as end:  # argparse's
        code = end.code if isinstance(end.code, int) else 1
    # a thread stuck in a hanging database must not keep the process alive
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
