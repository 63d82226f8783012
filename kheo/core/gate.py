"""What the machine notes about a request: one JSON line that names no person; and the refusal of bodies that are too large."""

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError

from kheo.core import errors
from kheo.core.lines import request_id

View = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("kheo.request")


def one_line(get_response: View) -> View:
    """Note each request: method, the route's name (never the path), status, milliseconds and a random id, also in the answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        name = secrets.token_hex(6)
        token, began = request_id.set(name), time.perf_counter()
        try:
            response = get_response(request)
            ms = round((time.perf_counter() - began) * 1000, 1)
            match = request.resolver_match
            route = match.view_name or match.route if match else "static" if request.path.startswith(settings.STATIC_URL) else "none"
            log.info("", extra={"fields": {"method": request.method, "route": route, "status": response.status_code, "ms": ms}})
        finally:
            request_id.reset(token)
        response.headers["X-Request-Id"] = name
        return response

    return middleware


def no_nul(get_response: View) -> View:
    """Answer 400 to a NUL in the path, the query, a cookie or a form: no word has one, and PostgreSQL can't store it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or any("\0" in value for value in request.COOKIES.values()) or _has_nul(request.GET):
            return errors.bad(request, SuspiciousOperation("NUL"))
        try:
            sent = _has_nul(request.POST)
        except UnreadablePostError:  # the phone hung up: whoever reads the form next says so
            sent = False
        return errors.bad(request, SuspiciousOperation("NUL")) if sent else get_response(request)

    return middleware


def _has_nul(values: QueryDict) -> bool:
    return any("\0" in word for name, words in values.lists() for word in (name, *words))


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
