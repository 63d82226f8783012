"""Who acts, in which language, and what happens when somebody acts too often without a name."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from kheo.people import devices, household_door
from kheo.people.actor import NOBODY, actor_of, actor_of_device
from kheo.people.limits import TooMany


def actor(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Set ``request.actor``: the signed-in account with its current roles, the household of a card, or a nameless actor.

    A reader without a cookie is "nobody". A nameless act (a POST with an act id) is done by a device, which then gets its cookie.
    An account's own language wins over what the browser asks for, but not over the switch on the page (its cookie).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            request.actor = actor_of(user)  # type: ignore[attr-defined]
            if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            if "Cache-Control" not in response:  # a shared phone or a proxy must not show the desk to the next one
                response["Cache-Control"] = "private, no-store"
            return response
        if household := household_door.household_of(request):
            request.actor = household  # type: ignore[attr-defined]
            response = get_response(request)
            if "Cache-Control" not in response:
                response["Cache-Control"] = "private, no-store"
            return response
        known = devices.device_of(request)
        fresh = "" if known else _first_act(request)
        request.actor = actor_of_device(known or fresh) if known or fresh else NOBODY  # type: ignore[attr-defined]
        response = get_response(request)
        if fresh and response.status_code < 400 and request.user.is_anonymous:
            devices.remember(response, fresh)
        return response

    middleware.process_exception = too_many  # type: ignore[attr-defined]
    return middleware


def _first_act(request: HttpRequest) -> str:
    if request.method != "POST":
        return ""
    act_id = request.POST.get("act_id", "")
    return devices.device_for(act_id) if act_id else ""


def too_many(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Turn :class:`TooMany` into a page that says so (HTTP 429)."""
    if not isinstance(exception, TooMany):
        return None
    response = render(request, "429.html", {"reason": exception.reason}, status=429)
    response["Retry-After"] = str(exception.seconds)
    return response
