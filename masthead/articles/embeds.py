"""Embeds: which hosts have a player, and where it loads from. Nobody is asked over the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Frame:
    """A host's player: its address, the origin a page's policy must allow, its shape, and the host's name."""

    src: str
    origin: str
    ratio: str
    provider: str


@dataclass(frozen=True)
class _Provider:
    name: str
    pattern: re.Pattern[str]
    origin: str
    path: str
    ratio: str = "16 / 9"

    def frame(self, url: str) -> Frame | None:
        match = self.pattern.match(url)
        if match is None:
            return None
        path = self.path.format(**{name: quote(value, safe="") for name, value in match.groupdict().items()})
        return Frame(self.origin + path, self.origin, self.ratio, self.name)


def _provider(name: str, pattern: str, origin: str, path: str, ratio: str = "16 / 9") -> _Provider:
    return _Provider(name, re.compile(pattern), origin, path, ratio)


# The address forms each host documents for its own player; ids are matched strictly and quoted.
PROVIDERS = (
    _provider(
        "YouTube",
        r"https://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/|embed/)|youtu\.be/)(?P<id>[\w-]{11})(?:[?&#/].*)?\Z",
        "https://www.youtube-nocookie.com",
        "/embed/{id}",
    ),
    _provider(
        "Vimeo",
        r"https://(?:www\.)?vimeo\.com/(?P<id>\d{5,12})(?:[?#/].*)?\Z",
        "https://player.vimeo.com",
        "/video/{id}?dnt=1",
    ),
    _provider(
        "Dailymotion",
        r"https://(?:www\.)?dailymotion\.com/video/(?P<id>[a-z0-9]{5,12})(?:[?#].*)?\Z",
        "https://geo.dailymotion.com",
        "/player.html?video={id}",
    ),
    _provider(
        "OpenStreetMap",
        r"https://www\.openstreetmap\.org/export/embed\.html\?bbox=(?P<bbox>[-\d.,%C]+)(?:&.*)?\Z",
        "https://www.openstreetmap.org",
        "/export/embed.html?bbox={bbox}",
        "4 / 3",
    ),
    _provider(
        "Datawrapper",
        r"https://(?:www\.)?datawrapper\.(?:dwcdn\.net|de/_)/(?P<id>[A-Za-z0-9]{5})(?:/.*)?\Z",
        "https://datawrapper.dwcdn.net",
        "/{id}/",
        "4 / 3",
    ),
)


def frame_for(url: str) -> Frame | None:
    """The player for a public address of a known host, else None."""
    return next((frame for provider in PROVIDERS if (frame := provider.frame(url))), None)


def host_of(url: str) -> str:
    """The address's host, without www; empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
