"""Numbered events that touch every rollup."""

from __future__ import annotations

from typing import Any, Final

SPREAD_MS: Final = 3 * 86_400_000
# has no divisor in common with SPREAD_MS: no two events have the same time
STEP_MS: Final = 7_919_003
NAMES: Final = (
    *("app.started", "feature.used", "install.created"),
    *("java.run.started", "java.run.completed", "java.run.error"),
)


class Numbered:
    """Events from 0 on, spread over three days that end at `last_ms`."""

    def __init__(self, last_ms: int) -> None:
        self._first_ms = last_ms - SPREAD_MS

    def milliseconds(self, number: int) -> int:
        """Return an event's time."""
        return self._first_ms + number * STEP_MS % SPREAD_MS

    def event(self, number: int) -> dict[str, Any]:
        """Return an event; its number is in `m`."""
        m: dict[str, Any] = {"n": number, "sessionId": f"s{number % 70}"}
        name = NAMES[number % len(NAMES)]
        if name == "java.run.completed":
            m |= {"durationMs": number % 9973, "waitMsTotal": number % 31}
            m |= {"exit": number // len(NAMES) % 3 * 65}  # 0 and 130 appear in the top runs
            m |= {"scannerUsage": number % 4 == 0, "truncatedOutput": number % 9 == 0}
        elif name == "java.run.error":
            phase = "compile" if number % 5 else "runtime"
            m |= {"phase": phase, "exceptionHash": f"hash{number % 7}"}
        return {
            "anon": f"v{number % 53}",
            "evt": name,
            "t": self.milliseconds(number),
            "os": ("Linux", "Darwin", "Windows_NT")[number % 3],
            "ext": f"1.{number % 4}.0",
            "vscode": f"1.{90 + number % 2}.0",
            "m": m,
        }
