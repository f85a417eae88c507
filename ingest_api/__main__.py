"""Run the ingest API, `python -m ingest_api`, or one of its commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from ingest_api.serving.operational_log import set_up_logging
from ingest_api.serving.parent import Server, StartError
from ingest_api.settings import SettingError, read_settings
from sql.database import find

COMMANDS = ("forget", "import_events", "rebuild", "verify")
USAGE = """\
usage: python -m ingest_api                    serve
       python -m ingest_api forget             remove what is known of one visitor
       python -m ingest_api import_events      copy the events of the original Node server
       python -m ingest_api rebuild            make the rollups anew from the events
       python -m ingest_api verify             compare the rollups with the events
Each command has --help.\
"""


def main(arguments: Sequence[str]) -> int:
    """Serve, or run a command; return the exit code."""
    if not arguments:
        return serve()
    if arguments[0] in COMMANDS:
        # a service manager's stop is as good as Ctrl-C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        code: int = import_module(f"ingest_api.{arguments[0]}").main(arguments[1:])
        return code
    asked = arguments[0] in ("-h", "--help")
    print(USAGE, file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def serve() -> int:
    """Serve; return the exit code."""
    os.umask(0o077)  # what we write is nobody else's to read
    try:
        settings = read_settings(os.environ)
        set_up_logging(settings.log_level)
        database = find(os.environ, settings.data_dir.absolute() / "postgres")
        Server(settings, database).run()
    except (SettingError, StartError, ValueError, OSError) as error:
        print(f"minigem-telemetry can't start: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except SystemExit as end:  # argparse's
        code = end.code if isinstance(end.code, int) else 1
    # a thread that a hanging database holds must not keep the process
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
