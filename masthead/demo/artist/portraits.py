"""Portraits of the staff: head and shoulders in two inks and a shade."""

from __future__ import annotations

import math
from dataclasses import dataclass

from masthead.demo.artist.palettes import BY_NAME
from masthead.demo.artist.stage import Point, Stage

SIDE = 800


@dataclass(frozen=True)
class Face:
    """What tells one from another: `bob.glasses.dusk.2` is hair, mark, palette and the tone of the skin."""

    hair: str
    mark: str
    palette: str
    tone: int


SKINS = ["#f3d3b6", "#dfae85", "#b97f56", "#84543a", "#5f3b2b"]
HAIRS = ["#2a211d", "#5b3a26", "#a5683a", "#c9c3bb", "#7d2f22", "#d8b06a"]


def portrait(words: str, seed: str) -> Stage:
    """Draw one face. Raises ValueError on words that don't say hair, mark, palette and tone."""
    hair, mark, palette, tone = words.split(".")
    face = Face(hair, mark, palette, int(tone))
    stage = Stage(BY_NAME[palette], seed, SIDE, SIDE)
    ink = stage.ink
    stage.box(0, 0, SIDE, SIDE, ink.glow, ink.sky, "up")
    stage.disc(400, 400, 320, ink.water, ink.far, "left")
    skin = SKINS[face.tone]
    colour = HAIRS[stage.chance.randrange(len(HAIRS))] if face.mark != "grey" else HAIRS[3]
    _back_hair(stage, face.hair, colour)
    _shoulders(stage)
    shadow = SKINS[min(face.tone + 1, 4)]
    stage.form([(345, 480), (455, 480), (470, 640), (400, 680), (330, 640)], shadow)
    stage.oval(400, 375, 118, 152, skin, shadow, "right")
    stage.oval(284, 385, 20, 34, skin)
    stage.oval(516, 385, 20, 34, shadow)
    _features(stage, shadow)
    _hair(stage, face.hair, colour)
    _mark(stage, face.mark, colour)
    return stage


def _shoulders(stage: Stage) -> None:
    ink = stage.ink
    cloth: list[Point] = [
        (90, 810),
        (120, 690),
        (215, 628),
        (330, 600),
        (400, 660),
        (470, 600),
        (585, 628),
        (680, 690),
        (710, 810),
    ]
    stage.form(cloth, ink.near, ink.dark, "right")
    stage.form([(318, 602), (400, 700), (360, 745), (285, 625)], ink.sun)
    stage.form([(482, 602), (400, 700), (440, 745), (515, 625)], ink.sun)


def _features(stage: Stage, shadow: str) -> None:
    dark = "#2b1f1c"
    tilt = stage.chance.uniform(-3, 3)
    for x in (354, 446):
        stage.oval(x, 372, 9, 7, dark)
        stage.lines([[(x - 24, 345 + tilt), (x, 338), (x + 24, 345 - tilt)]], dark, 6)
    stage.lines([[(402, 370), (418, 420), (392, 426)]], shadow, 6)
    smile = stage.chance.uniform(4, 14)
    stage.lines([[(362 + t * 8, 462 + smile * math.sin(math.pi * t / 10)) for t in range(11)]], "#8c3a33", 7)


def _back_hair(stage: Stage, hair: str, colour: str) -> None:
    if hair in {"long", "waves"}:
        stage.form(
            [
                (262, 330),
                (300, 210),
                (400, 178),
                (500, 210),
                (538, 330),
                (568, 600),
                (500, 660),
                (300, 660),
                (232, 600),
            ],
            colour,
            "#1d1715",
            "down",
            0.5,
        )
    if hair == "bob":
        stage.form(
            [(256, 340), (290, 220), (400, 180), (510, 220), (544, 340), (552, 505), (248, 505)],
            colour,
            "#1d1715",
            "down",
            0.5,
        )
    if hair == "bun":
        stage.disc(400, 178, 72, colour, "#1d1715", "right")
    if hair == "curls":
        for step in range(14):
            angle = math.pi * (0.92 + step * 1.16 / 13)
            stage.disc(400 + math.cos(angle) * 140, 345 + math.sin(angle) * 150, 56, colour)


def _hair(stage: Stage, hair: str, colour: str) -> None:
    if hair == "bald":
        return
    if hair == "curls":
        for step in range(9):
            stage.disc(300 + step * 25, 262 - 38 * math.sin(math.pi * step / 8), 38, colour)
        return
    parting = {"bob": 340, "long": 400, "waves": 460, "short": 440, "crop": 400, "bun": 400}.get(hair, 400)
    low = 290 if hair in {"crop", "short"} else 330
    fringe: list[Point] = [
        (278, low + 50),
        (272, 300),
        (310, 225),
        (400, 196),
        (490, 225),
        (528, 300),
        (522, low + 50),
        (500, 300),
    ]
    stage.form(
        [*fringe, (parting + 40, 268), (parting, 250), (parting - 50, 272), (302, 306)], colour, "#1d1715", "right", 0.4
    )


def _mark(stage: Stage, mark: str, colour: str) -> None:
    dark = "#2b1f1c"
    if mark == "glasses":
        ring = [
            [(x + math.cos(a) * 38, 374 + math.sin(a) * 32) for a in [math.tau * s / 28 for s in range(29)]]
            for x in (354, 446)
        ]
        stage.lines([*ring, [(392, 370), (408, 370)], [(316, 368), (288, 360)], [(484, 368), (512, 360)]], dark, 5)
    if mark in {"beard", "grey"}:
        beard: list[Point] = [
            (284, 400),
            (300, 440),
            (345, 446),
            (400, 434),
            (455, 446),
            (500, 440),
            (516, 400),
            (506, 480),
            (460, 545),
            (400, 566),
            (340, 545),
            (294, 480),
        ]
        stage.form(beard, colour, dark, "down", 0.4)
        stage.oval(400, 468, 36, 9, "#8c3a33")
    if mark == "cap":
        stage.form(
            [(268, 300), (290, 210), (400, 165), (510, 210), (532, 300)], stage.ink.near, stage.ink.dark, "right"
        )
        stage.form([(262, 296), (538, 296), (560, 326), (240, 326)], stage.ink.dark)
    if mark == "scarf":
        stage.form(
            [(290, 590), (400, 640), (510, 590), (530, 660), (400, 720), (270, 660)],
            stage.ink.light,
            stage.ink.sun,
            "right",
        )
