"""Stage: a sheet of paper on which shapes are printed in a few inks, with stippled shade, as a risograph does."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1600, 1067
_NOISE = 512
Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """Paper and inks of one print, from the sky's light to the nearest dark."""

    paper: str
    sky: str
    glow: str
    sun: str
    far: str
    middle: str
    near: str
    dark: str
    light: str
    water: str


@lru_cache(maxsize=1)
def _noise(width: int, height: int) -> Image.Image:
    """Even grain from a seed of its own: the same on every machine."""
    tile = Image.frombytes("L", (_NOISE, _NOISE), random.Random(1871).randbytes(_NOISE * _NOISE))  # noqa: S311
    sheet = Image.new("L", (width, height))
    for x in range(0, width, _NOISE):
        for y in range(0, height, _NOISE):
            sheet.paste(tile, (x, y))
    return sheet


@lru_cache(maxsize=1)
def _tooth() -> Image.Image:
    """The paper's tooth, faint, laid over everything at the end."""
    return Image.merge("RGB", [_noise(WIDTH, HEIGHT).point([119 + value * 18 // 255 for value in range(256)])] * 3)


def _ramp(width: int, height: int, way: str) -> Image.Image:
    """From nothing to full ink: down, up, left, right, or out from the middle."""
    if way == "round":
        return ImageChops.invert(Image.radial_gradient("L")).resize((width, height))
    down = Image.linear_gradient("L")
    turned = {
        "down": down,
        "up": down.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        "right": down.transpose(Image.Transpose.ROTATE_90),
        "left": down.transpose(Image.Transpose.ROTATE_270),
    }[way]
    return turned.resize((width, height))


class Stage:
    """One print in the making. Coordinates are pixels of the finished sheet, from the top left."""

    def __init__(self, palette: Palette, seed: str, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.ink = palette
        self.chance = random.Random(seed)  # noqa: S311 (a drawing, not a secret)
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width, height), palette.paper)

    def forms(
        self,
        polygons: Iterable[Sequence[Point]],
        ink: str,
        shade: str = "",
        way: str = "down",
        strength: float = 0.8,
    ) -> None:
        """Print polygons as one shape, with smooth edges, and shade them with grain in another ink."""
        shapes = [list(points) for points in polygons]
        if not shapes:
            return
        xs = [x for points in shapes for x, _y in points]
        ys = [y for points in shapes for _x, y in points]

        def paint(draw: ImageDraw.ImageDraw, at: Callable[[Point], Point]) -> None:
            for points in shapes:
                draw.polygon([at(point) for point in points], fill=255)

        self._stamp((min(xs), min(ys), max(xs), max(ys)), paint, ink, shade, way, strength)

    def form(
        self, points: Sequence[Point], ink: str, shade: str = "", way: str = "down", strength: float = 0.8
    ) -> None:
        """Print one polygon."""
        self.forms([points], ink, shade, way, strength)

    def box(
        self, x: float, y: float, width: float, height: float, ink: str, shade: str = "", way: str = "down"
    ) -> None:
        """Print a rectangle."""
        self.form([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], ink, shade, way)

    def disc(self, x: float, y: float, radius: float, ink: str, shade: str = "", way: str = "down") -> None:
        """Print a circle."""
        self.oval(x, y, radius, radius, ink, shade, way)

    def oval(self, x: float, y: float, wide: float, high: float, ink: str, shade: str = "", way: str = "down") -> None:
        """Print an ellipse around a point."""
        box = (x - wide, y - high, x + wide, y + high)
        self._stamp(box, lambda draw, at: draw.ellipse([at(box[:2]), at(box[2:])], fill=255), ink, shade, way, 0.8)

    def lines(self, paths: Iterable[Sequence[Point]], ink: str, weight: float = 4) -> None:
        """Print open lines of one weight."""
        found = [list(path) for path in paths]
        if not found:
            return
        xs = [x for path in found for x, _y in path]
        ys = [y for path in found for _x, y in path]
        box = (min(xs) - weight, min(ys) - weight, max(xs) + weight, max(ys) + weight)

        def paint(draw: ImageDraw.ImageDraw, at: Callable[[Point], Point]) -> None:
            for path in found:
                draw.line([at(point) for point in path], fill=255, width=round(weight * 2), joint="curve")

        self._stamp(box, paint, ink, "", "down", 1)

    def wash(self, top: float, bottom: float, ink: str, way: str = "down", strength: float = 1.0) -> None:
        """Grain of one ink over the whole width, growing one way."""
        x, y, width, height = 0, int(top), self.width, int(bottom - top)
        self.image.paste(ink, (x, y), self._stipple((x, y, width, height), way, strength))

    def _stipple(self, box: tuple[int, int, int, int], way: str, strength: float) -> Image.Image:
        x, y, width, height = box
        ramp = _ramp(width, height, way).point([int(value * strength) for value in range(256)])
        grain = _noise(WIDTH, HEIGHT).crop((x, y, x + width, y + height))
        return ImageChops.subtract(ramp, grain).point([0, *[255] * 255])

    def _stamp(
        self,
        box: tuple[float, float, float, float],
        paint: Callable[[ImageDraw.ImageDraw, Callable[[Point], Point]], object],
        ink: str,
        shade: str,
        way: str,
        strength: float,
    ) -> None:
        left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
        right, bottom = min(self.width, math.ceil(box[2]) + 1), min(self.height, math.ceil(box[3]) + 1)
        if right <= left or bottom <= top:
            return
        # Twice as large, then reduced: smooth edges without a library for them.
        mask = Image.new("L", ((right - left) * 2, (bottom - top) * 2))
        paint(ImageDraw.Draw(mask), lambda point: ((point[0] - left) * 2, (point[1] - top) * 2))
        mask = mask.reduce(2)
        self.image.paste(ink, (left, top), mask)
        if shade:
            grain = self._stipple((left, top, right - left, bottom - top), way, strength)
            self.image.paste(shade, (left, top), ImageChops.multiply(mask, grain))

    def jpeg(self) -> bytes:
        """The finished print."""
        tooth = _tooth().crop((0, 0, self.width, self.height))
        sheet = ImageChops.soft_light(self.image, tooth)
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=80)
        return out.getvalue()


def wave(stage: Stage, y: float, height: float, step: int = 40, rough: float = 0.35) -> list[Point]:
    """A skyline of gentle hills from left to right, without the sheet's foot."""
    phase = [stage.chance.uniform(0, math.tau) for _ in range(3)]
    points: list[Point] = []
    for x in range(-step, stage.width + step * 2, step):
        rise = math.sin(x / 310 + phase[0]) + 0.5 * math.sin(x / 130 + phase[1]) + 0.25 * math.sin(x / 57 + phase[2])
        points.append((x, y - height * rise / 1.75 + stage.chance.uniform(-1, 1) * height * rough * 0.2))
    return points


def grounded(points: list[Point], foot: float) -> list[Point]:
    """A skyline closed along its foot."""
    return [*points, (points[-1][0], foot), (points[0][0], foot)]
