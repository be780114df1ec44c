"""The demo's pictures: drawn when the newsroom is built, kept as an editor would have uploaded them."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from masthead.demo.artist import draw
from masthead.demo.manuscripts import table
from masthead.media.models import Picture


class Pictures:
    """Pictures by name and language. Each is drawn at its first use and found again by its title ever after."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[str, Any] = table("pictures")
        self._keys: dict[str, int] = {}
        self.drawn: list[Picture] = []

    def named(self, name: str) -> int:
        """The key of a picture in `pictures.toml`. Raises KeyError for a name that isn't there."""
        said = self._words[name]
        own = {**said, **said.get(self.language, {})} if self.language != "en" else said
        return self._keep(name, said["scene"], own)

    def portrait(self, person: str) -> int:
        """The key of a person's portrait."""
        said = table("people")[person]
        own = {**said, **said.get(self.language, {})}
        words = {
            "en": f"Drawn portrait of {own['name']}: head and shoulders in two inks.",
            "uk": f"Мальований портрет: {own['name']}, голова й плечі у двох фарбах.",
        }
        return self._keep(
            f"portrait-{person}",
            f"portrait:{said['face']}",
            {
                "title": f"Portrait: {said['name']}",
                "alt": words["en"],
                "caption": f"{own['name']}, {said.get('position', '')}",
                "credit": "Wil Harrow / The Halmere Packet",
            },
        )

    def _print(self, scene: str, name: str) -> bytes:
        """The print itself: drawn once, and copied for every further language."""
        if self.language != "en" and name in self._words:
            first = Picture.objects.filter(title=self._words[name]["title"]).first()
            if first is not None:
                with first.file.open("rb") as file:
                    return bytes(file.read())
        return draw(scene, name)

    def _keep(self, name: str, scene: str, words: dict[str, Any]) -> int:
        title = words["title"]
        if title in self._keys:
            return self._keys[title]
        found = Picture.objects.filter(title=title).first()
        if found is None:
            suffix = "" if self.language == "en" or name.startswith("portrait-") else f"-{self.language}"
            found = Picture(
                title=title,
                file=ContentFile(self._print(scene, name), name=f"{name}{suffix}.jpg"),
                description=words["alt"],
                caption=words["caption"],
                credit=words["credit"],
            )
            found.save()
            self.drawn.append(found)
        self._keys[title] = found.pk
        return int(found.pk)
