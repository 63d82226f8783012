"""Limits on nameless acts: by device and by place, with the address only as a generous ceiling.

Mobile networks put thousands of neighbours behind one address, so that an address alone must never lock a place out. It is kept
as a hash that changes every day, and only for the hour it counts.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.people.models import Allowance
from kheo.places.models import Place

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class TooMany(Exception):
    """Somebody without a name did this too often. ``reason`` is shown; ``seconds`` until it may be tried again (HTTP 429)."""

    def __init__(self, reason: "_StrOrPromise", seconds: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """How many times: one device per day, one place per hour, one address per hour."""

    device: int = 5
    place: int = 60
    address: int = 600


#: Codes that are not there, asked for from one address (or by one account) in an hour, until nothing more is looked up for it.
MISSES = 60

LIMITS = {
    "need": Limit(),
    "back": Limit(device=40, place=300),
    "dispute": Limit(device=10),  # a household says of a result that it saw otherwise
    "letter": Limit(address=60),  # to an e-mail address that somebody without a name writes down: it may be another's
    "photo": Limit(device=30, place=300),  # decoding is work, also of photos that are refused
    "sign-in": Limit(device=200, place=10_000),
    "household": Limit(device=20, place=10_000),  # PINs of household cards; a whole meeting signs in over one network
}


def allow(request: HttpRequest, what: str, place: Place | None = None, *, repeat: object = None) -> None:
    """Count one nameless act ``what`` at ``place``, or raise :class:`TooMany` and count nothing.

    People with an account are not limited here, and a ``repeat`` (what ``door.done`` found) is not counted again.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.nameless or repeat is not None:
        return
    limit, now = LIMITS.get(what, Limit()), clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        enough = _("That is enough from one phone for today. Tomorrow you can go on; thank you.")
        if actor.key != "nobody":  # a phone without a cookie yet: all of them share that word, so only the address counts
            _take(f"{what}|{actor.key}", day, DAY, limit.device, enough)
        if place is not None:
            crowded = _("Very many came in for this place just now. Please try again in an hour.")
            _take(f"{what}|place|{place.pk}", hour, HOUR, limit.place, crowded)
        address = f"{what}|{day.date()}|{address_of(request)}"
        _take(address, hour, HOUR, limit.address, _("Very many came in over your network just now. Please try again in an hour."))


@contextmanager
def guesses(request: HttpRequest, what: str) -> Iterator[None]:
    """Around looking something up by its code: counts each Http404, and past :data:`MISSES` an hour raises :class:`TooMany`.

    Counted by address, never by device, since a cookie is thrown away easily; right codes count nothing.
    """
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    who = f"{timezone.localdate(now)}|{address_of(request)}" if actor.nameless else actor.key
    key, hour = _key(f"miss|{what}|{who}"), now.replace(minute=0, second=0, microsecond=0)
    reason = _("Too many codes that don't exist came in over your network just now. Please try again in an hour.")
    if Allowance.objects.filter(key=key, window=hour, count__gte=MISSES).exists():
        raise TooMany(reason, _left(hour, HOUR))
    try:
        yield
    except Http404:
        _take(f"miss|{what}|{who}", hour, HOUR, MISSES, reason)
        raise


def address_of(request: HttpRequest) -> str:
    """The caller's address. Behind ``settings.KHEO_PROXIES`` proxies of our own it is that many from the right in X-Forwarded-For."""
    proxies = int(getattr(settings, "KHEO_PROXIES", 0))
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _take(what: str, start: datetime, length: timedelta, limit: int, reason: "_StrOrPromise") -> None:
    row, made = Allowance.objects.get_or_create(key=_key(what), window=start)
    if made:  # a good moment to forget what no longer counts
        Allowance.objects.filter(window__lt=start - DAY).delete()
    if not Allowance.objects.filter(pk=row.pk, count__lt=limit).update(count=F("count") + 1):
        raise TooMany(reason, _left(start, length))


def _left(start: datetime, length: timedelta) -> int:
    return max(60, int((start + length - clock.now()).total_seconds()))


def _key(what: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"limit\n{what}".encode(), hashlib.sha256).hexdigest()
