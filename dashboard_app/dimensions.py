"""The dimensions of events, with their names in URLs, queries and on pages."""

from __future__ import annotations

from typing import Final, NamedTuple

from dashboard_app import theme


class Dimension(NamedTuple):
    """One dimension. The first five are fields of the filter; the others have no `key`."""

    column: str  # in events and rollups, and the value of the queries' parameter `dimension`
    plural: str
    field: str = ""  # in Filters, and the name of the queries' parameter
    key: str = ""  # of its widget, and its name in the URL
    label: str = ""
    short: str = ""  # in a choice of dimensions
    colours: tuple[str, ...] = theme.CATEGORIES

    @property
    def is_version(self) -> bool:
        """Return whether its values are versions, which have an order."""
        return self.colours is theme.ORDERED


DIMENSIONS: Final = {
    dimension.column: dimension
    for dimension in (
        Dimension("country", "countries", "countries", "country", "Country"),
        Dimension("os", "systems", "systems", "os", "Operating system", "System"),
        Dimension(
            "ext", "versions", "versions", "version", "Application version", "Application",
            theme.ORDERED,
        ),
        Dimension(
            "vscode", "host versions", "hosts", "host", "Host version", "Host", theme.ORDERED
        ),
        Dimension("evt", "event names", "event", "event", "Event"),
        Dimension("exception", "exceptions"),
        Dimension("exit", "exit codes"),
        Dimension("output", "output sizes"),
    )
}  # fmt: skip
FILTERED: Final = tuple(dimension for dimension in DIMENSIONS.values() if dimension.key)
