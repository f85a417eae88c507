"""Memory shared by the parent and its workers, through an inherited file descriptor."""

from __future__ import annotations

import os
import tempfile


def create_shared_memory(size: int) -> int:
    """Return the descriptor of an unnamed file of `size` zero bytes."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("telemetry")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, size)
    return fd
