"""Prints of the river and what is on it: the harbour, the bridge, the ferry, barges, birds and fish."""

from __future__ import annotations

import math
from collections.abc import Callable

from masthead.demo.artist.stage import Point, Stage, grounded, wave


def sky(stage: Stage, horizon: float, sun: Point | None = None, radius: float = 90) -> None:
    """Light from the horizon up, and perhaps a sun."""
    stage.box(0, 0, stage.width, horizon, stage.ink.paper)
    stage.wash(0, horizon * 0.85, stage.ink.sky, "up")
    stage.wash(horizon * 0.35, horizon, stage.ink.glow, "down", 0.9)
    if sun:
        stage.disc(*sun, radius, stage.ink.sun)


def water(stage: Stage, top: float, sun_x: float | None = None, calm: int = 70) -> None:
    """A river to the sheet's foot with short strokes of light and shade, and the sun's path on it."""
    stage.box(0, top, stage.width, stage.height - top, stage.ink.water)
    stage.wash(top, stage.height, stage.ink.middle, "down", 0.75)
    light: list[list[Point]] = []
    shade: list[list[Point]] = []
    for _ in range(calm):
        depth = stage.chance.random() ** 1.4
        y = top + 12 + depth * (stage.height - top - 12)
        long = (30 + 150 * depth) * stage.chance.uniform(0.5, 1.4)
        x = stage.chance.uniform(-60, stage.width)
        (light if stage.chance.random() < 0.4 else shade).append(_stroke(x, y, long, 2 + 5 * depth))
    stage.forms(shade, stage.ink.far)
    stage.forms(light, stage.ink.glow)
    if sun_x is not None:
        path = []
        for step in range(26):
            y = top + 8 + step * (stage.height - top) / 26
            half = (26 + step * 5) * stage.chance.uniform(0.4, 1.2)
            path.append(_stroke(sun_x - half + stage.chance.uniform(-14, 14), y, half * 2, 5 + step * 0.25))
        stage.forms(path, stage.ink.sun)


def _stroke(x: float, y: float, long: float, thick: float) -> list[Point]:
    return [
        (x, y),
        (x + long * 0.2, y - thick / 2),
        (x + long * 0.8, y - thick / 2),
        (x + long, y),
        (x + long / 2, y + thick / 2),
    ]


def hills(stage: Stage, horizon: float) -> None:
    """Two lines of far hills on the horizon."""
    stage.form(grounded(wave(stage, horizon - 60, 50), horizon + 2), stage.ink.far, stage.ink.glow, "down", 0.6)
    stage.form(grounded(wave(stage, horizon - 20, 28), horizon + 2), stage.ink.middle, stage.ink.far, "down", 0.7)


def river(stage: Stage) -> None:
    """The Vell below the town, hills behind hills."""
    sun = stage.chance.uniform(420, 1180)
    sky(stage, 560, (sun, 410), 110)
    stage.form(grounded(wave(stage, 440, 80), 580), stage.ink.far, stage.ink.glow, "down", 0.7)
    stage.form(grounded(wave(stage, 500, 60), 580), stage.ink.middle, stage.ink.far, "down", 0.6)
    water(stage, 575, sun)
    bank: list[Point] = [(-10, 640), (330, 690), (520, 760), (300, 840), (140, 960), (-10, 1080)]
    stage.form(bank, stage.ink.near, stage.ink.dark, "left")
    other: list[Point] = [(1610, 600), (1240, 615), (1080, 660), (1320, 720), (1500, 800), (1610, 830)]
    stage.form(other, stage.ink.near, stage.ink.dark, "right")
    poplars(stage, [60, 130, 190, 265], 700, 220)
    poplars(stage, [1420, 1480, 1560], 650, 170)


def poplars(stage: Stage, places: list[float], foot: float, height: float) -> None:
    """Narrow trees along a bank."""
    for x in places:
        tall = height * stage.chance.uniform(0.75, 1.15)
        stage.oval(x, foot - tall / 2, tall * 0.13, tall / 2, stage.ink.near, stage.ink.dark, "right")


