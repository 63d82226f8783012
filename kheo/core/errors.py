"""Pages that say what happened, and what was kept: 400, 403, 404, 413, 500 (429 is people.middleware's). Templates are the site's.

``kheo/site/urls.py`` names them: handler400 = "kheo.core.errors.bad" and so on.
"""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kheo.core.actor import Actor
from kheo.core.rules import Refused

log = logging.getLogger("kheo.errors")
LAST_WORDS = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Khéo</title>
<p lang="vi">Có lỗi ở phía chúng tôi. Xin thử lại sau ít phút.</p>
<p lang="en">Something went wrong on our side. Please try again in a few minutes.</p>
<p lang="id">Ada gangguan di pihak kami. Silakan coba lagi beberapa menit lagi.</p>
"""


def _page(request: HttpRequest, status: int, reason: str = "") -> HttpResponse:
    """The page for ``status``. When even that fails, plain words in every language."""
    if not hasattr(request, "actor"):  # the fault came before we knew who acts
        request.actor = Actor("nobody")  # type: ignore[attr-defined]
    try:
        response = render(request, f"{status}.html", {"status": status, "reason": reason}, status=status)
    except Exception:
        log.exception("the page for an error could not be made")
        response = HttpResponse(LAST_WORDS, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a rule said no, and why."""
    reason = str(exception.reason) if isinstance(exception, Refused) else ""
    return _page(request, 403, reason or _("This is not for you to do here."))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from our page, or the page lay open too long (Django's CSRF check; its reason is for machines)."""
    return _page(
        request, 403, _("This form lay open too long, or cookies are switched off. Go back, load the page anew and send it again.")
    )


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing there."""
    return _page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more was sent than we take."""
    return _page(request, 413)


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 when Django stopped reading because a form held too much."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return HttpResponse(LAST_WORDS, status=400)


def faulty(request: HttpRequest) -> HttpResponse:
    """500: our fault; the log has a line with the request's id."""
    return _page(request, 500)


handler400, handler403, handler404, handler500 = bad, refused, missing, faulty
