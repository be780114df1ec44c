"""Charts as plain shapes, drawn by the template as SVG: no script, legible in light and dark, a table beneath each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 60, 6, 10, 26
MOST_LINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar, in whole units of the drawing. `kind` is its class, `words` what it says."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    words: str


@dataclass(frozen=True)
class Line:
    """A horizontal line with its value."""

    y: int
    words: str


@dataclass(frozen=True)
class Mark:
    """A word under the axis."""

    x: int
    words: str


@dataclass(frozen=True)
class Drawing:
    """All shapes of a chart."""

    bars: list[Bar]
    lines: list[Line]
    marks: list[Mark]
    zero: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


@dataclass(frozen=True)
class Series:
    """One row of values, a bar each; `words` beside each bar."""

    kind: str
    values: Sequence[int]
    words: Sequence[str]


def draw(series: Sequence[Series], labels: Sequence[str], unit: int = 1) -> Drawing:
    """Bars side by side for each label, up for what is above nothing, down for what is below. `unit` scales the axis:
    a value of 250 with a unit of 100 stands at 2.5."""
    every = [value for each in series for value in each.values] or [0]
    top, bottom = max(0, *every), min(0, *every)
    step = _step(max(top - bottom, unit), unit)
    top, bottom = -(-top // step) * step or step, bottom // step * step
    space = HEIGHT - TOP - BOTTOM

    def height(value: int) -> int:
        return TOP + round((top - value) * space / (top - bottom))

    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    thick = max(2, int(slot * 0.72 / max(1, len(series))))
    bars = []
    for place, each in enumerate(series):
        for number, (value, words) in enumerate(zip(each.values, each.words, strict=True)):
            x = round(LEFT + slot * number + slot * 0.14 + place * thick)
            y, end = sorted((height(value), height(0)))
            bars.append(Bar(x, y, thick, max(end - y, 1 if value else 0), each.kind, words))
    marks = [Mark(round(LEFT + slot * (number + 0.5)), words) for number, words in enumerate(labels) if words]
    lines = [Line(height(value), _short(value, unit)) for value in range(bottom, top + 1, step)]
    return Drawing(bars, lines, marks, height(0))


def _step(span: int, unit: int) -> int:
    """A round distance between lines, so that there are a few of them."""
    size = unit
    while True:
        for times in (1, 2, 5):
            if size * times * MOST_LINES >= span:
                return size * times
        size *= 10


def _short(value: int, unit: int) -> str:
    whole = Decimal(value) / unit
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if abs(whole) >= size:
            return f"{(whole / size).normalize():f}{letter}"
    return f"{whole.normalize():f}"
