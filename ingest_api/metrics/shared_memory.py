"""Memory that the parent and its workers share, by a file descriptor that the workers inherit."""

from __future__ import annotations

import os
import tempfile


def create_shared_memory(size: int) -> int:
    """Return the descriptor of a file without a name, of `size` bytes, all 0."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("telemetry")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, size)
    return fd
