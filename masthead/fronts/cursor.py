"""Cursor: a place in a list by time that stays right while stories are added above it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_KEY = 2**63 - 1
_FORM = re.compile(r"(\d{1,18})\.(\d{1,19})", re.ASCII)


@dataclass(frozen=True)
class Cursor:
    """The last row that was given out: what comes next is older, or as old with a smaller key."""

    listed_at: datetime
    pk: int

    def __str__(self) -> str:
        micros = (self.listed_at - EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(f"{micros}.{self.pk}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor that was written as `text`. Raises ValueError for anything else."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        except (binascii.Error, UnicodeError) as error:
            raise ValueError("not a cursor") from error
        found = _FORM.fullmatch(raw)
        if found is None or int(found[2]) > LARGEST_KEY:
            raise ValueError("not a cursor")
        try:
            cursor = cls(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
        except OverflowError as error:
            raise ValueError("not a cursor") from error
        if str(cursor) != text:
            raise ValueError("not a cursor")
        return cursor

    def after(self, newest_first: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that follow. The first condition is what the index can use."""
        older = Q(listed_at__lt=self.listed_at) | Q(listed_at=self.listed_at, pk__lt=self.pk)
        return newest_first.filter(listed_at__lte=self.listed_at).filter(older)
