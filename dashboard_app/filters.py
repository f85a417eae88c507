"""The filter: which events the pages show.

It is set in the sidebar (frame/filter_bar.py) or by a click in a chart, and kept in the URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from dashboard_app.dimensions import FILTERED
from dashboard_app.places import country_name

# more than anyone chooses, few enough for a statement
MOST_VALUES = 50


@dataclass(frozen=True)
class Filters:
    """The values that events must have, in the fields of FILTERED; an empty field is no filter."""

    countries: tuple[str, ...] = ()  # codes, or Unknown
    systems: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    event: str | None = None

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def __str__(self) -> str:
        """Return the chosen values as readable text: Germany, France · 1.10.0."""
        names = tuple(country_name(code) for code in self.countries)
        chosen = (names, self.systems, self.versions, self.hosts, (self.event,))
        return " · ".join(", ".join(filter(None, values)) for values in chosen if any(values))

    def but(self, *fields: str) -> Filters:
        """Return the filter without some fields: a chart shows all values it can filter by."""
        blank = Filters()
        return replace(self, **{field: getattr(blank, field) for field in fields})

    def parameters(self) -> dict[str, Any]:
        """Return the queries' parameters; null is no filter."""
        return {field: list(v) if isinstance(v, tuple) else v for field, v in self._set().items()}

    def query(self) -> list[tuple[str, str]]:
        """Return the URL parameters that set this filter."""
        keys = {dimension.field: dimension.key for dimension in FILTERED}
        pairs: list[tuple[str, str]] = []
        for field, values in self._set().items():
            for value in (values,) if isinstance(values, str) else values or ():
                shown = country_name(value) if field == "countries" else value
                pairs.append((keys[field], shown))
        return pairs

    def picked(self, values: Mapping[str, str]) -> Filters:
        """Return the filter after a click on `values`, by field: set, or cleared if already set."""
        wanted: dict[str, Any] = {
            field: value if field == "event" else (value,) for field, value in values.items()
        }
        if all(getattr(self, field) == value for field, value in wanted.items()):
            return self.but(*wanted)
        return replace(self, **wanted)

    def _set(self) -> dict[str, Any]:
        return {field: value or None for field, value in vars(self).items()}
