"""The order of versions."""

from __future__ import annotations

import random

import pytest

from dashboard_app.analysis.version_order import version_order


@pytest.mark.parametrize(
    "oldest_first",
    [
        ["0.9", "1.9.0", "1.10.0", "1.10.1", "2.0.0"],
        ["2.0.0-alpha", "2.0.0-beta", "2.0.0-beta.2", "2.0.0-rc1", "2.0.0", "2.0.1"],
        ["", "0", "v1", "v1.2", "v1.12"],
    ],
)
def test_versions_are_ordered_as_people_do(oldest_first: list[str]) -> None:
    shuffled = random.Random(1).sample(oldest_first, len(oldest_first))
    assert sorted(shuffled, key=version_order) == oldest_first
