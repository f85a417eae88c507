"""Why a command can't go on. The messages are for the command line: one line, no password."""


class CannotStartError(Exception):
    """Something is missing or wrong; nothing was done."""


class StoppedError(Exception):
    """A database or the disk failed on the way; what was done stays."""


def reason(error: BaseException) -> str:
    """Return the first line of an error: the rest may quote the data, or a connection string."""
    return str(error).partition("\n")[0] or type(error).__name__
