"""How long a release takes to reach half of the visitors."""

from __future__ import annotations

from datetime import date

from dashboard_app.analysis.uptake import uptake
from tests.dashboard_app.charts.frames import frame

COLUMNS = "day version visitors"
TODAY = date(2026, 3, 10)


def days(*shares: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        (f"2026-03-{number:02}", version, visitors)
        for number, day in enumerate(shares, start=1)
        for version, visitors in day.items()
    ]


def test_a_release_has_reached_half_when_half_have_it_or_a_newer_one() -> None:
    found = uptake(
        frame(
            COLUMNS,
            *days(
                {"1.0.0": 100},
                {"1.0.0": 90, "1.1.0": 10},
                {"1.0.0": 60, "1.1.0": 35, "1.2.0": 5},
                {"1.0.0": 40, "1.1.0": 35, "1.2.0": 25},
            ),
        ),
        TODAY,
    )
    assert list(found["version"]) == ["1.2.0", "1.1.0"], "1.0.0 was there from the beginning"
    newest, older = found.to_dict("records")
    assert (older["days"], older["reached"], older["share"]) == (2, True, 0.6)
    assert (newest["days"], newest["reached"], newest["share"]) == (1, False, 0.25)


def test_testers_alone_do_not_make_a_release() -> None:
    some = frame(COLUMNS, *days({"1.0.0": 1000}, {"1.0.0": 999, "2.0.0": 1}))
    assert uptake(some, TODAY).empty
    # nor on a day when one of few is one in a hundred
    few = frame(COLUMNS, *days({"1.0.0": 9}, {"1.0.0": 8, "3.0.0": 1}, {"1.0.0": 4, "2.0.0": 5}))
    assert list(uptake(few, TODAY)["version"]) == ["2.0.0"]


def test_today_is_left_out() -> None:
    some = frame(COLUMNS, *days({"1.0.0": 9}, {"1.0.0": 6, "2.0.0": 4}, {"2.0.0": 3}))
    (release,) = uptake(some, date(2026, 3, 3)).to_dict("records")
    assert (release["reached"], release["share"]) == (False, 0.4)


def test_a_fix_of_an_old_line_after_a_newer_release_is_left_out() -> None:
    some = frame(COLUMNS, *days({"1.0.0": 9}, {"1.0.0": 5, "2.0.0": 5}, {"1.0.1": 5, "2.0.0": 5}))
    assert list(uptake(some, TODAY)["version"]) == ["2.0.0"]


def test_nothing_makes_an_empty_table_of_the_same_types() -> None:
    found = uptake(frame(COLUMNS), TODAY)
    assert found.empty
    assert found["first_day"].dtype == "datetime64[us, UTC]"
