"""The commands of the Makefile: what they hand on to what they start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dashboard_app.query.lag import Lag, loader_lag
from tests.dashboard_app.running import ROOT
from tests.server import RunningServer, free_port

# as many processes as ours, in the same order; the second one's end is the end of all
PROCFILE = "ingest: exec sleep 60\ndashboard: exec env -0 > environment\n"


def checkout(folder: Path, env_file: str) -> None:
    """Make what `make` takes for a checkout that is installed, with a `.env`."""
    (folder / "Makefile").symlink_to(ROOT / "Makefile")
    (folder / "requirements.lock").touch()
    (folder / "requirements-dev.lock").touch()
    (folder / "pyproject.toml").touch()
    (folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    (folder / ".venv/.installed").touch()
    (folder / ".venv/.develops").touch()
    (folder / ".env").write_text(env_file)


def make(folder: Path, *arguments: str) -> str:
    """Run make in a checkout, with the settings of its `.env` alone; return what it said."""
    done = subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def given_to_the_dashboard(folder: Path, env_file: str) -> dict[str, str]:
    """Return the environment that `make run` gives the second process."""
    checkout(folder, env_file)
    (folder / "Procfile").write_text(PROCFILE)
    make(folder, "run")
    lines = (folder / "environment").read_text().rstrip("\0").split("\0")
    return dict(line.split("=", 1) for line in lines)


def test_values_in_the_env_file_are_the_shells(tmp_path: Path) -> None:
    given = given_to_the_dashboard(
        tmp_path,
        f"PORT={free_port()}\nYEARLY_SALT=s3cret#long\n"
        "DASHBOARD_PASSWORD='of $5 & more # words'  # a remark\n",
    )
    assert given["YEARLY_SALT"] == "s3cret#long"
    assert given["DASHBOARD_PASSWORD"] == "of $5 & more # words"


def test_the_dashboard_asks_the_api_for_the_lag_at_the_port_that_it_has(
    tmp_path: Path, shared_server: RunningServer
) -> None:
    shared_server.settle()
    given = given_to_the_dashboard(tmp_path, f"PORT={shared_server.port}\n")
    assert given["PORT"] != str(shared_server.port)
    assert loader_lag(given) == Lag(0, 0)


def test_the_demo_is_sent_to_the_server_of_the_env_file(
    tmp_path: Path, server: RunningServer
) -> None:
    checkout(tmp_path, f"PORT={server.port}\nDASHBOARD_PORT=8601\nDASHBOARD_BASE_PATH=/board/\n")
    said = make(tmp_path, "demo", "events=20", "days=2")
    assert said.startswith("20 events accepted, ")
    assert f"Look at http://127.0.0.1:8601/board or {server.url}/stats?" in said
