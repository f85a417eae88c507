"""The documentation pages: their text, code blocks, links and headings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
# paths from the root
PAGES: Final = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
)
FENCED: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def read(page: str) -> str:
    """Return a page's text."""
    return (ROOT / page).read_text()


def blocks(language: str, *pages: str) -> list[str]:
    """Return the code blocks of a language in these pages, or in all."""
    return [
        code
        for page in pages or PAGES
        for found, code in FENCED.findall(read(page))
        if found == language
    ]


def links(page: str) -> list[str]:
    """Return the targets of a page's links and pictures that are not on the web."""
    text = FENCED.sub("", read(page))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def anchors(page: str) -> set[str]:
    """Return the names under which GitHub links to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