def crane(stage: Stage, x: float, foot: float, size: float, ink: str, mirrored: bool = False) -> None:
    """A quayside crane: legs, cabin, jib and its rope."""
    way = -1 if mirrored else 1
    at: Callable[[float, float], Point] = lambda dx, dy: (x + way * dx * size, foot - dy * size)  # noqa: E731
    beams = [
        [at(0, 0), at(14, 120)], [at(80, 0), at(66, 120)], [at(7, 60), at(73, 60)], [at(0, 0), at(73, 60)],
        [at(80, 0), at(7, 60)], [at(40, 120), at(40, 190)],
        [at(-70, 150), at(270, 310)], [at(-70, 165), at(40, 215)],
        [at(40, 215), at(270, 310)], [at(40, 165), at(40, 260)],
        [at(40, 260), at(270, 310)], [at(40, 260), at(-70, 160)],
    ]  # fmt: skip
    stage.lines(beams, ink, 7 * size)
    braces = [[at(40 + step * 46, 202 + step * 21.5), at(63 + step * 46, 230 + step * 16)] for step in range(4)]
    stage.lines(braces, ink, 4 * size)
    stage.lines([[at(268, 308), at(268, 120)]], ink, 3 * size)
    stage.form([at(256, 120), at(280, 120), at(272, 104), at(264, 104)], ink)
    stage.form([at(10, 120), at(74, 120), at(74, 172), at(10, 172)], ink)
    stage.form([at(-86, 140), at(-40, 140), at(-40, 176), at(-86, 176)], ink)
    stage.form([at(52, 140), at(68, 140), at(68, 160), at(52, 160)], stage.ink.light)


def harbour(stage: Stage) -> None:
    """Cranes over the Grain Pier, a ship between them."""
    sun = stage.chance.uniform(600, 1000)
    sky(stage, 700, (sun, 520), 130)
    hills(stage, 700)
    water(stage, 700, sun)
    warehouses(stage, 700)
    crane(stage, 250, 760, 1.5, stage.ink.near)
    crane(stage, 1330, 750, 1.25, stage.ink.near, mirrored=True)
    ship(stage, 660, 770, 1.0)
    stage.form([(-5, 760), (560, 760), (600, 800), (600, 850), (-5, 870)], stage.ink.dark)
    stage.form([(1605, 750), (1200, 750), (1170, 785), (1170, 820), (1605, 850)], stage.ink.dark)
    crane(stage, 60, 780, 2.2, stage.ink.dark)
    for x in range(30, 600, 90):
        stage.box(x, 740, 12, 24, stage.ink.dark)


def warehouses(stage: Stage, foot: float) -> None:
    """Roofs along the water, a lamp in some of their doors."""
    x = -20.0
    lamps: list[list[Point]] = []
    while x < stage.width:
        wide, high = stage.chance.uniform(90, 210), stage.chance.uniform(50, 120)
        roof = [
            (x, foot),
            (x, foot - high),
            (x + wide / 2, foot - high - wide * 0.18),
            (x + wide, foot - high),
            (x + wide, foot),
        ]
        stage.form(roof, stage.ink.middle, stage.ink.near, "down", 0.6)
        if stage.chance.random() < 0.7:
            lamps.append(
                [
                    (x + wide * 0.4, foot - 24),
                    (x + wide * 0.55, foot - 24),
                    (x + wide * 0.55, foot),
                    (x + wide * 0.4, foot),
                ]
            )
        x += wide * stage.chance.uniform(0.95, 1.25)
    stage.forms(lamps, stage.ink.light)


def ship(stage: Stage, x: float, foot: float, size: float) -> None:
    """A coaster: hull, holds, house and funnel."""
    hull = [
        (x, foot - 60 * size),
        (x + 520 * size, foot - 60 * size),
        (x + 470 * size, foot + 20 * size),
        (x + 50 * size, foot + 20 * size),
    ]
    stage.form(hull, stage.ink.dark, stage.ink.near, "right", 0.5)
    for hold in range(4):
        stage.box(x + (40 + hold * 80) * size, foot - 90 * size, 66 * size, 30 * size, stage.ink.near)
    stage.box(x + 380 * size, foot - 170 * size, 100 * size, 112 * size, stage.ink.light, stage.ink.glow, "left")
    stage.box(x + 415 * size, foot - 215 * size, 40 * size, 48 * size, stage.ink.near)
    for pane in range(4):
        stage.box(x + (388 + pane * 23) * size, foot - 155 * size, 14 * size, 16 * size, stage.ink.dark)
    stage.lines([[(x + 60 * size, foot - 60 * size), (x + 60 * size, foot - 190 * size)]], stage.ink.dark, 5 * size)


