"""The table of dimensions matches the events, queries and widgets."""

from __future__ import annotations

from dataclasses import fields

from dashboard_app.dimensions import DIMENSIONS, FILTERED
from dashboard_app.filters import Filters
from ingest_api.events.contract import LogLine


def test_the_filter_has_a_field_for_each_dimension_with_a_widget() -> None:
    assert [dimension.field for dimension in FILTERED] == [each.name for each in fields(Filters)]
    assert len({dimension.key for dimension in FILTERED}) == len(FILTERED)


def test_what_can_be_filtered_is_a_column_of_the_events() -> None:
    columns = set(LogLine.__struct_fields__)
    assert {dimension.column for dimension in FILTERED} <= columns
    assert all(name == dimension.column for name, dimension in DIMENSIONS.items())
