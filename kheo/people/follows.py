"""Which places a reader follows: kept in a signed cookie on the phone and nowhere else, so that it can never become tracking."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

COOKIE = "kheo_follow"
SALT = "kheo.follow"
AGE = 60 * 60 * 24 * 400  # seconds; browsers keep no cookie longer
MOST = 12  # places; a cookie is small, and so is a neighbourhood


@dataclass(frozen=True, slots=True)
class Follows:
    """Ids of places in the order they were followed, and when the reader last looked at their news."""

    places: tuple[int, ...] = ()
    seen: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.places)

    def adding(self, place: int) -> "Follows":
        """With one more; the oldest gives way past :data:`MOST`."""
        return self if place in self.places else replace(self, places=(*self.places, place)[-MOST:])

    def without(self, place: int) -> "Follows":
        return replace(self, places=tuple(p for p in self.places if p != place))


def follows_of(request: HttpRequest) -> Follows:
    """What the phone says; nothing when there is no cookie or it was tampered with."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
        return Follows(tuple(int(p) for p in said["places"]), datetime.fromisoformat(said["seen"]) if said["seen"] else None)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Follows()


def keep(response: HttpResponseBase, follows: Follows) -> None:
    """Write it back to the phone; when nothing is followed any more, nothing stays."""
    if not follows:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    said = {"places": list(follows.places), "seen": follows.seen.isoformat() if follows.seen else ""}
    response.set_cookie(COOKIE, signing.dumps(said, salt=SALT), max_age=AGE, httponly=True, samesite="Lax", secure=settings.SECURE)
