"""The device cookie: a signed random id that keeps limits on nameless acts fair. Nobody gets one for reading."""

import hashlib
import hmac

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

COOKIE = "kheo_device"
SALT = "kheo.device"
AGE = 60 * 60 * 24 * 400  # seconds; browsers keep no cookie longer


def device_of(request: HttpRequest) -> str:
    """The device id in the request's cookie, or "" when there is none or it was tampered with."""
    try:
        return signing.Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return ""


def device_for(act_id: str) -> str:
    """The id of a device that performs its first nameless act.

    It follows from the form's act id, so that a first act sent twice (bad network, double tap) comes from one device and acts once.
    """
    return hmac.new(settings.SECRET_KEY.encode(), b"device\n" + act_id.encode(), hashlib.sha256).hexdigest()[:32]


def remember(response: HttpResponseBase, device: str) -> None:
    """Set the cookie on the answer to a nameless act."""
    response.set_cookie(COOKIE, signing.Signer(salt=SALT).sign(device), max_age=AGE, httponly=True, samesite="Lax", secure=settings.SECURE)
