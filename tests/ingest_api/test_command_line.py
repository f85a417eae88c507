"""`minigem`: its commands, their help and exit codes, as they are documented."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from ingest_api.__main__ import COMMANDS, USAGE
from tests.docs import read

NAMES = ("serve", *COMMANDS)


def minigem(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line without any settings."""
    return subprocess.run(
        [sys.executable, "-m", "ingest_api", *arguments],
        env={}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_usage_and_the_docs_list_every_command() -> None:
    assert re.findall(r"^  (\w+) ", USAGE, re.MULTILINE) == list(NAMES)
    documented = re.findall(r"^\| `minigem (\w+)` \|", read("docs/deployment.md"), re.MULTILINE)
    assert documented == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_s_help_fits_a_page_and_ends_with_its_exit_codes(name: str) -> None:
    done = minigem(name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: minigem {name} ")
    codes = re.search(r"^Exit codes: (.+)\Z", done.stdout, re.DOTALL | re.MULTILINE)
    assert codes
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["serve", "--fast"], 2),
        (["unknown"], 2),
        (["verify", "--from", "today"], 2),
    ],
)
def test_what_is_asked_for_wrongly_is_answered_with_the_usage(
    arguments: list[str], code: int
) -> None:
    done = minigem(*arguments)
    assert done.returncode == code
    assert (done.stderr if code else done.stdout).startswith("usage: minigem")
