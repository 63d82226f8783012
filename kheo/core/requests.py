"""What the machine notes about a request: one JSON line that names no person; and the refusal of bodies that are too large."""

import json
import logging
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from kheo.core import errors

View = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("kheo.request")
_request: ContextVar[str] = ContextVar("kheo_request", default="")


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
        if request := _request.get():
            line["request"] = request
        line |= getattr(record, "fields", {})
        if not record.name.startswith("django") and (message := record.getMessage()):
            line["says"] = message
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-8:]
            line["where"] = [f"{f.filename.partition('site-packages/')[2] or f.filename}:{f.lineno} {f.name}" for f in frames]
        return json.dumps(line, ensure_ascii=False)


def one_line(get_response: View) -> View:
    """Note each request: method, the route's name (never the path), status, milliseconds and a random id, also in the answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        name = secrets.token_hex(6)
        token, began = _request.set(name), time.perf_counter()
        try:
            response = get_response(request)
            ms = round((time.perf_counter() - began) * 1000, 1)
            match = request.resolver_match
            route = match.view_name or match.route if match else "static" if request.path.startswith(settings.STATIC_URL) else "none"
            log.info("", extra={"fields": {"method": request.method, "route": route, "status": response.status_code, "ms": ms}})
        finally:
            _request.reset(token)
        response.headers["X-Request-Id"] = name
        return response

    return middleware


def body_limit(get_response: View) -> View:
    """Answer 413 to a body larger than ``KHEO_BODY_MAX_BYTES`` without reading it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.KHEO_BODY_MAX_BYTES:
            return errors.too_large(request)
        return get_response(request)

    return middleware