def bridge(stage: Stage) -> None:
    """The Weir Bridge: stone arches and their reflection."""
    sun = stage.chance.uniform(300, 1300)
    sky(stage, 640, (sun, 330), 100)
    hills(stage, 640)
    water(stage, 640, sun)
    deck = 480
    arches = 5
    span = stage.width / arches
    wall: list[Point] = [(-5, deck), (stage.width + 5, deck), (stage.width + 5, 690), (-5, 690)]
    stage.form(wall, stage.ink.near, stage.ink.dark, "down")
    for place in range(arches):
        middle = span * (place + 0.5)
        curve = [(middle + math.cos(a) * span * 0.39, 665 - math.sin(a) * 140) for a in _half()]
        stage.form(
            [*curve, (middle - span * 0.39, 700), (middle + span * 0.39, 700)],
            stage.ink.glow,
            stage.ink.water,
            "down",
            1,
        )
        mirrored = [(middle + math.cos(a) * span * 0.39, 712 + math.sin(a) * 120) for a in _half()]
        stage.form(mirrored, stage.ink.glow, stage.ink.water, "down", 1)
    stage.box(-5, 686, stage.width + 10, 16, stage.ink.dark)
    stage.box(-5, deck - 26, stage.width + 10, 30, stage.ink.dark)
    lamps = list(range(90, stage.width, 240))
    stage.lines([[(x, deck - 20), (x, deck - 120)] for x in lamps], stage.ink.dark, 5)
    for x in lamps:
        stage.disc(x, deck - 128, 13, stage.ink.light)


def _half() -> list[float]:
    return [math.pi * step / 24 for step in range(25)]


def ferry(stage: Stage) -> None:
    """The ferry Patience between the banks."""
    sun = stage.chance.uniform(250, 600)
    sky(stage, 560, (sun, 360), 105)
    hills(stage, 560)
    warehouses(stage, 562)
    water(stage, 562, sun, calm=110)
    x, y = 640.0, 760.0
    hull = [(x - 130, y), (x + 590, y), (x + 520, y + 90), (x - 60, y + 90)]
    stage.form(hull, stage.ink.dark, stage.ink.near, "right", 0.6)
    stage.form([(x - 115, y + 22), (x + 572, y + 22), (x + 562, y + 36), (x - 104, y + 36)], stage.ink.light)
    stage.box(x - 20, y - 90, 470, 92, stage.ink.sun, stage.ink.glow, "right")
    for pane in range(9):
        stage.box(x + pane * 50, y - 70, 32, 36, stage.ink.near)
    stage.box(x + 90, y - 160, 190, 72, stage.ink.sun, stage.ink.glow, "right")
    stage.box(x + 104, y - 146, 162, 30, stage.ink.dark)
    stage.box(x + 330, y - 190, 54, 102, stage.ink.near, stage.ink.dark, "left")
    stage.box(x + 330, y - 172, 54, 18, stage.ink.light)
    stage.lines([[(x - 90, y), (x - 90, y - 130)], [(x - 90, y - 120), (x + 90, y - 160)]], stage.ink.dark, 4)
    stage.forms([_stroke(x - 260 - step * 60, y + 92 + step * 6, 300, 14) for step in range(3)], stage.ink.glow)
    gulls(stage, 7)


def gulls(stage: Stage, number: int) -> None:
    """Birds as two strokes each."""
    paths: list[list[Point]] = []
    for _ in range(number):
        x, y, wing = stage.chance.uniform(80, 1520), stage.chance.uniform(90, 400), stage.chance.uniform(14, 30)
        paths.append(
            [
                (x - wing, y - wing * 0.45),
                (x - wing * 0.4, y - wing * 0.5),
                (x, y),
                (x + wing * 0.4, y - wing * 0.5),
                (x + wing, y - wing * 0.45),
            ]
        )
    stage.lines(paths, stage.ink.dark, 3)


