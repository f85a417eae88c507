"""A call that may hang, made in its own thread and shared by all callers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedQuestion(Generic[Answer]):
    """Asks one question at a time: callers that arrive meanwhile wait for the same answer.

    No caller waits longer than `seconds` after the question was asked. If it hangs, later callers
    get a TimeoutError immediately, and block no thread.
    """

    def __init__(
        self, question: Callable[[], Answer], name: str, seconds: float, fresh_seconds: float = 0.0
    ) -> None:
        """Reuse an answer for `fresh_seconds`, counted from when its question was asked."""
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
        """Ask no more questions."""
        self._thread.shutdown(wait=False, cancel_futures=True)
