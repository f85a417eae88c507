"""How often release health is wrong when the truth is known."""

from __future__ import annotations

import numpy as np

from tests.dashboard_app.analysis.simulated_releases import cells, how_wrong

REPEATS = 3000


def test_equal_releases_seldom_look_different_and_intervals_hold_the_truth() -> None:
    chance = np.random.default_rng(1)
    wrong = {cell: how_wrong(cell, REPEATS, chance) for cell in cells()}
    assert {cell: of.different for cell, of in wrong.items() if of.different > 0.07} == {}
    assert {cell: of for cell, of in wrong.items() if min(of[1:]) < 0.93} == {}
