"""Prints of rooms: the library, the council chamber, the theatre, the workshop, a table that is laid."""

from __future__ import annotations

import math
from collections.abc import Callable

from masthead.demo.artist.outdoors import figure
from masthead.demo.artist.stage import Point, Stage


def dome(stage: Stage) -> None:
    """The reading room: ribs of glass, desks with lamps, buckets."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.middle, ink.dark, "down")
    arc = [(800 + 760 * math.cos(math.pi * s / 60), 640 - 560 * math.sin(math.pi * s / 60)) for s in range(61)]
    stage.form(arc, ink.glow, ink.sky, "up")
    ribs: list[list[Point]] = []
    for rib in range(11):
        far = -1 + rib / 5
        ribs.append(
            [
                (800 + 760 * far * math.cos(t), 640 - 560 * math.sin(t))
                for t in [math.pi / 2 * s / 20 for s in range(21)]
            ]
        )
    rings = [
        [
            (
                800 + 760 * share * math.cos(math.pi * s / 40),
                640 - 560 * math.sqrt(1 - share**2) - 22 * math.sin(math.pi * s / 40) * share,
            )
            for s in range(41)
        ]
        for share in (0.35, 0.62, 0.84)
    ]
    stage.lines([*ribs, *rings], ink.near, 6)
    stage.disc(800, 84, 30, ink.light)
    stage.box(-5, 636, 1610, 34, ink.near)
    for place in range(16):
        stage.box(10 + place * 100, 670, 84, 150, ink.near, ink.dark, "down")
        x = 16.0 + place * 100
        while x < 84 + place * 100:
            wide = stage.chance.uniform(8, 15)
            high = stage.chance.uniform(60, 118)
            stage.box(
                x, 814 - high, wide, high, stage.chance.choice([ink.far, ink.sky, ink.light, ink.middle, ink.glow])
            )
            x += wide + 2
    stage.box(-5, 820, 1610, 250, ink.dark, ink.near, "down")
    for x in (190, 620, 1050):
        stage.form([(x, 880), (x + 340, 880), (x + 380, 930), (x - 40, 930)], ink.far, ink.middle, "right")
        for spot in (x + 70, x + 260):
            stage.form([(spot - 60, 880), (spot + 60, 880), (spot, 828)], ink.light)
            stage.lines([[(spot, 830), (spot, 884)]], ink.dark, 6)
    for x in (120, 500, 985, 1470):
        stage.form([(x - 34, 960), (x + 34, 960), (x + 24, 1030), (x - 24, 1030)], ink.sun, ink.far, "right")
        stage.forms(
            [[(x, 700 + k * 84), (x + 9, 726 + k * 84), (x, 736 + k * 84), (x - 9, 726 + k * 84)] for k in range(3)],
            ink.sun,
        )


def shelves(stage: Stage) -> None:
    """Books from floor to ceiling, and a ladder."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.dark)
    colours = [ink.near, ink.middle, ink.far, ink.light, ink.sky, ink.sun, ink.glow, ink.water]
    for row in range(5):
        foot = 196 + row * 208
        x = 20.0
        while x < 1580:
            wide = stage.chance.uniform(18, 46)
            high = stage.chance.uniform(112, 168)
            lean = stage.chance.uniform(10, 30) if stage.chance.random() < 0.06 else 0
            tone = stage.chance.choice(colours)
            stage.form(
                [(x + lean, foot - high), (x + wide + lean, foot - high), (x + wide, foot), (x, foot)],
                tone,
                ink.dark,
                "right",
                0.35,
            )
            if stage.chance.random() < 0.5:
                stage.box(x + lean + 4, foot - high + 22, wide - 8, 7, ink.paper)
            x += wide + lean + (stage.chance.uniform(30, 80) if stage.chance.random() < 0.05 else 3)
        stage.box(-5, foot, 1610, 22, ink.middle, ink.near, "right")
    left, right = (1010.0, 1090.0), (1130.0, 1210.0)
    stage.lines([[(left[0], 40), (left[1], 1060)], [(right[0], 40), (right[1], 1060)]], ink.paper, 14)
    stage.lines(
        [
            [(left[0] + 80 * t, 40 + 1020 * t), (right[0] + 80 * t, 40 + 1020 * t)]
            for t in [k / 11 for k in range(1, 11)]
        ],
        ink.paper,
        10,
    )


