"""Wait until everything answers, then print the URLs and what to try, for `make run`."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

WAIT_SECONDS = 120


def main() -> int:
    """Wait for the API, its database and the dashboard; return the exit code."""
    api, dashboard = api_url(os.environ), dashboard_url(os.environ)
    deadline = time.monotonic() + WAIT_SECONDS
    starter = os.getppid()
    for url in (f"{api}/health", f"{dashboard}/_stcore/health", f"{api}/dbhealth"):
        while not answers(url):
            if time.monotonic() > deadline or os.getppid() != starter:
                return 1
            time.sleep(0.2)
    print(WELCOME.format(api=api, dashboard=dashboard, now=int(time.time())), flush=True)
    return 0


def api_url(environ: Mapping[str, str]) -> str:
    """Return the API's URL on this machine."""
    return f"http://127.0.0.1:{environ.get('PORT') or 8088}"


def dashboard_url(environ: Mapping[str, str]) -> str:
    """Return the dashboard's URL on this machine."""
    base = (environ.get("DASHBOARD_BASE_PATH") or "").strip("/")
    return f"http://127.0.0.1:{environ.get('DASHBOARD_PORT') or 8501}/{base}".rstrip("/")


def answers(url: str) -> bool:
    """Return whether a URL answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=3):
            return True
    except (urllib.error.URLError, OSError):
        return False


WELCOME = """
  Minigem Telemetry is up.
    API        {api}
    dashboard  {dashboard}
  Try: curl {api}/t -d '{{"schema":"jwc.v1","anon":"me","evt":"app.started","t":{now}}}'
  Then see {api}/stats. Ctrl-C stops everything.
"""


if __name__ == "__main__":
    sys.exit(main())
