"""A document as a PDF: one sheet, quiet, of frozen words; the same bytes each time it is made."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from masthead.payments.models import Document

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
MARGIN = 22  # millimetres, as everything below
LINE = 5.5
QUIET = 100  # of 255: grey

# A letter that the font lacks is an empty box on paper, not a line in the log for each receipt.
for name in ("fpdf", "fontTools"):
    logging.getLogger(name).setLevel(logging.ERROR)


def pdf(document: Document) -> bytes:
    """The sheet."""
    said = document.said
    sheet = _sheet(document.issued_at, document.language, f"{said['heading']} {document}", said["issuer"]["name"])
    _head(sheet, said)
    _parties(sheet, said)
    _lines(sheet, said)
    _foot(sheet, said)
    return bytes(sheet.output())


def _sheet(made: datetime, language: str, title: str, author: str) -> FPDF:
    from fpdf import FPDF  # takes half a second, which no other page should wait for

    sheet = FPDF(format="A4")
    sheet.set_creation_date(made.astimezone(UTC))
    sheet.set_lang(language)
    sheet.set_title(title)
    sheet.set_author(author)
    sheet.set_creator("Masthead")
    sheet.add_font("DejaVu", "", FONTS / "DejaVuSans.ttf")
    sheet.add_font("DejaVu", "B", FONTS / "DejaVuSans-Bold.ttf")
    sheet.c_margin = 0
    sheet.set_margins(MARGIN, MARGIN, MARGIN)
    sheet.set_auto_page_break(True, MARGIN)
    sheet.set_line_width(0.2)
    sheet.add_page()
    return sheet


def _text(sheet: FPDF, words: str, *, size: float = 9.5, bold: bool = False, grey: bool = False, **more: Any) -> None:
    """A paragraph from the left margin on, as wide as the page or as `w`."""
    sheet.set_font("DejaVu", "B" if bold else "", size)
    sheet.set_text_color(QUIET if grey else 0)
    sheet.multi_cell(
        **{"w": 0, "h": LINE * size / 9.5, "align": "L", "new_x": "LMARGIN", "new_y": "NEXT", **more}, text=words
    )


def _head(sheet: FPDF, said: dict[str, Any]) -> None:
    _text(sheet, said["issuer"]["name"], size=13, bold=True)
    sheet.ln(2)
    _rule(sheet)
    sheet.ln(12)
    _text(sheet, said["heading"], size=20, bold=True)
    sheet.ln(5)
    for label, value in said["facts"]:
        _text(sheet, label, grey=True, w=52, new_x="RIGHT", new_y="TOP")
        _text(sheet, value)
    sheet.ln(6)


def _parties(sheet: FPDF, said: dict[str, Any]) -> None:
    issuer, labels = said["issuer"], said["labels"]
    ours = [issuer["name"], issuer["address"], issuer["tax_number"]]
    theirs = [said.get("name", ""), said.get("email", "")]
    for label, lines in ((labels["issuer"], ours), (labels["payer"], theirs)):
        words = "\n".join(line for line in lines if line)
        if words:
            _text(sheet, label, grey=True, w=52, new_x="RIGHT", new_y="TOP")
            _text(sheet, words)
            sheet.ln(2)
    sheet.ln(6)


def _lines(sheet: FPDF, said: dict[str, Any]) -> None:
    labels = said["labels"]
    _row(sheet, labels["what"], labels["amount"], grey=True)
    _rule(sheet)
    for words, _minor, money in said["lines"]:
        _row(sheet, words, money)
    _rule(sheet)
    _row(sheet, *said["total"], bold=True)
    if said["tax"]:
        _row(sheet, *said["tax"], grey=True)
    sheet.ln(12)


def _row(sheet: FPDF, words: str, money: str, **look: Any) -> None:
    """Words on the left, as many lines as they need; the amount on the right, beside the first."""
    width = sheet.epw - 42
    sheet.ln(1.5)
    top = sheet.get_y()
    _text(sheet, words, w=width, **look)
    below = sheet.get_y()
    sheet.set_xy(MARGIN + width, top)
    _text(sheet, money, w=42, align="R", **look)
    sheet.set_y(max(below, sheet.get_y()) + 1.5)


def _rule(sheet: FPDF) -> None:
    sheet.set_draw_color(170)
    sheet.line(MARGIN, sheet.get_y(), sheet.w - MARGIN, sheet.get_y())


def _foot(sheet: FPDF, said: dict[str, Any]) -> None:
    if said["thanks"]:
        _text(sheet, said["thanks"])
        sheet.ln(6)
    if said["issuer"]["footer"]:
        _text(sheet, said["issuer"]["footer"], size=8, grey=True)