def chamber(stage: Stage) -> None:
    """The Corn Exchange with the council in it."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.far, ink.middle, "up")
    for x in (150, 480, 1010, 1340):
        stage.form([(x, 560), (x, 220), (x + 55, 130), (x + 110, 220), (x + 110, 560)], ink.glow, ink.sky, "up")
        stage.lines(
            [[(x + 55, 140), (x + 55, 560)], [(x, 330), (x + 110, 330)], [(x, 450), (x + 110, 450)]], ink.near, 5
        )
    stage.box(690, 150, 220, 260, ink.near, ink.dark, "down")
    stage.disc(800, 270, 74, ink.light)
    stage.lines([[(800, 270), (800, 214)], [(800, 270), (838, 290)]], ink.dark, 8)
    stage.box(-5, 560, 1610, 520, ink.near, ink.dark, "down")
    for row in range(3):
        radius, y = 330 + row * 190, 640 + row * 110
        ring: list[Point] = []
        inner: list[Point] = []
        for s in range(41):
            a = math.pi * (0.06 + 0.88 * s / 40)
            ring.append((800 + radius * 1.15 * math.cos(a), y + radius * 0.42 * math.sin(a)))
            inner.append((800 + radius * 1.15 * math.cos(a), y + radius * 0.42 * math.sin(a) + 46))
        heads = 7 + row * 3
        for seat in range(heads):
            a = math.pi * (0.1 + 0.8 * seat / (heads - 1))
            hx, hy = 800 + radius * 1.15 * math.cos(a), y + radius * 0.42 * math.sin(a)
            tone = stage.chance.choice([ink.sun, ink.far, ink.glow, ink.middle])
            stage.form(
                [(hx - 40, hy + 20), (hx - 24, hy - 48), (hx + 24, hy - 48), (hx + 40, hy + 20)],
                tone,
                ink.dark,
                "down",
                0.4,
            )
            stage.disc(hx, hy - 66, 24, ink.dark)
        stage.form([*ring, *reversed(inner)], ink.middle, ink.near, "down")
    stage.box(640, 560, 320, 90, ink.middle, ink.dark, "down")
    figure(stage, 800, 610, 1.1, ink.sun)


def theatre(stage: Stage) -> None:
    """The Ropewalk's curtain, and one light."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.dark)
    stage.form([(800, 40), (480, 800), (1120, 800)], ink.glow, ink.light, "up")
    stage.oval(800, 806, 330, 62, ink.light)
    for side in (-1, 1):
        for fold in range(6):
            a, b = 800 + side * (340 + fold * 90), 800 + side * (340 + (fold + 1) * 90)
            sag = 40 + fold * 10
            stage.form(
                [(a + side * 60, -5), (b + side * 60, -5), (b, 800 + sag), ((a + b) / 2, 830 + sag), (a, 800 + sag)],
                ink.sky,
                ink.near,
                "right" if side < 0 else "left",
            )
    stage.form(
        [
            (-5, -5),
            (1605, -5),
            (1605, 130),
            *[(1605 - 160 * k - 80 * h, 130 + (60 if h else 0)) for k in range(10) for h in (0, 1)],
            (-5, 130),
        ],
        ink.near,
        ink.dark,
        "down",
    )
    stage.box(-5, 850, 1610, 60, ink.middle, ink.near, "down")
    stage.box(-5, 905, 1610, 170, ink.dark)
    figure(stage, 760, 806, 2.0, ink.sun)
    for seat in range(15):
        x = 20 + seat * 112 + stage.chance.uniform(-8, 8)
        stage.oval(x, 1010, 40, 48, ink.near)
        stage.oval(x, 1080, 62, 60, ink.near)


def workshop(stage: Stage) -> None:
    """The yard's shed: a hull upside down, sparks."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.middle, ink.dark, "up")
    stage.form([(0, 330), (800, 60), (1600, 330), (1600, -5), (0, -5)], ink.near, ink.dark, "up")
    trusses: list[list[Point]] = [[(0, 330), (800, 60), (1600, 330)], [(0, 330), (1600, 330)]]
    trusses += [[(x, 330), (x, 330 - 270 * (1 - abs(x - 800) / 800))] for x in range(200, 1500, 200)]
    stage.lines(trusses, ink.dark, 10)
    for x in (190, 560, 930, 1300):
        stage.box(x, 390, 130, 190, ink.glow, ink.light, "down")
        stage.lines([[(x + 65, 390), (x + 65, 580)], [(x, 485), (x + 130, 485)]], ink.near, 6)
    stage.box(-5, 880, 1610, 200, ink.near, ink.dark, "down")
    hull: list[Point] = [(180, 820), (330, 610), (560, 545), (1120, 540), (1320, 590), (1450, 820)]
    stage.form(hull, ink.far, ink.near, "down")
    stage.lines(
        [[(330 + k * 110, 606 - 30 * math.sin(math.pi * k / 9)), (290 + k * 120, 820)] for k in range(10)],
        ink.middle,
        4,
    )
    for x in (260, 560, 860, 1160, 1400):
        stage.form([(x - 40, 890), (x - 20, 815), (x + 20, 815), (x + 40, 890)], ink.dark)
    stage.lines(
        [
            [(650, 880), (720, 520)],
            [(710, 880), (780, 520)],
            *[[(650 + 70 * t, 880 - 360 * t), (710 + 70 * t, 880 - 360 * t)] for t in [k / 7 for k in range(1, 7)]],
        ],
        ink.light,
        8,
    )
    figure(stage, 1180, 545, 1.3, ink.sun)
    sparks = [(stage.chance.uniform(0, math.tau), stage.chance.uniform(20, 130)) for _ in range(40)]
    stage.lines(
        [
            [(1232 + 14 * math.cos(a), 505 + 14 * math.sin(a)), (1232 + r * math.cos(a), 505 + r * math.sin(a))]
            for a, r in sparks
        ],
        ink.light,
        3,
    )
    stage.disc(1232, 505, 16, ink.paper)


def table(stage: Stage) -> None:
    """Eel, bread, a lemon, from above."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.water, ink.far, "right")
    for x in range(0, 1600, 160):
        stage.box(x, 0, 70, 1067, ink.sky, ink.far, "down")
    for cx, cy, r in ((560, 540, 330), (1200, 330, 210), (1260, 800, 190)):
        stage.disc(cx + 14, cy + 18, r, ink.middle)
        stage.disc(cx, cy, r, ink.paper, ink.glow, "right")
        stage.disc(cx, cy, r * 0.78, ink.paper)
    eel = [(330 + 460 * t, 540 + 110 * math.sin(t * 7.2)) for t in [k / 50 for k in range(51)]]
    stage.lines([eel], ink.dark, 58)
    stage.lines([[(x, y - 10) for x, y in eel[4:46]]], ink.middle, 12)
    stage.disc(790, 540 + 110 * math.sin(7.2), 34, ink.dark)
    stage.disc(800, 535 + 110 * math.sin(7.2), 6, ink.paper)
    stage.disc(640, 730, 62, ink.sun, ink.light, "up")
    stage.disc(640, 730, 46, ink.light)
    stage.lines(
        [
            [(640, 730), (640 + 44 * math.cos(math.tau * k / 8), 730 + 44 * math.sin(math.tau * k / 8))]
            for k in range(8)
        ],
        ink.sun,
        4,
    )
    for k in range(4):
        stage.oval(1100 + k * 62, 330 + (k % 2) * 26, 66, 96, ink.near, ink.light, "left")
    stage.disc(1260, 800, 120, ink.dark, ink.near, "right")
    for wave_ in range(3):
        stage.lines([[(1230 + wave_ * 34 + 12 * math.sin(s / 3), 790 - s * 9) for s in range(18)]], ink.paper, 5)
    stage.lines([[(165, 250), (165, 860)], [(130, 250), (130, 400), (200, 400), (200, 250)]], ink.near, 14)


