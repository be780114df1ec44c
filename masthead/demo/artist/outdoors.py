"""Prints of the town: its streets, its courthouse and market, the football ground, and a map."""

from __future__ import annotations

import math
from collections.abc import Callable

from masthead.demo.artist.stage import Point, Stage, grounded, wave
from masthead.demo.artist.waterside import gulls, hills, poplars, sky, water


def courthouse(stage: Stage) -> None:
    """Six columns, wide steps, one small figure."""
    ink = stage.ink
    sky(stage, 820, (1290, 240), 80)
    stage.form([(220, 330), (800, 130), (1380, 330)], ink.middle, ink.near, "right", 0.8)
    stage.form([(420, 312), (800, 182), (1180, 312)], ink.far, ink.middle, "down", 0.7)
    stage.disc(800, 262, 34, ink.light)
    stage.box(220, 330, 1160, 56, ink.near)
    stage.box(250, 386, 1100, 380, ink.dark)
    stage.form([(730, 766), (730, 540), (800, 480), (870, 540), (870, 766)], ink.light, ink.glow, "up")
    for place in range(6):
        x = 290 + place * 194
        if place in (2, 3):
            x += -36 if place == 2 else 36
        stage.box(x - 4, 386, 88, 26, ink.far)
        stage.box(x + 6, 410, 68, 340, ink.paper, ink.middle, "right")
        stage.box(x - 6, 744, 92, 24, ink.far)
    for step in range(6):
        stage.box(170 - step * 60, 766 + step * 52, 1260 + step * 120, 54, ink.far, ink.middle, "down")
    stage.box(-5, 1040, 1610, 40, ink.near)
    figure(stage, 560, 930, 1.0, ink.sun)


def figure(stage: Stage, x: float, foot: float, size: float, ink: str) -> None:
    """A person in a coat, seen from afar."""
    stage.form(
        [
            (x - 20 * size, foot - 34 * size),
            (x - 12 * size, foot - 112 * size),
            (x + 12 * size, foot - 112 * size),
            (x + 22 * size, foot - 34 * size),
        ],
        ink,
    )
    stage.disc(x, foot - 128 * size, 14 * size, stage.ink.dark)
    stage.lines(
        [
            [(x - 8 * size, foot - 34 * size), (x - 14 * size, foot)],
            [(x + 8 * size, foot - 34 * size), (x + 16 * size, foot)],
        ],
        stage.ink.dark,
        7 * size,
    )
    stage.form(
        [
            (x + 22 * size, foot - 78 * size),
            (x + 44 * size, foot - 78 * size),
            (x + 44 * size, foot - 50 * size),
            (x + 22 * size, foot - 50 * size),
        ],
        stage.ink.dark,
    )


