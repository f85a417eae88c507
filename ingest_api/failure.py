"""Why a server or a command has to give up. The messages are one line and hold no password."""

from __future__ import annotations


class CannotStartError(Exception):
    """Something is missing or wrong, and nothing was done; the message says what to do."""


class StoppedError(Exception):
    """The database or the disk failed midway; what was done so far is kept."""


def reason(error: BaseException) -> str:
    """Return the first line of an error: the rest may quote the data, or a connection string."""
    first_line = str(error).partition("\n")[0] or type(error).__name__
    return "; ".join([first_line, *getattr(error, "__notes__", [])])
