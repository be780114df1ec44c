"""Colour by WCAG 2.2: contrast between two colours, and a colour moved until it can be read."""

from __future__ import annotations

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
Channels = tuple[int, int, int]


def channels(colour: str) -> Channels:
    """Red, green, blue of `#rrggbb`, 0 to 255. Raises ValueError for anything else."""
    if not _HEX.match(colour):
        raise ValueError(f"{colour!r} is no colour of the form #rrggbb")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`one` moved towards `other` by `share` (0 to 1), in plain sRGB."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable_on(colour: str, paper: str, towards: str, ratio: float = 4.5) -> str:
    """`colour`, moved towards `towards` in steps of a twentieth until it reaches `ratio` on `paper`."""
    for step in range(21):
        candidate = mixed(colour, towards, step / 20)
        if contrast(candidate, paper) >= ratio:
            return candidate
    return towards
