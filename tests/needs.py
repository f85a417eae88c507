"""Print the Debian packages that the tests need and this machine lacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# program -> its package
PROGRAMS = {
    "chromium": "chromium",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "redis-server": "redis-server",
    "strace": "strace",
    "wrk": "wrk",
}
POSTGRESQL = Path("/usr/lib/postgresql")


def missing() -> list[str]:
    """Return the names of the packages."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    packages = [
        package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)
    ]
    if not list(POSTGRESQL.glob("*/bin/postgres")):
        packages.append("postgresql")
    return packages


if __name__ == "__main__":
    print(*missing())
