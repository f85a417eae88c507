"""Values come in proportion to their shares."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ingest_api.commands.demo.distributions import HABITS, Distribution, compile_errors, installs


def test_values_are_drawn_in_proportion_to_their_shares() -> None:
    distribution = Distribution({"often": 6, "seldom": 3, "never": 0, "rarely": 1})
    rng = random.Random(1)
    drawn = Counter(distribution.draw(rng) for _ in range(20_000))
    assert drawn["often"] / 20_000 == pytest.approx(0.6, abs=0.02)
    assert drawn["rarely"] / 20_000 == pytest.approx(0.1, abs=0.02)
    assert drawn["never"] == 0


def test_every_habit_fades() -> None:
    rng = random.Random(1)
    for habit in {HABITS.draw(rng) for _ in range(100)}:
        assert 1 > habit.returns(1) > habit.returns(7) > habit.returns(60) > 0


def test_installs_grow_and_spike_at_the_launch() -> None:
    assert installs(89, 90) > 2 * installs(0, 90)
    assert installs(7, 90) > 3 * max(installs(6, 90), installs(89, 90))


def test_people_learn_to_write_what_compiles() -> None:
    assert compile_errors(0) > 1.5 * compile_errors(60)
