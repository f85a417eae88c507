"""The filter: which events the pages are about.

It is chosen in the sidebar or by a click in a chart, and kept in the URL. Each widget's key is its
name there, so a shared link opens the same view. They are drawn in the frame, before the page: what
a page draws is forgotten when another page is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import streamlit as st

from dashboard_app.countries import UNKNOWN, country_codes, country_name

# the filter's fields, by the key of their widget, which is their name in the URL
KEYS: Final = {
    "countries": "country",
    "systems": "os",
    "versions": "version",
    "hosts": "host",
    "event": "event",
}
LABELS: Final = {
    "systems": ("Operating system", "All systems"),
    "versions": ("Application version", "All versions"),
    "hosts": ("Host version", "All hosts"),
}
# more than anybody chooses, few enough for a statement
MOST_VALUES = 50


@dataclass(frozen=True)
class Filters:
    """What events must be of; an empty field is no filter."""

    countries: tuple[str, ...] = ()  # codes, or Unknown
    systems: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    event: str | None = None

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def __str__(self) -> str:
        """Return the chosen values as people read them: Germany, France · 1.10.0."""
        names = tuple(country_name(code) for code in self.countries)
        chosen = (names, self.systems, self.versions, self.hosts, (self.event,))
        return " · ".join(", ".join(filter(None, values)) for values in chosen if any(values))

    def but(self, *fields: str) -> Filters:
        """Return the filter without some fields: a chart shows all it can be filtered to."""
        blank = Filters()
        return replace(self, **{field: getattr(blank, field) for field in fields})

    def parameters(self) -> dict[str, Any]:
        """Return the queries' parameters; null is no filter."""
        return {field: list(v) if isinstance(v, tuple) else v for field, v in self._set().items()}

    def query(self) -> list[tuple[str, str]]:
        """Return the pairs of a URL that choose this filter."""
        pairs: list[tuple[str, str]] = []
        for field, values in self._set().items():
            for value in (values,) if isinstance(values, str) else values or ():
                shown = country_name(value) if field == "countries" else value
                pairs.append((KEYS[field], shown))
        return pairs

    def picked(self, values: Mapping[str, str]) -> Filters:
        """Return the filter after `values` were clicked, by field: just these, or none again."""
        wanted: dict[str, Any] = {
            field: value if field == "event" else (value,) for field, value in values.items()
        }
        if all(getattr(self, field) == value for field, value in wanted.items()):
            return self.but(*wanted)
        return replace(self, **wanted)

    def _set(self) -> dict[str, Any]:
        return {field: value or None for field, value in vars(self).items()}


def choose_filters(options: Mapping[str, Sequence[str]]) -> Filters:
    """Draw the filter; return what is chosen. `options` has the choices by field."""
    used = [code for code in options.get("countries", ()) if code in country_codes()]
    countries = _choose_some(
        "countries",
        "Country",
        "All countries",
        [*dict.fromkeys((*used, *country_codes(), UNKNOWN))],
        format_func=country_name,
    )
    chosen = {
        field: _choose_some(field, label, everything, _with_chosen(field, options))
        for field, (label, everything) in LABELS.items()
    }
    event = st.selectbox(
        "Event",
        _with_chosen("event", options),
        index=None,
        placeholder="All events",
        key=KEYS["event"],
        bind="query-params",
    )
    return Filters(countries=countries, **chosen, event=event)


def choose(filters: Filters) -> None:
    """Choose a filter in the sidebar's stead: for callbacks, which run before it is drawn."""
    for field, key in KEYS.items():
        value = getattr(filters, field)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value


def _choose_some(
    field: str, label: str, everything: str, options: Sequence[str], **more: Any
) -> tuple[str, ...]:
    chosen = st.multiselect(
        label,
        options,
        placeholder=everything,
        max_selections=MOST_VALUES,
        key=KEYS[field],
        bind="query-params",
        **more,
    )
    return tuple(chosen)


def _with_chosen(field: str, options: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a field's choices, those of the URL and of a click among them."""
    key = KEYS[field]
    kept = st.session_state.get(key) or []
    kept = [kept] if isinstance(kept, str) else kept
    return [*dict.fromkeys((*options.get(field, ()), *kept, *st.query_params.get_all(key)))]
