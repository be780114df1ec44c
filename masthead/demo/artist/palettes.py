"""The artist's inks: six times of day, so that prints of different stories belong together."""

from __future__ import annotations

from masthead.demo.artist.stage import Palette

DUSK = Palette(
    paper="#f6d7b0", sky="#c8627a", glow="#f2a65a", sun="#fff0cf", far="#a8607f", middle="#6d4674", near="#3c2f5c",
    dark="#221d3d", light="#ffc46b", water="#e59a79",
)  # fmt: skip
DAWN = Palette(
    paper="#fbeedb", sky="#8fbfc4", glow="#f7c9a9", sun="#f2785c", far="#9cb8bd", middle="#5b8a94", near="#2c5d6b",
    dark="#173a47", light="#ffd9a0", water="#c9dcd6",
)  # fmt: skip
NIGHT = Palette(
    paper="#31567a", sky="#14233f", glow="#4f7d94", sun="#f6e7b8", far="#28466a", middle="#1d3455", near="#13233f",
    dark="#0a1428", light="#f7b84a", water="#2b4d70",
)  # fmt: skip
NOON = Palette(
    paper="#f5edd6", sky="#a9cfc9", glow="#f5e3b3", sun="#f0b23d", far="#8db6a4", middle="#4f8a78", near="#d2573a",
    dark="#1f4347", light="#fbe6b4", water="#7fb3ae",
)  # fmt: skip
FOG = Palette(
    paper="#ece8df", sky="#b7bfc2", glow="#dcd5c4", sun="#d99a3c", far="#bcc3c3", middle="#8b999d", near="#566870",
    dark="#2b3b45", light="#e8b45c", water="#cdd1cd",
)  # fmt: skip
FROST = Palette(
    paper="#eef2f1", sky="#9fb9d1", glow="#e6dfe3", sun="#d8483f", far="#b3c5d6", middle="#6f8fae", near="#3b5878",
    dark="#1b2f4a", light="#f6d9b8", water="#cfdde6",
)  # fmt: skip

BY_NAME = {"dusk": DUSK, "dawn": DAWN, "night": NIGHT, "noon": NOON, "fog": FOG, "frost": FROST}
