"""Log records as JSON lines without personal data. Read by the logging set-up before Django's apps are there."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

#: The random id of the request under way, "" outside one.
request_id: ContextVar[str] = ContextVar("kheo_request", default="")


class JsonLine(logging.Formatter):
    """A log record as one JSON line.

    A fault is written as the kind of the exception and where it happened: its message may hold what somebody typed. For the same
    reason Django's own records, whose messages hold the path, are named by their logger only.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "log": record.name,
        }
        if request := request_id.get():
            line["request"] = request
        line |= getattr(record, "fields", {})
        if not record.name.startswith("django") and (message := record.getMessage()):
            line["says"] = message
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-8:]
            line["where"] = [f"{f.filename.partition('site-packages/')[2] or f.filename}:{f.lineno} {f.name}" for f in frames]
        return json.dumps(line, ensure_ascii=False)
