"""How the C library keeps freed memory: given back to the machine, where a worker would keep it as long as it lives.

A picture cut to its sizes takes tens of megabytes for a moment. Left to itself glibc then takes such blocks from its
heaps, of which each thread may have one, and hands little of them back.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

# glibc's malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

ARENAS = 2  # heaps that all threads of a process share
KEPT = 1024 * 1024  # bytes free at a heap's end before they are given back
APART = 512 * 1024  # bytes from which a block is a mapping of its own, gone the moment it is freed


def give_back() -> None:
    """Set this for the process and all that it forks from now on. Only glibc can; elsewhere a no-op."""
    if not sys.platform.startswith("linux"):
        return
    # Another C library (musl) has no such function.
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, ARENAS)
        mallopt(_M_TRIM_THRESHOLD, KEPT)
        mallopt(_M_MMAP_THRESHOLD, APART)