def heron(stage: Stage) -> None:
    """A heron among reeds at the island."""
    sky(stage, 620, (1120, 330), 150)
    hills(stage, 620)
    water(stage, 620, 1120)
    x, y = 640.0, 560.0
    body = [
        (x - 190, y + 60),
        (x - 90, y - 40),
        (x + 60, y - 60),
        (x + 120, y - 10),
        (x + 60, y + 70),
        (x - 60, y + 95),
    ]
    stage.form(body, stage.ink.near, stage.ink.dark, "left")
    neck = [(x + 70, y + 20), (x + 140, y - 60), (x + 120, y - 150), (x + 150, y - 240), (x + 190, y - 262)]
    stage.lines([neck], stage.ink.near, 30)
    stage.oval(x + 204, y - 264, 46, 26, stage.ink.near)
    stage.form([(x + 236, y - 280), (x + 380, y - 250), (x + 236, y - 250)], stage.ink.light)
    stage.form([(x + 190, y - 286), (x + 60, y - 300), (x + 180, y - 268)], stage.ink.dark)
    stage.disc(x + 214, y - 268, 6, stage.ink.sun)
    stage.lines(
        [
            [(x - 10, y + 80), (x - 4, y + 210), (x + 6, y + 330)],
            [(x + 40, y + 76), (x + 60, y + 200), (x + 40, y + 330)],
        ],
        stage.ink.dark,
        9,
    )
    reeds(stage, 80, 900, 0.55)
    reeds(stage, 120, 1090, 1)


def reeds(stage: Stage, number: int, foot: float, size: float) -> None:
    """Reeds along the foot of the sheet, some with heads."""
    stalks: list[list[Point]] = []
    heads: list[list[Point]] = []
    for _ in range(number):
        x, tall, lean = (
            stage.chance.uniform(-30, 1630),
            stage.chance.uniform(150, 380) * size,
            stage.chance.uniform(-50, 50),
        )
        stalks.append([(x - 5 * size, foot), (x + lean, foot - tall), (x + 5 * size, foot)])
        if stage.chance.random() < 0.25:
            top = foot - tall
            heads.append(
                [
                    (x + lean - 8 * size, top + 60 * size),
                    (x + lean, top - 14 * size),
                    (x + lean + 8 * size, top + 60 * size),
                ]
            )
    stage.forms(stalks, stage.ink.dark)
    stage.forms(heads, stage.ink.near)


def sturgeon(stage: Stage) -> None:
    """A sturgeon below the water line, the town above it."""
    sky(stage, 260)
    warehouses(stage, 262)
    stage.box(0, 258, stage.width, 820, stage.ink.water)
    stage.wash(258, 1067, stage.ink.near, "down", 1.0)
    stage.forms(
        [_stroke(stage.chance.uniform(-50, 1500), stage.chance.uniform(270, 420), 180, 7) for _ in range(18)],
        stage.ink.glow,
    )
    x, y = 800.0, 640.0
    back = [
        (x + 520 - 1060 * t, y - 92 * math.sin(math.pi * t**0.75) ** 0.8 + 34 * t)
        for t in [step / 30 for step in range(31)]
    ]
    belly = [
        (px, y + 34 * ((x + 520 - px) / 1060) + 74 * math.sin(math.pi * ((x + 520 - px) / 1060) ** 0.75))
        for px, _ in reversed(back)
    ]
    stage.form([*back, *belly], stage.ink.dark, stage.ink.middle, "down", 0.9)
    stage.form([(x - 500, y + 30), (x - 690, y - 120), (x - 610, y + 40), (x - 660, y + 130)], stage.ink.dark)
    stage.form([(x - 330, y - 30), (x - 420, y - 120), (x - 260, y - 56)], stage.ink.dark)
    stage.form([(x + 180, y + 60), (x + 60, y + 170), (x + 70, y + 66)], stage.ink.dark)
    stage.form([(x + 500, y - 14), (x + 610, y + 4), (x + 500, y + 26)], stage.ink.dark)
    scutes = [back[place] for place in range(4, 26, 2)]
    stage.forms([[(px - 22, py + 10), (px, py - 16), (px + 20, py + 10)] for px, py in scutes], stage.ink.light)
    stage.disc(x + 452, y - 16, 9, stage.ink.light)
    reeds(stage, 40, 1090, 0.7)


