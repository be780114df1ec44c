"""A handler that need not wait is done in the thread it was called in; one that must wait goes on in the loop's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from masthead.config.eager import BeginsAtOnce


class Handed:
    """What Granian does: from its own thread, hand a coroutine to the loop, which makes a task of it."""

    def __init__(self, loop: BeginsAtOnce) -> None:
        self.loop = loop
        self.tasks: list[asyncio.Task[None]] = []

    def over(self, coroutine: Coroutine[Any, Any, None]) -> None:
        thread = threading.Thread(target=self.loop.call_soon_threadsafe, args=(self._run, coroutine, object()))
        thread.start()
        thread.join()

    def _run(self, coroutine: Coroutine[Any, Any, None], _watcher: object) -> None:
        self.tasks.append(self.loop.create_task(coroutine))


@pytest.fixture
def loop() -> Iterator[BeginsAtOnce]:
    loop = BeginsAtOnce()
    yield loop
    loop.close()


def test_what_need_not_wait_never_meets_the_loop(loop: BeginsAtOnce) -> None:
    seen: list[int] = []

    async def at_once() -> None:
        seen.append(threading.get_ident())

    handed = Handed(loop)
    handed.over(at_once())  # the loop isn't even running
    assert len(seen) == 1
    assert seen[0] != threading.get_ident()
    assert handed.tasks == []


def test_what_waits_goes_on_in_the_loop(loop: BeginsAtOnce) -> None:
    seen: list[tuple[str, int]] = []

    async def waits() -> None:
        seen.append(("begun", threading.get_ident()))
        await asyncio.sleep(0)
        seen.append(("on", threading.get_ident()))
        await asyncio.sleep(0.001)
        seen.append(("done", threading.get_ident()))
        loop.stop()

    Handed(loop).over(waits())
    loop.run_forever()
    here = threading.get_ident()
    assert [(word, ident == here) for word, ident in seen] == [("begun", False), ("on", True), ("done", True)]


def test_other_calls_reach_the_loop_untouched(loop: BeginsAtOnce) -> None:
    seen: list[tuple[int, ...]] = []
    loop.call_soon_threadsafe(lambda *numbers: seen.append(numbers), 1, 2)
    loop.call_soon_threadsafe(loop.stop)
    assert seen == []
    loop.run_forever()
    assert seen == [(1, 2)]
