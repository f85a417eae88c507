"""The generated tables in docs/: `make docs` writes them, a test compares them with the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from dashboard_app import settings as dashboard_settings
from ingest_api.events.contract import ERROR_CODES
from ingest_api.settings import SETTINGS
from sql.application import APPLICATION_VARIABLES
from tests.docs import ROOT, read


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell for cell in line) + " |" for line in lines)


def settings_table() -> str:
    """Return the table of all settings."""
    rows = [
        (setting.metadata["variable"], setting.metadata["default"], setting.metadata["help"])
        for setting in SETTINGS
    ]
    rows += [(name, *told) for name, told in APPLICATION_VARIABLES.items()]
    rows += [
        (setting.variable, setting.default, setting.help) for setting in dashboard_settings.SETTINGS
    ]
    shown = {"WEB_CONCURRENCY": None}  # its help says the default
    return table(
        ("variable", "default", "description"),
        [
            (f"`{name}`", f"`{value}`" if (value := shown.get(name, default)) else "", text)
            for name, default, text in rows
        ],
    )


def error_table() -> str:
    """Return the table of all error codes."""
    return table(("code", "meaning"), [(f"`{code}`", text) for code, text in ERROR_CODES.items()])


# page -> the name in its markers, and the table between them
GENERATED: Final[dict[str, tuple[str, Callable[[], str]]]] = {
    "docs/settings.md": ("settings", settings_table),
    "docs/api.md": ("error codes", error_table),
}


def fill_in(page: str) -> str:
    """Return a page's text with its generated table. Raises ValueError without its markers."""
    name, content = GENERATED[page]
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, after = read(page).split(start)
    return before + start + content() + "\n" + end + after.split(end)[1]


if __name__ == "__main__":
    for page in GENERATED:
        (ROOT / page).write_text(fill_in(page))
