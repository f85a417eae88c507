"""Found by a server whose PYTHONPATH leads here: its clock is off by the seconds in a file.

libfaketime would do it from outside the interpreter, but Python's sleeps fail under version 0.9.10.
"""

import os
import time
from pathlib import Path

OFFSET = Path(os.environ["CLOCK_OFFSET_FILE"])
true_time = time.time


def offset_time() -> float:
    """Return the time in s since 1970, as the file has it."""
    return true_time() + float(OFFSET.read_text())


time.time = offset_time
time.time_ns = lambda: int(offset_time() * 1e9)