def house(stage: Stage, x: float, foot: float, wide: float, high: float, ink: str, shade: str) -> list[list[Point]]:
    """A narrow house with a gable; returns its lit windows, to be printed last."""
    gable = [
        (x, foot),
        (x, foot - high),
        (x + wide / 2, foot - high - wide * 0.55),
        (x + wide, foot - high),
        (x + wide, foot),
    ]
    stage.form(gable, ink, shade, "down", 0.85)
    stage.box(x + wide * 0.7, foot - high - wide * 0.5, wide * 0.12, wide * 0.4, ink)
    lit: list[list[Point]] = []
    rows = max(1, int(high // 75))
    for row in range(rows):
        for column in range(2):
            if stage.chance.random() < 0.6:
                left, top = x + wide * (0.2 + column * 0.36), foot - high + 18 + row * 75
                right, low = left + wide * 0.22, top + 40
                lit.append([(left, top), (right, top), (right, low), (left, low)])
    return lit


def street(stage: Stage) -> None:
    """Lantern Street, climbing."""
    ink = stage.ink
    sky(stage, 760, (1180, 200), 70)
    for layer, (foot, tone, shade) in enumerate([(640, ink.far, ink.middle), (800, ink.middle, ink.near)]):
        lit: list[list[Point]] = []
        x = -40.0 - layer * 30
        while x < 1600:
            wide = stage.chance.uniform(95, 150)
            lit += house(stage, x, foot + 60, wide, stage.chance.uniform(170, 330), tone, shade)
            x += wide * 0.98
        stage.forms(lit, ink.light)
    road: list[Point] = [(640, 790), (800, 790), (1180, 1080), (180, 1080)]
    stage.box(-5, 800, 1610, 280, ink.near)
    stage.form(road, ink.far, ink.near, "up")
    stage.lines(
        [[(640 + (180 - 640) * t, 790 + 290 * t), (800 + 380 * t, 790 + 290 * t)] for t in (0.12, 0.26, 0.44, 0.68)],
        ink.middle,
        5,
    )
    for x, foot, size in ((560, 860, 0.7), (400, 960, 1.0), (1010, 900, 0.85)):
        lamp(stage, x, foot, size)
    figure(stage, 740, 930, 0.9, ink.sun)


def lamp(stage: Stage, x: float, foot: float, size: float) -> None:
    """A street lamp and its light."""
    stage.lines([[(x, foot), (x, foot - 260 * size)]], stage.ink.dark, 9 * size)
    stage.disc(x, foot - 286 * size, 44 * size, stage.ink.glow)
    stage.disc(x, foot - 286 * size, 26 * size, stage.ink.light)


def steps(stage: Stage) -> None:
    """The old town from the river: roofs up to the Beacon."""
    ink = stage.ink
    sky(stage, 800, (380, 250), 95)
    stage.form(
        grounded([(x, 420 - 260 * math.exp(-(((x - 1000) / 420) ** 2))) for x in range(-40, 1680, 40)], 810),
        ink.far,
        ink.middle,
        "down",
        0.8,
    )
    stage.form([(975, 190), (985, 90), (1015, 90), (1025, 190)], ink.near)
    stage.disc(1000, 80, 16, ink.light)
    for foot, tone, shade, low, high in (
        (560, ink.middle, ink.far, 50, 110), (680, ink.middle, ink.near, 70, 140), (810, ink.near, ink.dark, 90, 190)
    ):  # fmt: skip
        lit: list[list[Point]] = []
        x = -30.0
        while x < 1600:
            wide = stage.chance.uniform(70, 120)
            lift = 130 * math.exp(-(((x - 1000) / 420) ** 2)) * (810 - foot) / 250
            lit += house(stage, x, foot - lift + 10, wide, stage.chance.uniform(low, high) + 20, tone, shade)
            x += wide * 0.96
        stage.forms(lit, ink.light)
    water(stage, 812, 380)


def market(stage: Stage) -> None:
    """Awnings on the Saltmarket."""
    ink = stage.ink
    sky(stage, 700)
    x = -30.0
    lit: list[list[Point]] = []
    while x < 1600:
        wide = stage.chance.uniform(130, 190)
        lit += house(stage, x, 720, wide, stage.chance.uniform(260, 400), ink.far, ink.middle)
        x += wide
    stage.forms(lit, ink.paper)
    stage.box(-5, 715, 1610, 360, ink.glow, ink.far, "down")
    for left, top, wide, colour in ((90, 520, 420, ink.near), (600, 560, 380, ink.middle), (1060, 510, 460, ink.near)):
        stripes = 8
        for stripe in range(stripes):
            a, b = left + wide * stripe / stripes, left + wide * (stripe + 1) / stripes
            inner_a, inner_b = (left + wide / 2 + (edge - left - wide / 2) * 0.82 for edge in (a, b))
            tone = colour if stripe % 2 == 0 else ink.paper
            stage.form([(inner_a, top), (inner_b, top), (b, top + 120), ((a + b) / 2, top + 142), (a, top + 120)], tone)
        stage.lines(
            [
                [(left + 14, top + 110), (left + 14, top + 380)],
                [(left + wide - 14, top + 110), (left + wide - 14, top + 380)],
            ],
            ink.dark,
            8,
        )
        stage.box(left, top + 270, wide, 120, ink.dark, ink.middle, "right")
        for _ in range(16):
            stage.disc(
                left + stage.chance.uniform(24, wide - 24),
                top + 262 + stage.chance.uniform(-14, 6),
                stage.chance.uniform(14, 24),
                stage.chance.choice([ink.sun, ink.light, ink.near, ink.middle]),
            )
    for x, foot in ((545, 960), (1015, 990), (700, 1030)):
        figure(stage, x, foot, 1.25, stage.chance.choice([ink.sun, ink.near, ink.middle]))


def stadium(stage: Stage) -> None:
    """Dyke Lane under its lights."""
    ink = stage.ink
    sky(stage, 560)
    poplars(stage, [500, 560, 625, 690, 900, 965, 1030, 1090], 540, 200)
    stage.form([(-5, 430), (430, 470), (430, 600), (-5, 620)], ink.dark, ink.near, "up")
    stage.form([(1605, 430), (1170, 470), (1170, 600), (1605, 620)], ink.dark, ink.near, "up")
    crowd = [ink.light, ink.sun, ink.far, ink.glow]
    for _ in range(170):
        side = stage.chance.choice([0, 1])
        x = stage.chance.uniform(6, 415)
        y = stage.chance.uniform(470 + x * 0.05, 590)
        stage.disc(x if side == 0 else 1600 - x, y, 7, stage.chance.choice(crowd))
    stage.form([(430, 560), (1170, 560), (1700, 1080), (-100, 1080)], ink.water, ink.middle, "down")
    stage.lines(
        [
            [(430, 562), (1170, 562)],
            [(800 - 480, 740), (800 + 480, 740)],
            [(400, 562), (-60, 1010)],
            [(1200, 562), (1660, 1010)],
        ],
        ink.paper,
        6,
    )
    stage.lines(
        [[(800 + 150 * math.cos(math.tau * s / 40), 740 + 52 * math.sin(math.tau * s / 40)) for s in range(41)]],
        ink.paper,
        6,
    )
    stage.lines([[(700, 562), (700, 500), (900, 500), (900, 562)]], ink.paper, 7)
    for x in (180, 1420):
        stage.form([(x, 150), (x - 260 if x > 800 else x + 260, 700), (x + 120 if x > 800 else x - 120, 700)], ink.glow)
        stage.lines([[(x, 470), (x, 130)]], ink.dark, 14)
        stage.box(x - 80, 90, 160, 70, ink.dark)
        for lampplace in range(8):
            stage.disc(x - 60 + (lampplace % 4) * 40, 108 + (lampplace // 4) * 34, 13, ink.light)
    for x, y, size, tone in (
        (520, 830, 1.3, ink.near),
        (860, 800, 1.2, ink.sun),
        (1120, 930, 1.5, ink.near),
        (330, 950, 1.5, ink.sun),
    ):
        figure(stage, x, y, size, tone)
    stage.disc(720, 880, 17, ink.paper)


def flood(stage: Stage) -> None:
    """Packet Quay with the river on it."""
    ink = stage.ink
    sky(stage, 620)
    lit: list[list[Point]] = []
    x = -20.0
    while x < 1600:
        wide = stage.chance.uniform(120, 180)
        lit += house(stage, x, 690, wide, stage.chance.uniform(230, 380), ink.middle, ink.near)
        x += wide
    stage.forms(lit, ink.light)
    water(stage, 650, None, calm=150)
    for x, size in ((220, 1.0), (620, 0.85), (1010, 1.0), (1400, 0.85)):
        lamp(stage, x, 730, size)
        stage.oval(x, 800, 60, 10, ink.light)
    stage.form([(690, 790), (980, 790), (940, 850), (730, 850)], ink.dark, ink.near, "right")
    figure(stage, 800, 800, 1.0, ink.sun)
    stage.lines([[(820, 700), (930, 880)]], ink.dark, 7)
    sign = (1240, 640)
    stage.lines([[(sign[0], sign[1] + 180), (sign[0], sign[1])]], ink.dark, 8)
    stage.box(sign[0] - 70, sign[1] - 50, 140, 70, ink.sun)
    rain = [(stage.chance.uniform(-100, 1600), stage.chance.uniform(-40, 640)) for _ in range(140)]
    stage.lines([[(x, y), (x - 14, y + 44)] for x, y in rain], ink.far, 2.5)


def map_(stage: Stage) -> None:
    """The river around its island, with streets on both banks."""
    ink = stage.ink
    stage.box(0, 0, 1600, 1067, ink.paper, ink.light, "right")
    for _ in range(34):
        x, y = (
            stage.chance.uniform(-50, 1600),
            stage.chance.choice([stage.chance.uniform(20, 330), stage.chance.uniform(760, 1040)]),
        )
        stage.box(x, y, stage.chance.uniform(60, 170), stage.chance.uniform(30, 90), ink.glow, ink.light, "down")
    for k in range(9):
        y = 60 + k * 38
        stage.lines([[(x, y + 30 * math.sin(x / 300 + k)) for x in range(-20, 1640, 60)]], ink.far, 3)
        stage.lines([[(x, 760 + k * 38 + 30 * math.sin(x / 280 - k)) for x in range(-20, 1640, 60)]], ink.far, 3)
    middle = [(x, 545 + 90 * math.sin(x / 330)) for x in range(-40, 1680, 40)]
    upper = [(x, y - 105 - 60 * math.exp(-(((x - 900) / 240) ** 2))) for x, y in middle]
    lower = [(x, y + 105 + 60 * math.exp(-(((x - 900) / 240) ** 2))) for x, y in reversed(middle)]
    stage.form([*upper, *lower], ink.water, ink.middle, "right")
    island = [
        (720 + 360 * t, 545 + 90 * math.sin((720 + 360 * t) / 330) - 62 * math.sin(math.pi * t))
        for t in [s / 20 for s in range(21)]
    ]
    back = [(x, y + 2 * 62 * math.sin(math.pi * (x - 720) / 360)) for x, y in reversed(island)]
    stage.form([*island, *back], ink.far, ink.middle, "down")
    for x, wide in ((470, 26), (1330, 30)):
        y = 545 + 90 * math.sin(x / 330)
        stage.form([(x, y - 130), (x + wide, y - 130), (x + wide, y + 130), (x, y + 130)], ink.dark)
    stage.disc(320, 545 + 90 * math.sin(320 / 330), 40, ink.near)
    stage.disc(320, 545 + 90 * math.sin(320 / 330), 18, ink.paper)
    stage.lines(
        [[(1450, 150), (1450, 60)], [(1432, 90), (1450, 56), (1468, 90)], [(1410, 110), (1490, 110)]], ink.dark, 6
    )


def path(stage: Stage) -> None:
    """The towpath by bicycle."""
    ink = stage.ink
    sky(stage, 600, (1150, 350), 110)
    hills(stage, 600)
    water(stage, 600, 1150)
    bank = grounded(wave(stage, 830, 20), 1080)
    stage.form(bank, ink.near, ink.dark, "down")
    poplars(stage, [90, 180, 280, 1500], 850, 420)
    x, y = 800.0, 900.0
    for wheel in (x - 130, x + 130):
        stage.lines(
            [[(wheel + 92 * math.cos(math.tau * s / 36), y + 92 * math.sin(math.tau * s / 36)) for s in range(37)]],
            ink.light,
            9,
        )
    stage.lines(
        [
            [(x - 130, y), (x - 50, y - 130), (x + 90, y - 130), (x + 130, y)],
            [(x - 50, y - 130), (x - 10, y), (x - 130, y)],
            [(x - 10, y), (x + 90, y - 130), (x + 80, y - 180), (x + 130, y - 196)],
            [(x - 50, y - 130), (x - 60, y - 170), (x - 30, y - 170)],
        ],
        ink.sun,
        10,
    )
    gulls(stage, 6)


SCENES: dict[str, Callable[[Stage], None]] = {
    "courthouse": courthouse,
    "street": street,
    "steps": steps,
    "market": market,
    "stadium": stadium,
    "flood": flood,
    "map": map_,
    "path": path,
}
