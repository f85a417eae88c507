"""Windows of days."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard_app.window import Window


def test_a_window_has_both_its_ends() -> None:
    window = Window.up_to(date(2026, 3, 3), 7)
    assert window == Window(date(2026, 2, 25), date(2026, 3, 3))
    assert window.days == 7


def test_the_window_before_touches_and_is_as_long() -> None:
    window = Window(date(2026, 3, 1), date(2026, 3, 31))
    assert window.before() == Window(date(2026, 1, 29), date(2026, 2, 28))


def test_a_single_day_is_written_once() -> None:
    assert str(Window(date(2026, 3, 1), date(2026, 3, 1))) == "1 Mar 2026"
    assert str(Window(date(2025, 12, 31), date(2026, 3, 1))) == "31 Dec 2025 – 1 Mar 2026"


def test_a_reversed_window_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2026-03-02.*is after.*2026-03-01"):
        Window(date(2026, 3, 2), date(2026, 3, 1))
