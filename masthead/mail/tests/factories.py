"""Letters for tests."""

from __future__ import annotations

import itertools
from typing import Any

from masthead.mail import actions
from masthead.mail.models import Letter

_numbers = itertools.count(1)


def letter(key: str = "", to: str = "nadia@reader.example", **fields: Any) -> Letter:
    """A receipt, waiting."""
    context = fields.pop("context", {"who": "Nadia O'Hara", "amount": "€5"})
    template = fields.pop("template", "receipt_for_tests")
    return actions.write(
        key or f"receipt:{next(_numbers)}", to, template, context, fields.pop("language", "en"), **fields
    )
