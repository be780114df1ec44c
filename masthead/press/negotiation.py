"""HTTP's small print, as pure functions: which encoding, whether the client has it already, which bytes it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# The order we prefer when a client likes several equally: smallest first.
PREFERRED = ("br", "zstd", "gzip")
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)\Z", re.IGNORECASE)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


@lru_cache(maxsize=1024)
def encoding_for(accepted: str) -> str:
    """The encoding for an Accept-Encoding header (RFC 9110 section 12.5.3); empty for none. Nonsense means none."""
    qualities: dict[str, float] = {}
    for part in accepted[:400].split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            match = _QUALITY.match(parameter)
            quality = float(match.group(1)) if match else 0.0
        qualities[name.lower()] = quality
    everything = qualities.get("*", 0.0)
    offers = [(qualities.get(name, everything), -rank, name) for rank, name in enumerate(PREFERRED)]
    best = max(offers)
    return best[2] if best[0] > 0 else ""


def has_it(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names this entity tag, by weak comparison (RFC 9110 section 13.1.2)."""
    if etag in if_none_match:
        candidates = (candidate.strip().removeprefix("W/") for candidate in if_none_match.split(","))
        return etag in candidates
    return if_none_match.strip() == "*"


@dataclass(frozen=True)
class Range:
    """The bytes from `start` up to and without `end`."""

    start: int
    end: int


def range_for(header: str, size: int) -> Range | bool | None:
    """The one range a Range header asks of `size` bytes (RFC 9110 section 14.2).

    None when the header is to be ignored (malformed, another unit, several ranges); False when it can't be satisfied.
    """
    match = _RANGE.match(header.strip())
    if match is None or not (match.group(1) or match.group(2)):
        return None
    first, last = match.group(1), match.group(2)
    if not first:
        length = min(int(last), size)
        return Range(size - length, size) if length else False
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        return False
    return Range(start, min(int(last) + 1, size) if last else size)
