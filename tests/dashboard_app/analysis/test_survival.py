"""How long visitors stay, compared with a manual count."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard_app.analysis.survival import survival


def lifetimes(*rows: tuple[int, bool, int]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["days", "ended", "visitors"])
    return table.astype({"days": "int64", "ended": "bool", "visitors": "int64"})


def test_visitors_who_may_return_count_for_the_days_observed() -> None:
    # ten begin; two leave at once; of the eight two are known for a day only; three of the six
    # leave after five days, the others may come again
    stays = survival(lifetimes((0, True, 2), (1, False, 2), (5, True, 3), (9, False, 3)))
    assert stays["days"].tolist() == [0, 5]
    assert stays["share"].tolist() == pytest.approx([0.8, 0.8 * 0.5])
    assert ((stays["low"] < stays["share"]) & (stays["share"] < stays["high"])).all()
    assert stays["low"].min() > 0
    assert stays["high"].max() < 1


def test_the_curve_is_that_of_the_literature() -> None:
    # remissions under 6-MP, in weeks: Freireich et al., Blood 21 (1963) 699, as in most textbooks
    ended = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    going_on = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    rows = [(week, True, number) for week, number in ended.items()]
    rows += [(week, False, number) for week, number in going_on.items()]
    stays = survival(lifetimes(*rows))
    assert stays["days"].tolist() == list(ended)
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert stays["share"].round(3).tolist() == published


def test_the_interval_is_that_of_the_literature() -> None:
    # Greenwood: variance 0.8^2 * 2 / (10 * 8); on the log-log scale 0.8^exp(±1.96 * error)
    stays = survival(lifetimes((0, True, 2), (9, False, 8)))
    assert stays[["low", "high"]].iloc[0].tolist() == pytest.approx([0.4087, 0.9459], abs=1e-4)


def test_without_visitors_there_is_no_curve() -> None:
    for nobody in (lifetimes(), lifetimes((3, False, 5))):
        stays = survival(nobody)
        assert stays.empty
        assert list(stays.columns) == ["days", "share", "low", "high"]


def test_if_all_left_the_curve_ends_at_zero() -> None:
    stays = survival(lifetimes((0, True, 1), (4, True, 1)))
    assert stays["share"].tolist() == pytest.approx([0.5, 0.0])
    assert (stays["low"].iloc[1], stays["high"].iloc[1]) == (0, 0)
