"""The order of versions."""

from __future__ import annotations

import re


def version_order(version: str) -> list[tuple[int, int, str]]:
    """Return a sort key for versions: 1.9 before 1.10, 2.0-rc1 before 2.0."""
    parts = re.findall(r"[0-9]+|[a-z]+", version.lower().removeprefix("v"))
    # a further number is newer than no suffix, which is newer than a word such as beta
    return [(2, int(part), "") if part.isdigit() else (0, 0, part) for part in parts] + [(1, 0, "")]
