"""Run the ingest API: `python -m ingest_api`."""

from __future__ import annotations

import os
import sys

from ingest_api.operational_log import set_up_logging
from ingest_api.server import Server, StartError
from ingest_api.settings import SettingError, read_settings
from sql.database import find


def main() -> int:
    """Serve; return the exit code."""
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
    code = main()
    # a thread that a hanging database holds must not keep the process
    sys.stderr.flush()
    os._exit(code)
