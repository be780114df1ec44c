"""A small grammar of the invented town: plausible headlines and paragraphs by the hundred thousand, for measuring."""

from __future__ import annotations

import random
import re

_SLOT = re.compile(r"\{(\w+)\}")

WORDS: dict[str, list[str]] = {
    "place": [
        "Packet Quay",
        "Lantern Street",
        "the Saltmarket",
        "Tannery Side",
        "the Grain Pier",
        "Chancel Row",
        "Dyke Lane",
        "Heron Island",
        "Kettle Ford",
        "Outermouth",
        "the Weir Bridge",
        "the Long Bridge",
        "the Corn Exchange",
        "the Ropewalk",
        "the east basin",
        "the Steps",
        "Beacon Hill",
        "Weir Road",
        "the fish market",
        "Cooper's Yard",
    ],
    "body": [
        "The council",
        "The Harbour Board",
        "The River Institute",
        "The pilots' office",
        "The school on Tannery Side",
        "The ferry company",
        "The residents of the Steps",
        "The Shipwrights' Fund",
        "The library",
        "Halmere Rovers",
        "The fire service",
        "The market traders",
        "The rowing club",
        "The Ropewalk's company",
        "The district court",
    ],
    "verb": [
        "asks for",
        "delays",
        "approves",
        "counts",
        "rejects",
        "returns to",
        "rethinks",
        "publishes the bill for",
        "finds money for",
        "loses patience with",
        "makes room for",
        "opens the books on",
        "argues over",
        "inherits",
    ],
    "thing": [
        "the new moorings",
        "a third ferry",
        "the quay lamps",
        "the flood wall",
        "the night bus",
        "the crane survey",
        "the eel licences",
        "a cycle path",
        "the school kitchen",
        "the drain under {place}",
        "the spring regatta",
        "the market roof",
        "the allotments",
        "the old signal box",
        "the tide clock",
        "the apprentices' hostel",
    ],
    "person": [
        "Odile Brandt",
        "Elspeth Carrow",
        "Ruben Thale",
        "Ada Brook",
        "Berit Tolliver",
        "Wilma Orde",
        "Perpetua Lind",
        "Harald Moen",
        "Tamsin Groves",
        "Gil Tarrant",
        "Cass Imber",
        "Mina Corvey",
        "Jory Pellow",
        "Hanne Oxley",
    ],
    "number": ["two", "three", "seven", "eleven", "fourteen", "twenty", "thirty-one", "forty", "ninety", "two hundred"],
    "unit": [
        "weeks",
        "crowns a household",
        "metres",
        "letters of complaint",
        "tonnes",
        "hours",
        "signatures",
        "berths",
    ],
    "mood": ["quietly", "for the second time", "after a long evening", "against advice", "with some relief", "at last"],
    "weather": ["in the rain", "at low water", "before breakfast", "on a grey morning", "in the last of the light"],
}
HEADLINES = [
    "{body} {verb} {thing}",
    "{body} {verb} {thing}, {mood}",
    "What {number} {unit} at {place} would mean",
    "{person} on {thing}: \u201cWe have waited long enough\u201d",
    "At {place}, {number} {unit} and one question",
    "Why {thing} matters at {place}",
    "{person} leaves {place} after {number} years",
    "A morning at {place} with {person}",
]
SENTENCES = [
    "{body} {verb} {thing} {mood}, and people at {place} noticed.",
    "It took {number} {unit} and a meeting at {place} to get this far.",
    "{person} had come to {place} {weather} to see for herself.",
    "{person} said that {thing} could not wait for another {number} {unit}.",
    "Nobody at {place} could say who had ordered {thing}.",
    "The papers, which run to {number} pages, mention {thing} only once.",
    "\u201cI would rather be told,\u201d said {person}, who works near {place}.",
    "{body} did not answer before this story was published.",
    "The cost is put at {number} thousand crowns, not counting {thing}.",
    "By the afternoon {place} was itself again.",
    "A similar plan for {place} was dropped {number} years ago.",
    "{person} and {person} disagree about {thing}, as they have since school.",
    "From {place} you can see {thing}, if you know where to look.",
    "The vote is expected within {number} {unit}, {person} said.",
    "{weather} there is hardly a better place than {place}.",
    "What began as a note about {thing} has become a matter for {place}.",
]


class Grammar:
    """Words in order, from a seed: the same for the same number."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (prose, not a secret)

    def say(self, pattern: str) -> str:
        """A pattern with its slots filled, its first letter large."""
        while "{" in pattern:
            pattern = _SLOT.sub(lambda match: self.chance.choice(WORDS[match[1]]), pattern)
        return pattern[0].upper() + pattern[1:]

    def headline(self) -> str:
        """One headline."""
        return self.say(self.chance.choice(HEADLINES))

    def paragraph(self) -> str:
        """Three to five sentences, none twice."""
        return " ".join(self.say(one) for one in self.chance.sample(SENTENCES, self.chance.randint(3, 5)))

    def paragraphs(self) -> list[str]:
        """A short story's text."""
        return [self.paragraph() for _ in range(self.chance.randint(3, 6))]
