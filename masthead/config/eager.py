"""An event loop that lets a handler begin where its request arrived, and asks the loop's thread only for the rest.

Granian reads requests in a thread of its own and hands each to the event loop, which runs in another: for a pressed
page, answered without waiting for anything, waking the other thread costs more than the answer. So the handler's
first step is taken at once, in Granian's thread; a handler that finishes there never meets the loop. One that has to
wait says so by `await asyncio.sleep(0)`, and goes on in the loop's thread like any other.

This leans on one thing in Granian: that it calls `call_soon_threadsafe` with the handler's coroutine. Where that is
not so (another version), nothing is begun early, and everything is answered in the loop's thread as usual.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from types import CoroutineType
from typing import Any

import uvloop

NAME = "begin-at-once"


class BeginsAtOnce(uvloop.Loop):
    """uvloop, but a coroutine handed over from another thread takes its first step in that thread."""

    def call_soon_threadsafe(  # type: ignore[override]  # it may have nothing to return
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle | None:
        """Take the first step of a coroutine that comes with the call; leave what remains, and all else, to the loop.

        A coroutine begun here may only give way by a bare yield, which is what `asyncio.sleep(0)` does. Returns the
        loop's handle, or None if the coroutine has finished: there is nothing left that could be cancelled.
        """
        if args and type(args[0]) is CoroutineType:
            try:
                args[0].send(None)
            except StopIteration:
                return None
        return super().call_soon_threadsafe(callback, *args, context=context)


def register() -> str:
    """Tell Granian of this loop; what it is to be asked for by."""
    from granian import loops

    loops.register(NAME)(_build)
    return NAME


def _build() -> BeginsAtOnce:
    loop = BeginsAtOnce()
    asyncio.set_event_loop(loop)
    return loop
