"""What a worker took for a moment, for a picture say, is given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from masthead.config.env import REPOSITORY

# Large blocks taken and freed twice, as pictures are, with something small left over behind each.
PROGRAM = """
import ctypes, re, sys
from pathlib import Path
from masthead.config.memory import give_back
libc = ctypes.CDLL(None)
if not hasattr(libc, "mallopt"):
    sys.exit("no glibc")
if sys.argv[1] == "give back":
    give_back()
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = resident()
libc.free(libc.malloc(8_000_000))  # after which glibc by itself takes blocks of this size from its heap
blocks, left = [], []
for _ in range(60):
    block = libc.malloc(2_000_000)
    ctypes.memset(block, 1, 2_000_000)
    blocks.append(block)
    left.append(libc.malloc(4000))
for block in blocks:
    libc.free(block)
print(resident() - before)
"""


def kept(word: str) -> int:
    """KiB that a process keeps after it has used 120 MB."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, word], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if "no glibc" in done.stderr:
        pytest.skip("not glibc")
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_large_blocks_are_given_back() -> None:
    assert kept("give back") < 20_000
    assert kept("as it is") > 60_000  # or there is nothing for us to do any more
