"""The path of a property in an event's `m`: its keys from the outside in, with dots between.

`window.width` is the key width in the object window. A key with a dot, a quote or a leading or
trailing space is quoted, as in JSON: `"a.b".c`. A number is a list index, from 0: `errors.0.line`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

MOST_KEYS: Final = 8
EXAMPLE: Final = 'it should look like exit, window.width or "a.b".c'

PropertyPath = tuple[str, ...]

KEY: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
PATH: Final = re.compile(rf"(?:{KEY.pattern})(?:\.(?:{KEY.pattern}))*")
PLAIN: Final = re.compile(r'[^."\s](?:[^."]*[^."\s])?')


def read_path(text: str) -> PropertyPath:
    """Return the keys of a path. Raises ValueError saying what it should look like."""
    stripped = text.strip()
    if not PATH.fullmatch(stripped):
        raise _unreadable(text)
    keys = tuple(_key(written, text) for written in KEY.findall(stripped))
    if len(keys) > MOST_KEYS:
        raise ValueError(f"{text} has {len(keys)} keys; the maximum is {MOST_KEYS}")
    return keys


def write_path(path: Sequence[str]) -> str:
    """Return a path as text."""
    return ".".join(
        key if PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False) for key in path
    )


def _key(written: str, text: str) -> str:
    try:
        key = json.loads(written, strict=False) if written.startswith('"') else written
        key.encode()
    except ValueError:  # invalid JSON, or half of a surrogate pair
        raise _unreadable(text) from None
    if "\0" in key:  # PostgreSQL can't store it in text
        raise _unreadable(text)
    return str(key)


def _unreadable(text: str) -> ValueError:
    return ValueError(f"{text.strip() or 'Nothing'} is not a property: {EXAMPLE}")
