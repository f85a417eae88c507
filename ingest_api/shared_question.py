"""A question that may hang, asked in a thread of its own for all who want to know."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedQuestion(Generic[Answer]):
    """Is asked once at a time: whoever comes meanwhile waits for the same answer.

    So many s after it was asked nobody waits any more: if it hangs, all who come later learn that
    at once, and hold up no thread.
    """

    def __init__(
        self, question: Callable[[], Answer], name: str, seconds: float, fresh_seconds: float = 0.0
    ) -> None:
        """Take the question; an answer serves for `fresh_seconds` from when it was asked for."""
        self._question = question
        self._seconds = seconds
        self._fresh_seconds = fresh_seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._asked = 0.0
        self._answer: Future[Answer] | None = None

    def answer(self) -> Answer:
        """Return the answer. Raises TimeoutError, or what the question raised."""
        with self._lock:
            now = time.monotonic()
            is_old = now - self._asked >= self._fresh_seconds
            if self._answer is None or (self._answer.done() and is_old):
                self._asked = now
                self._answer = self._thread.submit(self._question)
            answer, left = self._answer, self._asked + self._seconds - now
        return answer.result(max(0.0, left))

    def close(self) -> None:
        """Ask no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
