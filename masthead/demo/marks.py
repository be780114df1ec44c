"""Marks: plain text with a few signs becomes a story's body blocks.

## Heading            ### Smaller heading
A paragraph with **bold**, *italic*, [words](https://address) and [words](story:name).
> A quote             with a last line `> — Who, in what role`
- item                1. item
![picture]            ![picture | wide | another caption]
!gallery Title: one, two, three
Table: caption        then rows `a | b | c`, the first the head, and perhaps `Source: …`
::: Title             a fact box, to the line `:::`
-> story              => address | title | summary
@ address | title | picture
---
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
Find = Callable[[str], int]

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"\*(.+?)\*")
_NUMBERED = re.compile(r"\d+\. ")


@dataclass(frozen=True)
class Desk:
    """Where the text's names lead: a picture's and a story's key in the database."""

    picture: Find
    story: Find


class Marks:
    """One text being set into blocks. Block ids derive from the text, so that setting it twice changes nothing."""

    def __init__(self, text: str, desk: Desk) -> None:
        self.text = text
        self.desk = desk

    def blocks(self) -> list[Block]:
        """The body, in order."""
        made: list[Block] = []
        for place, (kind, value) in enumerate(self._parts()):
            identity = uuid.uuid5(uuid.NAMESPACE_OID, f"{place}:{kind}:{self.text}")
            made.append({"type": kind, "value": value, "id": str(identity)})
        return made

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Neighbouring paragraphs are one text block, as an editor writes them."""
        paragraphs: list[str] = []
        for chunk in self._chunks():
            found = self._special(chunk)
            if found is None:
                paragraphs.append(f"<p>{self.inline(' '.join(chunk.splitlines()))}</p>")
                continue
            if paragraphs:
                yield "text", "".join(paragraphs)
                paragraphs = []
            yield found
        if paragraphs:
            yield "text", "".join(paragraphs)

    def _chunks(self) -> Iterator[str]:
        """Pieces between empty lines; a fact box keeps its own."""
        box: list[str] = []
        for chunk in re.split(r"\n\s*\n", self.text.strip()):
            if box or (chunk.startswith("::: ") and not chunk.endswith("\n:::")):
                box.append(chunk)
                if chunk.endswith(":::"):
                    yield "\n\n".join(box)
                    box = []
            else:
                yield chunk

    def _special(self, chunk: str) -> tuple[str, Any] | None:
        for sign, kind, make in self._signs():
            if chunk.startswith(sign):
                return kind, make(chunk.removeprefix(sign).strip())
        if _NUMBERED.match(chunk):
            return "list", self._items(chunk, numbered=True)
        return None

    def _signs(self) -> list[tuple[str, str, Callable[[str], Any]]]:
        return [
            ("### ", "heading", lambda words: {"text": words, "level": "3"}),
            ("## ", "heading", lambda words: {"text": words, "level": "2"}),
            ("![", "picture", self._picture),
            ("!gallery ", "gallery", self._gallery),
            ("> ", "quote", self._quote),
            ("- ", "list", lambda words: self._items(f"- {words}", numbered=False)),
            ("Table: ", "table", self._table),
            ("::: ", "fact_box", self._fact_box),
            ("-> ", "related_story", self._own_story),
            ("=> ", "related_story", self._outside_story),
            ("@ ", "embed", self._embed),
            ("---", "divider", lambda _words: None),
        ]

    def inline(self, words: str) -> str:
        """Bold, italic and links; everything else is text."""
        marked = _LINK.sub(self._link, html.escape(words, quote=False))
        return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", marked))

    def _link(self, match: re.Match[str]) -> str:
        words, target = match.groups()
        if target.startswith("story:"):
            return f'<a linktype="page" id="{self.desk.story(target.removeprefix("story:"))}">{words}</a>'
        return f'<a href="{html.escape(target)}">{words}</a>'

    def _picture(self, words: str) -> Block:
        name, *rest = [part.strip() for part in words.rstrip("]").split("|")]
        width = "wide" if "wide" in rest else "column"
        caption = next((part for part in rest if part != "wide"), "")
        return {"picture": self.desk.picture(name), "caption": caption, "width": width}

    def _gallery(self, words: str) -> Block:
        title, names = words.rsplit(":", 1)
        return {"title": title.strip(), "pictures": [self.desk.picture(name.strip()) for name in names.split(",")]}

    def _quote(self, words: str) -> Block:
        lines = [line.removeprefix(">").strip() for line in words.splitlines()]
        who, _, role = lines.pop().removeprefix("— ").partition(", ") if lines[-1].startswith("— ") else ("", "", "")
        return {"text": " ".join(lines), "who": who, "role": role}

    def _items(self, chunk: str, *, numbered: bool) -> Block:
        items = [re.sub(r"^(- |\d+\. )", "", line.strip()) for line in chunk.splitlines()]
        return {"numbered": numbered, "items": [f"<p>{self.inline(item)}</p>" for item in items]}

    def _table(self, words: str) -> Block:
        caption, *lines = words.splitlines()
        source = lines.pop().removeprefix("Source:").strip() if lines[-1].startswith("Source:") else ""
        head, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
        columns = [{"type": "text", "heading": name} for name in head]
        return {
            "caption": caption,
            "table": {"columns": columns, "rows": [{"values": row} for row in rows], "caption": ""},
            "source": source,
        }

    def _fact_box(self, words: str) -> Block:
        title, _, text = words.removesuffix(":::").partition("\n")
        made: list[str] = []
        for chunk in re.split(r"\n\s*\n", text.strip()):
            if chunk.startswith("- "):
                items = "".join(f"<li>{self.inline(line.removeprefix('- '))}</li>" for line in chunk.splitlines())
                made.append(f"<ul>{items}</ul>")
            else:
                made.append(f"<p>{self.inline(' '.join(chunk.splitlines()))}</p>")
        return {"title": title.strip(), "text": "".join(made)}

    def _own_story(self, words: str) -> Block:
        return {"page": self.desk.story(words), "url": "", "title": "", "summary": ""}

    def _outside_story(self, words: str) -> Block:
        url, title, summary = [part.strip() for part in words.split("|")]
        return {"page": None, "url": url, "title": title, "summary": summary}

    def _embed(self, words: str) -> Block:
        url, title, *poster = [part.strip() for part in words.split("|")]
        return {"url": url, "title": title, "poster": self.desk.picture(poster[0]) if poster else None}
