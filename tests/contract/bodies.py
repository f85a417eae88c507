"""Bodies for `POST /t`, good and hostile, as hypothesis makes them up."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ingest_api.events.contract import COLUMNS, SCHEMA

FIRST_SECOND = 94_694_400  # of 1973
LAST_SECOND = int(time.time()) + 86_000  # a day ahead, nearly
# in any zone, they are of the contract's years
SECOND_DAY = datetime(1973, 1, 2)  # noqa: DTZ001
TODAY = datetime.fromtimestamp(LAST_SECOND - 86_400, UTC).replace(tzinfo=None)
INJECTIONS = (
    *("\0", "\ud800", "\udfff\ud800", "\ude00", "\ufeff", "\u2028", "\x7f", "\x85", "\U0010ffff"),
    *("\n", "\r\n", "\\.", "\n\\.\n", "\\N", "\\", '"', "'", '"",', "\x01", "\x02", "\x01\x02\x01"),
    *("\t", "\x1b[31m", "\x08", "'; drop table telemetry.events; --", "%s", "%(first)s", "{}"),
    *("$$", "${x}", "<script>", '"}\n{"id":1}', "\\u0000", "\\ud800", "batch", "é", "e\u0301", "ﷺ"),
)
TIMES = (
    *("0001-01-01", "0001-01-01T00:00:00+14:00", "0000-01-01", "1969-12-31T23:59:59.999Z"),
    *("1970-01-01T00:00:00-23:59", "1973-01-01T00:00:00+00:01", "2100-12-31T23:59:59.999999Z"),
    *("19730101", "19721231", "20240230", "99999999", "2024010", "202401011"),
    *("2100-12-31T24:00:00Z", "2101-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999-14:00"),
    *("10000-01-01", "-0001-01-01", "2024-02-29", "2023-02-29", "2024-06-30T23:59:60Z", "now"),
    *("1e12", "1_000", "１６４０", "+5", "-5", "5.", ".5", " 5", "0x10", "infinity", "epoch"),
    *(-1, -0.5, 0, 0.0005, LAST_SECOND, LAST_SECOND + 1, LAST_SECOND * 1000 + 999, 2**63, 2**64),
    *(LAST_SECOND * 1000 + 1000, 253_402_300_799, 253_402_300_799_999, -62_135_596_800, 1e300),
)
FITS = (0, 1, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 12.6, 2147483647.5, 10**400, True, "")


class Raw(str):
    """A value as raw JSON text, which may be invalid."""


class Body(NamedTuple):
    """A body as it is sent."""

    content: bytes
    gzipped: bool
    is_good: bool  # valid: the whole body is accepted


NUMBERS = tuple(
    Raw(text)
    for text in (
        *("1e400", "-1e400", "1e99999999999", "-0", "-0.0", "0e0", "1E+2", "1e-400", "9" * 400),
        *("9" * 4300, "9" * 4301, "-" + "9" * 20_000, "0." + "1" * 500, "5e-324", "1.7e308"),
    )
)
NO_NUMBERS = tuple(Raw(text) for text in ("NaN", "Infinity", "01", "1.", "+1", "0x1", "1_0", ""))

planes = st.integers(0, 16).flatmap(
    lambda plane: st.characters(min_codepoint=plane << 16, max_codepoint=plane << 16 | 0xFFFF)
)
good_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
texts = (
    good_texts
    | st.text(planes, max_size=4)
    | st.sampled_from(INJECTIONS)
    | st.lists(st.sampled_from(INJECTIONS) | good_texts, max_size=4).map("".join)
    | st.sampled_from([30, 31, 64, 65, 128, 129]).map(lambda size: "😀" * size)
)
good_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
numbers = good_numbers | st.sampled_from(NUMBERS) | st.sampled_from(FITS)


def nested(plain: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Return JSON values made of plain ones."""
    return st.recursive(
        plain,
        lambda part: st.lists(part, max_size=3) | st.dictionaries(keys, part, max_size=3),
        max_leaves=5,
    )


def deep(levels: int) -> st.SearchStrategy[Raw]:
    """Return lists, or objects, in each other."""
    return st.sampled_from(
        [Raw("[" * levels + "]" * levels), Raw('{"]":' * levels + "1" + "}" * levels)]
    )


good_plain = st.none() | st.booleans() | good_numbers | good_texts
good_values = nested(good_plain, good_texts)
values = nested(st.none() | st.booleans() | numbers | texts, texts) | st.sampled_from(
    [98, 99, 100, 101, 500, 5000, 30_000]
).flatmap(deep)

column_keys = st.sampled_from(sorted([*COLUMNS, "sessionId"]))
good_ms = st.dictionaries(good_texts | column_keys, good_values, max_size=4)
ms = st.dictionaries(texts | column_keys, values | st.sampled_from(FITS), max_size=4)

zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
milliseconds = st.integers(FIRST_SECOND * 1000, LAST_SECOND * 1000)
good_times = (
    st.integers(FIRST_SECOND, LAST_SECOND)
    | st.integers(10**8, LAST_SECOND).map(str)
    | milliseconds
    | milliseconds.map(str)
    | milliseconds.map(lambda milliseconds: milliseconds / 1000)
    | st.dates(SECOND_DAY.date(), TODAY.date()).map(lambda day: day.strftime("%Y%m%d"))
    | st.datetimes(SECOND_DAY, TODAY).map(str)
    | st.datetimes(SECOND_DAY, TODAY, timezones=zones).map(datetime.isoformat)
)
times = good_times | st.sampled_from(TIMES) | st.datetimes(timezones=zones).map(str) | values

good_events = st.fixed_dictionaries(
    {
        "anon": st.text(
            st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9
        ),
        "evt": st.from_regex(r"[A-Za-z][A-Za-z0-9._:-]{0,63}", fullmatch=True)
        | st.sampled_from(["java.run.started", "java.run.completed", "java.run.error"]),
        "t": good_times,
    },
    optional={
        **dict.fromkeys(("os", "ext", "vscode"), st.none() | good_texts),
        "m": st.none() | good_ms,
        "id": st.none() | st.integers() | good_texts.filter(bool),
        "sessionId": st.none() | good_texts,
        "unknown": good_values,
    },
)
# mostly good, or hardly any would be accepted
events = st.tuples(
    good_events,
    st.fixed_dictionaries(
        {},
        optional={
            "anon": texts,
            "evt": texts,
            "t": times,
            "os": texts,
            "ext": values,
            "m": ms,
            "id": texts | numbers,
            "sessionId": texts | values,
            "unknown": values,
        },
    ),
).map(lambda parts: {**parts[0], **parts[1]})


@st.composite
def good_bodies(draw: st.DrawFn) -> Body:
    """Draw a valid body."""
    single = draw(st.booleans())
    ascii_only = draw(st.booleans())
    content = (
        {"schema": SCHEMA, **draw(good_events)}
        if single
        else {"schema": SCHEMA, "batch": draw(st.lists(good_events, max_size=4))}
    )
    return Body(write(content, ascii_only).encode(), gzipped=False, is_good=True)


@st.composite
def hostile_bodies(draw: st.DrawFn) -> Body:
    """Draw a body that may be anything, though most are JSON with some good events."""
    item = events | good_events | values
    content: Any = {"schema": SCHEMA, "batch": draw(st.lists(item, min_size=1, max_size=4))}
    match draw(st.integers(0, 19)):
        case 0 | 1 | 2 | 3:
            content = {"schema": SCHEMA, **draw(events)}
        case 4:
            content["schema"] = draw(values)
        case 5:
            content["batch"] = draw(values)
        case 6:
            content = draw(values)
        case 7:
            content["batch"].append({"m": draw(st.sampled_from(NO_NUMBERS))})
        case 8:
            content |= draw(events)
    text = write(content, draw(st.booleans()))
    if draw(st.integers(0, 9)) == 0:
        # a duplicate key
        text = text.replace('"evt":', f'"evt":"first","evt":{json.dumps(draw(texts))},"evt":', 1)
    encoded = text.encode("utf-8", "surrogatepass")
    match draw(st.integers(0, 29)):
        case 0:
            encoded = b"\xef\xbb\xbf" + encoded
        case 1:
            encoded += draw(st.binary(max_size=3))
        case 2 | 3:
            at = draw(st.integers(0, len(encoded)))
            encoded = encoded[:at] + draw(st.binary(max_size=3)) + encoded[at + 1 :]
        case 4:
            encoded = encoded[: draw(st.integers(0, len(encoded)))]
        case 5:
            encoded = draw(st.binary(max_size=40))
        case 6:
            encoded = text.encode(draw(st.sampled_from(["utf-16", "utf-32"])), "surrogatepass")
        case 7:
            encoded += b" " * draw(st.sampled_from([60_000, 65_536]))
    gzipped = draw(st.integers(0, 9)) == 0
    if gzipped:
        encoded = gzip.compress(encoded, 1)
        if draw(st.integers(0, 4)) == 0:
            encoded = encoded[: draw(st.integers(0, len(encoded)))]
    return Body(encoded, gzipped, is_good=False)


bodies = good_bodies() | hostile_bodies() | hostile_bodies()


def write(value: Any, ascii_only: bool) -> str:
    """Return a value as JSON text; `Raw` parts are inserted as they are."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        items = (f"{write(key, ascii_only)}:{write(v, ascii_only)}" for key, v in value.items())
        return "{" + ",".join(items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(part, ascii_only) for part in value) + "]"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return json.dumps(value, ensure_ascii=ascii_only)
