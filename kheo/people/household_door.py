"""How a household's card opens: code and PIN, and the cookie that remembers a phone for 90 days. Nothing is logged, no session is kept.

Nobody learns from an answer or from its time whether a code exists, is locked or revoked, or whether only the PIN was wrong. The one
thing that shows is a card that nobody has opened yet: it asks for a new PIN. Guessing one is measured in tests/test_guessing.py.
"""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponseBase

from kheo.core import codes
from kheo.core.actor import Actor
from kheo.people import limits
from kheo.people.households import HouseholdCard

LENGTH = 14  # 23^14 ≈ 1.2·10^19, 63 bits
COOKIE = "kheo_household"
SALT = "kheo.household"
AGE = 60 * 60 * 24 * 90  # seconds
WEAK = frozenset({"123456", "654321", "012345", "123123", "112233", "121212"} | {d * 6 for d in "0123456789"})


def new_code() -> str:
    """The private code of a card."""
    return codes.draw(LENGTH)


def clean_code(typed: str) -> str:
    """A code as typed from the card ("acde fgh3-…", in any case), or "" when it can't be one."""
    return codes.exact(typed, LENGTH)


def code_hash(code: str) -> str:
    """What the table keeps of a code: whoever copies the table alone can't even try codes against it."""
    return hmac.new(settings.SECRET_KEY.encode(), b"household-code\n" + code.encode(), hashlib.sha256).hexdigest()


def is_unopened(request: HttpRequest, code: str) -> bool:
    """Whether nobody has chosen a PIN for this card yet. Codes that don't exist are counted; past the limit raises ``TooMany``."""
    try:
        with limits.guesses(request, "household"):
            card = HouseholdCard.objects.valid().filter(code_hash=code_hash(code)).first()
            if card is None:
                raise Http404
    except Http404:
        return False
    return not card.pin_hash


def choose_pin(code: str, pin: str) -> HouseholdCard | None:
    """Open a card for the first time; None when another phone was quicker."""
    slow = make_password(pin)
    mine = HouseholdCard.objects.unopened().filter(code_hash=code_hash(code))
    return HouseholdCard.objects.select_related("place").get(code_hash=code_hash(code)) if mine.update(pin_hash=slow) else None


def open_with(code: str, pin: str) -> HouseholdCard | None:
    """The card that code and PIN open, or None. Five wrong PINs lock it.

    The try is counted before the PIN is looked at, so that many tries at once don't get more than five.
    """
    opened = HouseholdCard.objects.usable().exclude(pin_hash="")
    card = opened.filter(code_hash=code_hash(code)).select_related("place").first()
    counted = bool(opened.filter(pk=card.pk if card else 0).update(failures=F("failures") + 1))
    if card is None or not counted:
        make_password(pin)  # as slow as looking
        return None
    if not check_password(pin, card.pin_hash):
        return None
    HouseholdCard.objects.filter(pk=card.pk).update(failures=0)
    return card


def since(household: Actor) -> datetime | None:
    """When the first card of this household was printed; one for a lost card is no first one."""
    printed = HouseholdCard.objects.filter(slot=household.key.removeprefix("household:")).order_by("batch__made_at")
    return printed.values_list("batch__made_at", flat=True).first()


def before(household: Actor) -> list[Actor]:
    """The households whose card had this one's number and was shut without another, the latest first: most often the same home."""
    slot = household.key.removeprefix("household:")
    mine = HouseholdCard.objects.valid().filter(slot=slot).first()
    if mine is None:
        return []
    shut = HouseholdCard.objects.filter(place=mine.place_id, number=mine.number, revoked_at__isnull=False).exclude(slot=slot)
    slots = dict.fromkeys(shut.order_by("-revoked_at", "-pk").values_list("slot", flat=True))
    return [Actor(key=f"household:{other}", household=household.household) for other in slots]


def remember(response: HttpResponseBase, card: HouseholdCard) -> None:
    """Sign this phone in. The row's id is random among its batch: it doesn't say the number outside."""
    signed = signing.TimestampSigner(salt=SALT).sign(str(card.pk))
    response.set_cookie(COOKIE, signed, max_age=AGE, httponly=True, samesite="Lax", secure=settings.SECURE)


def forget(response: HttpResponseBase) -> None:
    """Sign this phone out."""
    response.delete_cookie(COOKIE, samesite="Lax")


def household_of(request: HttpRequest) -> Actor | None:
    """The household whose card signed this phone in; None without one, and when the card was revoked or replaced. One query."""
    cookie = request.COOKIES.get(COOKIE, "")
    if not cookie:
        return None
    try:
        pk = int(signing.TimestampSigner(salt=SALT).unsign(cookie, max_age=AGE))
    except (signing.BadSignature, ValueError):
        return None
    found = HouseholdCard.objects.valid().filter(pk=pk).values_list("slot", "place__path").first()
    return Actor(key=f"household:{found[0]}", household=found[1] or "") if found else None