def gauge(stage: Stage) -> None:
    """A river gauge: marks, numbers left to the reader, and the line of the water."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.sky, ink.glow, "down")
    curve = [
        (x, 700 - 260 * math.exp(-(((x - 1010) / 260) ** 2)) + 26 * math.sin(x / 60)) for x in range(-20, 1641, 20)
    ]
    stage.form([*curve, (1640, 1080), (-20, 1080)], ink.water, ink.near, "down")
    stage.lines([curve], ink.near, 12)
    for level in range(5):
        y = 300 + level * 150
        stage.lines([[(x, y), (x + 22, y)] for x in range(340, 1600, 48)], ink.middle, 3)
    stage.box(150, 60, 120, 1010, ink.paper, ink.far, "right")
    for mark in range(24):
        y = 90 + mark * 40
        stage.box(150, y, 120 if mark % 5 == 0 else 60, 18, ink.near if mark % 10 < 5 else ink.dark)
    stage.disc(1010, 440, 26, ink.sun)
    stage.lines([[(1010, 410), (1010, 250)]], ink.sun, 6)
    stage.box(940, 170, 140, 80, ink.sun)
    stage.lines([[(965, 200), (1055, 200)], [(965, 224), (1030, 224)]], ink.paper, 8)


def classroom(stage: Stage) -> None:
    """Trays of school lunch in a row by a window onto the river."""
    ink = stage.ink
    stage.box(0, 0, 1600, 620, ink.glow, ink.light, "up")
    stage.box(120, 80, 1360, 430, ink.sky, ink.paper, "down")
    stage.form([(120, 510), (120, 400), (500, 360), (900, 410), (1480, 350), (1480, 510)], ink.middle, ink.far, "down")
    stage.box(120, 455, 1360, 56, ink.water)
    stage.lines(
        [
            [(120, 80), (1480, 80), (1480, 510), (120, 510), (120, 80)],
            [(573, 80), (573, 510)],
            [(1026, 80), (1026, 510)],
        ],
        ink.dark,
        14,
    )
    stage.box(-5, 620, 1610, 460, ink.far, ink.middle, "down")
    for k in range(3):
        x, y = 110 + k * 490, 700
        stage.form([(x, y), (x + 400, y), (x + 430, y + 260), (x - 30, y + 260)], ink.near, ink.dark, "right")
        stage.oval(x + 140, y + 120, 106, 66, ink.paper)
        stage.oval(x + 140, y + 116, 76, 44, stage.chance.choice([ink.sun, ink.light]), ink.near, "down")
        stage.oval(x + 310, y + 80, 56, 36, ink.paper)
        stage.disc(x + 310, y + 66, 30, ink.middle if k != 1 else ink.sun, ink.dark, "right")
        stage.box(x + 270, y + 150, 60, 80, ink.paper, ink.sky, "right")


SCENES: dict[str, Callable[[Stage], None]] = {
    "dome": dome,
    "shelves": shelves,
    "chamber": chamber,
    "theatre": theatre,
    "workshop": workshop,
    "table": table,
    "gauge": gauge,
    "classroom": classroom,
}
