"""The log: one line a thing, for a person or as JSON, that nobody outside can forge."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from masthead.config.logs import JsonFormatter, LineFormatter, formatter


def record(words: str, *args: object, error: bool = False, **fields: object) -> logging.LogRecord:
    """A record as the logging module makes it."""
    made = logging.LogRecord(
        "masthead.press", logging.INFO, __file__, 1, words, args, sys.exc_info() if error else None
    )
    made.created = 1_793_371_704.5
    if fields:
        made.fields = fields
    return made


def test_a_line_for_a_person() -> None:
    assert LineFormatter().format(record("pressed %s", "/")) == "2026-10-30T14:48:24Z INFO press: pressed /"


def test_a_forged_line_stays_one_line() -> None:
    assert "\n" not in LineFormatter().format(record("no such page: %s", "/\n2026-10-30T00:00:00Z ERROR forged"))


def test_an_object_for_a_machine() -> None:
    said = json.loads(JsonFormatter().format(record("pressed", path="/", milliseconds=7)))
    assert said["message"] == "pressed"
    assert said["time"] == "2026-10-30T14:48:24.500+00:00"
    assert (said["path"], said["milliseconds"]) == ("/", 7)


def test_a_traceback_comes_along() -> None:
    try:
        int("out of ink")
    except ValueError:
        failed = record("failed", error=True)
    assert "ValueError: invalid literal" in LineFormatter().format(failed)
    assert "ValueError: invalid literal" in json.loads(JsonFormatter().format(failed))["traceback"]


def test_the_setting_chooses(settings: Any) -> None:
    settings.LOG_FORMAT = "json"
    assert isinstance(formatter(), JsonFormatter)
    settings.LOG_FORMAT = "line"
    assert isinstance(formatter(), LineFormatter)
