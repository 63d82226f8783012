"""Ways in that need no e-mail: the card (QR and PIN) and the one-time link. Signing in is not an act: nothing is logged.

Nobody learns from an answer or from its time whether a card exists, is locked or revoked, or whether only the PIN was wrong.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db.models import F
from django.utils import timezone

from kheo.core.codes import SMALL, draw, read
from kheo.people.models import SignInCard, User

TOKEN = 16  # letters and digits of a card's code
LINK_LIFE = timedelta(minutes=10)
LINK_SALT = "kheo.sign-in-link"


def new_token() -> str:
    """16 letters and digits (79 bits) for the QR."""
    return draw(TOKEN, SMALL)


def new_pin() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def clean_token(typed: str) -> str:
    """A code as typed from the card: "abcd efgh-…" in any case."""
    return "".join(c for c in typed.lower() if c in SMALL)


def whole_token(typed: str) -> str:
    """The same, or "" when it can't be a whole code: letters are missing, or there are some that no code has."""
    token = clean_token(typed)
    return token if len(token) == TOKEN == len(read(typed)) else ""


def token_hash(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(b"card\n" + token.encode()).hexdigest()


def pin_hash(pin: str) -> str:
    """What the table keeps of a PIN: slow to guess even for whoever copied the table."""
    return make_password(pin)


def open_with(token: str, pin: str) -> User | None:
    """The account that a card and its PIN open, or None. Five wrong PINs lock the card.

    The try is counted before the PIN is looked at, so that many tries at once don't get more than five.
    """
    card = SignInCard.objects.usable().filter(token_hash=token_hash(token)).select_related("user").first()
    counted = bool(card) and bool(SignInCard.objects.usable().filter(pk=card.pk if card else 0).update(failures=F("failures") + 1))
    if card is None or not counted or not card.user.is_active:
        make_password(pin)  # as slow as looking
        return None
    if not check_password(pin, card.pin_hash):
        return None
    SignInCard.objects.filter(pk=card.pk).update(failures=0)
    return card.user


def make_link(user: User) -> str:
    """The signed part of a one-time link: ten minutes, once, and dead as soon as the account is used otherwise."""
    return signing.dumps({"user": user.pk, "seen": _seen(user)}, salt=LINK_SALT)


def follow_link(signed: str) -> User | None:
    """The account of a one-time link, which is used up by this; None when it is spoilt, late or used."""
    try:
        said = signing.loads(signed, salt=LINK_SALT, max_age=LINK_LIFE)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    if user is None or _seen(user) != said["seen"]:
        return None
    seen = {"last_login": user.last_login} if user.last_login else {"last_login__isnull": True}
    unused = User.objects.filter(pk=user.pk, **seen)
    used = unused.update(last_login=timezone.now())
    return user if used else None


def _seen(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""
