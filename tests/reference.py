"""The parts of the README that are made from the code: `make docs` writes them, a test compares."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard_app import settings as dashboard_settings
from ingest_api.events.contract import ERROR_CODES
from ingest_api.settings import SETTINGS
from sql.database import DATABASE_VARIABLES
from tests.readme import README


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
    rows += [(name, None, text) for name, text in DATABASE_VARIABLES.items()]
    rows += [
        (setting.variable, setting.default, setting.help) for setting in dashboard_settings.SETTINGS
    ]
    shown = {"WEB_CONCURRENCY": None}  # its help says the default
    return table(
        ("variable", "default", "what"),
        [
            (f"`{name}`", f"`{value}`" if (value := shown.get(name, default)) else "", text)
            for name, default, text in rows
        ],
    )


def error_table() -> str:
    """Return the table of all error codes."""
    return table(("code", "what"), [(f"`{code}`", text) for code, text in ERROR_CODES.items()])


def fill_in(text: str) -> str:
    """Return a README with the parts that are made from the code as they should be."""
    for name, content in (("settings", settings_table()), ("error codes", error_table())):
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        text = before + start + content + "\n" + end + after
    return text


if __name__ == "__main__":
    README.write_text(fill_in(README.read_text()))
