"""Why a server or a command can't go on. The messages are one line, without a password."""

from __future__ import annotations


class CannotStartError(Exception):
    """Something is missing or wrong, and nothing was done; the message says what to do."""


class StoppedError(Exception):
    """A database or the disk failed on the way; what was done stays."""


def reason(error: BaseException) -> str:
    """Return the first line of an error: the rest may quote the data, or a connection string."""
    first_line = str(error).partition("\n")[0] or type(error).__name__
    return "; ".join([first_line, *getattr(error, "__notes__", [])])
