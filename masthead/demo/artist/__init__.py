"""The newsroom's artist: prints of an invented river port, drawn from a scene's name and a seed, alike every time."""

from __future__ import annotations

from masthead.demo.artist import indoors, outdoors, portraits, waterside
from masthead.demo.artist.palettes import BY_NAME
from masthead.demo.artist.stage import Stage

SCENES = {**waterside.SCENES, **outdoors.SCENES, **indoors.SCENES}


def draw(scene: str, seed: str) -> bytes:
    """A JPEG of `harbour:dusk` or `portrait:bob:noon`. Raises KeyError for a scene or a palette nobody knows."""
    name, *rest = scene.split(":")
    if name == "portrait":
        return portraits.portrait(rest[0], seed).jpeg()
    stage = Stage(BY_NAME[rest[0]], seed)
    SCENES[name](stage)
    return stage.jpeg()
