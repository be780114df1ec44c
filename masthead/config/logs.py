"""Log lines: one a thing that happened, for a person or as JSON. No reader's address is ever in one."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime


class LineFormatter(logging.Formatter):
    """`2026-11-22T14:48:24Z INFO press: words`; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever line breaks somebody put into the words: a reader can't forge a line of the log."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        words = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{when} {record.levelname} {record.name.removeprefix('masthead.')}: {words}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One object, with what a caller put into `extra={"fields": {…}}`."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            entry.update(fields)
        if record.exc_info:
            entry["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def formatter() -> logging.Formatter:
    """The formatter the environment asks for (MASTHEAD_LOG_FORMAT: line or json)."""
    from django.conf import settings

    return JsonFormatter() if settings.LOG_FORMAT == "json" else LineFormatter()
