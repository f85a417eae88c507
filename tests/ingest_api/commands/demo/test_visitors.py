"""Visitors are the same for the same seed; many leave, some stay."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest_api.commands.demo.period import Period
from ingest_api.commands.demo.visitors import Audience


def test_a_number_means_the_same_visitor_whoever_else_is_drawn(period: Period) -> None:
    one, other = Audience(1, period), Audience(1, period)
    for number in range(50):
        other.visitor(number)
    assert other.visitor(7) == one.visitor(7)
    assert one.visitor(7) != one.visitor(8)
    assert Audience(2, period).visitor(7).anon != one.visitor(7).anon


def test_visits_are_days_of_the_period_in_order(period: Period) -> None:
    audience = Audience(1, period)
    for number in range(500):
        visitor = audience.visitor(number)
        assert re.fullmatch("[0-9a-f]{32}", visitor.anon)
        assert visitor.days[0] >= 0
        assert visitor.days[-1] < period.days
        assert all(earlier < later for earlier, later in pairwise(visitor.days))


def test_many_leave_in_the_first_week_and_some_stay(period: Period) -> None:
    audience = Audience(1, period)
    visitors = [audience.visitor(number) for number in range(3000)]
    early = [visitor for visitor in visitors if visitor.days[0] < 45]

    def seen_after(days: int) -> float:
        return sum(visitor.days[-1] - visitor.days[0] >= days for visitor in early) / len(early)

    assert 0.3 < seen_after(1) < 0.8
    assert 0.05 < seen_after(40) < seen_after(7) < seen_after(1)


def test_a_few_never_update(period: Period) -> None:
    audience = Audience(1, period)
    stuck = [audience.visitor(number).update_delay is None for number in range(2000)]
    assert 0.03 < sum(stuck) / 2000 < 0.15
