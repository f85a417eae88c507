"""Numbers as readable text, and tables as files."""

from __future__ import annotations

import io

import pandas as pd

# a spreadsheet takes a cell that starts with one of these for a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HARMLESS = r"-|-?\d+(\.\d+)?"  # numbers, such as exit codes, and the dash for none
MINUS = "−"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
UNIT_MS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
# below this many ms, a duration is written in the unit
LONGEST = {"ms": 999.5, "s": 99_500, "min": 99.5 * 60_000, "h": 47.5 * 3_600_000}


def count(number: float) -> str:
    """Return a count: exact below 10,000, then three digits such as 12.4k, 124k, 1.24M."""
    if abs(number) < 10_000:
        return f"{number:,.0f}"
    for unit in ("k", "M", "G"):
        number /= 1000
        if abs(number) < 999.5 or unit == "G":
            break
    digits = 0 if abs(number) >= 99.95 else 1 if abs(number) >= 9.995 else 2
    text = f"{number:,.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if digits else text}{unit}"


def number(value: float) -> str:
    """Return a number with three digits: 0.0312, 3.2, 987; from 1,000 on as a count."""
    if abs(value) >= 1000:
        return count(value)
    return f"{value:,.3g}"


def percent(part: float, whole: float) -> str | None:
    """Return a share such as 41 %; None if `whole` is 0. Only 0 is 0 %, only all is 100 %."""
    if not whole:
        return None
    share = 100 * part / whole
    if 0 < share < 0.5:
        text = "<1"
    elif 99.5 <= share < 100:
        text = ">99"
    else:
        text = f"{share:,.0f}"
    return f"{text}{NARROW_SPACE}%"


def duration(ms: float) -> str:
    """Return a duration given in ms: 420 ms, 3.2 s, 41 s, 12 min, 2.5 h, 3.1 d."""
    unit = next((name for name, most in LONGEST.items() if ms < most), "d")
    number = ms / UNIT_MS[unit]
    text = f"{number:,.{1 if number < 9.95 and unit != 'ms' else 0}f}"
    return f"{text.removesuffix('.0')}{NARROW_SPACE}{unit}"


def change(now: float, before: float) -> str | None:
    """Return the change from `before` to `now`, such as +12 %; None if `before` is 0."""
    if not before:
        return None
    rounded = round(100 * (now - before) / before)
    return f"{_sign(rounded)}{abs(rounded):,}{NARROW_SPACE}%"


def points(now: float, before: float) -> str:
    """Return the change of a share, from 0 to 1, in percentage points, such as +2 pts."""
    rounded = round(100 * (now - before))
    return f"{_sign(rounded)}{abs(rounded):,}{NARROW_SPACE}pts"


def _sign(number: int) -> str:
    return MINUS if number < 0 else "+" if number > 0 else ""


def code(text: str) -> str:
    """Return text as a code span, so that nothing a client sent is read as markdown."""
    return f"`{' '.join(text.replace('`', '').split())}`"


def days_as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with days as YYYY-MM-DD and times as YYYY-MM-DD HH:MM:SS.mmm."""
    text = table.copy()
    for name in table.select_dtypes("datetimetz").columns:
        times = table[name].dt
        if (table[name].dropna() == times.normalize().dropna()).all():
            text[name] = times.strftime("%Y-%m-%d")
        else:
            text[name] = times.strftime("%Y-%m-%d %H:%M:%S.%f").str[:-3]
    return text


def csv(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 CSV, with no text that a spreadsheet would run as a formula."""
    safe = days_as_text(table)
    for name in safe.columns:
        if safe[name].dtype == "str":
            risky = safe[name].str.startswith(FORMULA_STARTS, na=False)
            risky &= ~safe[name].str.fullmatch(HARMLESS, na=False)
            safe[name] = safe[name].mask(risky, "'" + safe[name])
    return safe.to_csv(index=False).encode()


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file, with its types."""
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()