def barges(stage: Stage) -> None:
    """Rowing lighters from above, in a race."""
    stage.box(0, 0, stage.width, stage.height, stage.ink.water)
    stage.wash(0, stage.height, stage.ink.middle, "right", 0.8)
    stage.forms(
        [
            _stroke(stage.chance.uniform(-90, 1600), stage.chance.uniform(0, 1067), stage.chance.uniform(80, 260), 7)
            for _ in range(70)
        ],
        stage.ink.far,
    )
    for lane, (x, ink) in enumerate(
        [(560.0, stage.ink.near), (380.0, stage.ink.light), (690.0, stage.ink.dark), (250.0, stage.ink.sun)]
    ):
        y = 170.0 + lane * 240
        hull = [(x - 60, y), (x + 40, y - 46), (x + 640, y - 46), (x + 780, y), (x + 640, y + 46), (x + 40, y + 46)]
        stage.form(hull, ink, stage.ink.dark, "left", 0.4)
        stage.form(
            [(x + 40, y - 26), (x + 620, y - 26), (x + 680, y), (x + 620, y + 26), (x + 40, y + 26)], stage.ink.paper
        )
        seats = [x + 110 + seat * 92 for seat in range(6)]
        oars = [[(sx, y), (sx - 70, y + side * 118)] for sx in seats for side in (-1, 1)]
        stage.lines(oars, stage.ink.dark, 6)
        stage.forms(
            [
                [
                    (sx - 78, y + side * 100),
                    (sx - 58, y + side * 104),
                    (sx - 72, y + side * 136),
                    (sx - 92, y + side * 132),
                ]
                for sx in seats
                for side in (-1, 1)
            ],
            ink,
        )
        for sx in seats:
            stage.disc(sx + 12, y, 21, stage.ink.near if ink != stage.ink.near else stage.ink.dark)
        stage.forms([_stroke(x - 330, y + drift, 250, 10) for drift in (-30, 0, 30)], stage.ink.glow)


def lighthouse(stage: Stage) -> None:
    """The light at Outermouth, its beam over the bar."""
    sky(stage, 690)
    x = 1120.0
    stage.form([(x, 250), (-40, 60), (-40, 330)], stage.ink.glow)
    stage.form([(x, 250), (1700, 150), (1700, 330)], stage.ink.glow)
    water(stage, 690, None, calm=130)
    rock = [(x - 330, 760), (x - 230, 690), (x - 120, 650), (x + 60, 640), (x + 190, 680), (x + 360, 770)]
    stage.form(rock, stage.ink.near, stage.ink.dark, "down")
    tower = [(x - 70, 650), (x - 44, 300), (x + 44, 300), (x + 70, 650)]
    stage.form(tower, stage.ink.sun, stage.ink.middle, "right", 0.7)
    for band in range(2):
        y = 400 + band * 120
        half = 44 + (y - 300) * 0.074
        stage.form([(x - half, y), (x + half, y), (x + half + 4, y + 56), (x - half - 4, y + 56)], stage.ink.near)
    stage.box(x - 58, 288, 116, 16, stage.ink.dark)
    stage.box(x - 34, 222, 68, 66, stage.ink.light)
    stage.form([(x - 46, 222), (x, 170), (x + 46, 222)], stage.ink.dark)
    gulls(stage, 5)


SCENES: dict[str, Callable[[Stage], None]] = {
    "river": river,
    "harbour": harbour,
    "bridge": bridge,
    "ferry": ferry,
    "heron": heron,
    "sturgeon": sturgeon,
    "barges": barges,
    "lighthouse": lighthouse,
}
